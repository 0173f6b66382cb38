"""Whether a lake is where a job looks for one."""

from __future__ import annotations

from contextlib import suppress

from triage.errors import ConfigError
from triage.lake.store import Store
from triage.lake.tables import LEDGER


def require_lake(store: Store) -> None:
    """Raises ConfigError where no run has written yet: an answer about a wrong place would be a wrong answer.

    To be called before a key is loaded, since loading may make a development key.
    """
    try:
        _require_ledger(store)
    except PermissionError:
        raise ConfigError("The lake may not be read.", where=store.root, remedy="Start as a user who may.") from None


def require_lake_to_ask(store: Store) -> None:
    """The same, for who asks tables: analysts may not read ops, but a folder that is closed to them is there."""
    with suppress(PermissionError):
        _require_ledger(store)


def _require_ledger(store: Store) -> None:
    if not store.exists(LEDGER):
        raise ConfigError(
            "There is no lake at this place.",
            where=store.root,
            remedy="Give --conf or --set lake.root as for the nightly run.",
        )
