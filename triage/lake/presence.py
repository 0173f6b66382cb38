"""Whether a lake is where a job looks for one."""

from __future__ import annotations

from triage.errors import ConfigError
from triage.lake.store import Store
from triage.lake.tables import LEDGER


def require_lake(store: Store) -> None:
    """Raises ConfigError where no run has written yet: an answer about a wrong place would be a wrong answer.

    To be called before a key is loaded, since loading may make a development key.
    """
    try:
        is_begun = store.exists(LEDGER)
    except PermissionError:
        raise ConfigError("The lake may not be read.", where=store.root, remedy="Start as a user who may.") from None
    if not is_begun:
        raise ConfigError(
            "There is no lake at this place.",
            where=store.root,
            remedy="Give --conf or --set lake.root as for the nightly run.",
        )
