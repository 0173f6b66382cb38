"""Stores corrections: validated, without personal data, each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from triage.config import Settings
from triage.lake.locks import lake_lock
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, LAKE_KEYS
from triage.learning.corrections.intake import Intake
from triage.learning.corrections.proposal import Outcome, Proposal, Source
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.lake_key import lake_key
from triage.stages.plan import validate_key


def add_corrections(
    store: Store,
    settings: Settings,
    keys: Keys,
    proposals: Sequence[Proposal],
    source: Source,
    *,
    undoes_any: bool = False,
) -> Outcome:
    """Stores what is valid in one commit, and says of the rest why not; handed in again, nothing is stored twice.

    The lake's lock is not taken, so nobody waits for a night's run. Killed at any moment, all of it is stored or
    nothing, and it may be started again. Each proposal needs a `row` of its own. With `undoes_any` anybody's
    corrections may be taken back, else only a person's own. Raises ConfigError for a place without a lake and for a
    missing or wrong file of reviewers, KeyMaterialError for another key than the lake's,
    ContractError while a rotation has not ended, TransientError where another writer does not let go of the table.
    """
    require_lake(store)
    validate_key(store, keys)
    intake = Intake(store, settings, keys, _own_key(store, keys), source, undoes_any=undoes_any)
    fine, rejected = intake.validated(proposals)
    reasons = intake.reasons(fine)
    with store.alone(CORRECTIONS):
        validate_key(store, keys)  # from here on no rotation can rewrite the table: it needs this lock
        rows, unknown = intake.rows(fine, reasons)
        intake.write(rows, fine, reasons)
    every = sorted([*rejected, *unknown], key=lambda one: one.row)
    dropped = sum(reason.was_dropped for reason in reasons.values())
    return Outcome(len(rows), len(fine) - len(rows) - len(unknown), tuple(every), dropped)


def undo(store: Store, settings: Settings, keys: Keys, correction_id: str, who: str, reason: str | None) -> Outcome:
    """Takes a correction back, or an undo of one, whoever made it; what is taken back already counts as known.

    Raises as `add_corrections`.
    """
    one = Proposal(1, who, "", "", "", None, reason, None, datetime.now(UTC), undoes=correction_id)
    return add_corrections(store, settings, keys, [one], "file", undoes_any=True)


def _own_key(store: Store, keys: Keys) -> bytes:
    """The lake's own key. Only a lake that never had one needs the lake's lock for it."""
    if store.exists(LAKE_KEYS):
        return lake_key(store, keys)
    with lake_lock(store.root):
        return lake_key(store, keys)
