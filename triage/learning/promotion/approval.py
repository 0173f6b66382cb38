"""What a person decides on a version that was judged before: approve, reject, or promote it all the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from triage.cli import os_user
from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.registry.model_registry import ModelRegistry
from triage.lake.store import Store
from triage.lake.tables import PROMOTIONS
from triage.learning.promotion.records import Row, finish_promotions, promotion_row, read_decisions, write_decision
from triage.monitoring.governance.approvals import add_approval, approval_of, load_approvals, new_approval

APPROVE, REJECT, PROMOTE = "approve", "reject", "promote"
ACTIONS: Mapping[str, str] = {
    APPROVE: "approve a version that waits for it; it becomes champion",
    REJECT: "reject a version that waits for approval",
    PROMOTE: "make a version champion that the gate refused",
}
"""What a person can do, with the help of its option."""

_NO_EVIDENCE = "{}"


def decide_as_person(settings: Settings, store: Store, name: str, version: str, action: str, reason: str) -> Row:
    """Writes a person's decision on a registered version, carries it out, and returns its row of ops/promotions.

    An approval is also added to `governance.approvals`, before anything else. Raises ConfigError where the version does
    not wait for one, is the champion, or was compared with another champion than the present one; ModelError where its
    files are not those that were registered.
    """
    finish_promotions(settings, store)
    registry = ModelRegistry(settings)
    registry.require_version(name, version)
    with store.alone(PROMOTIONS):
        champion = registry.champion_version(name)
        last = next(reversed(read_decisions(store, model=[name], version=[version])), None)
        _check(action, last, champion, f"{name} version {version}")
        if action != REJECT:
            registry.folder(name, version)
        if action == APPROVE:
            _note_approval(settings, name, version, registry.digest(name, version), reason)
        evidence = _NO_EVIDENCE if last is None else last["evidence"]
        decision = _decision(action, settings)
        row = promotion_row((name, version), champion, decision, os_user(), reason, evidence)
        write_decision(store, settings, row)
        return row


def _check(action: str, last: Row | None, champion: str | None, where: str) -> None:
    version = where.rpartition(" ")[2]
    if version == champion:
        raise ConfigError("It is the champion already.", where=where, remedy="Name another version.")
    if action == PROMOTE:
        return
    if last is None or last["decision"] != "awaits_approval":
        what = "nothing was decided on it" if last is None else f"the latest decision on it is: {last['decision']}"
        remedy = "Without --version, jobs/promote.py lists all decisions."
        raise ConfigError(f"It does not wait for approval; {what}.", where=where, remedy=remedy)
    if action == APPROVE and last["champion"] != champion:
        raise ConfigError(
            f"It was compared with version {last['champion'] or 'none'}, and the champion is {champion or 'none'} now.",
            where=where,
            remedy="Train again, so that it is compared with the present champion, or use --promote.",
        )


def _decision(action: str, settings: Settings) -> str:
    """Where approval is asked for, whoever overrides the gate still needs it."""
    if action == PROMOTE:
        return "awaits_approval" if settings.learning.promotion.approval else "overridden"
    return "promoted" if action == APPROVE else "refused"


def _note_approval(settings: Settings, name: str, version: str, digest: str, reason: str) -> None:
    file, what = Path(settings.governance.approvals), f"model:{name}"
    if approval_of(what, version, digest, load_approvals(file)) is None:
        add_approval(file, new_approval(what, version, digest, os_user(), reason))
