"""What the difference between two exports of a mailbox says of labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, LABELS, SILVER_MAIL
from triage.learning.corrections.moves.folders import folders_by_mail, newest_time
from triage.learning.corrections.proposal import Code, Proposal, Rejected
from triage.monitoring.performance.corrections import MOVE
from triage.routing.conditions import nearest

HEAD = "category"
"""The head that a folder says something of."""
SETTING = "learning.corrections.folders"


@dataclass(frozen=True, slots=True)
class Moves:
    """The corrections that moves mean, the mails whose folder says several things, and how many mails were moved."""

    proposals: tuple[Proposal, ...]
    rejected: tuple[Rejected, ...]
    moved: int


def moves(before: str, after: str, by: str, store: Store, settings: Settings) -> Moves:
    """The published mails that lie in another folder of `learning.corrections.folders` than before.

    The first move of a mail into the folder of the label that it has says nothing new. The rows number the moved mails
    by key. Raises ConfigError where no folder is mapped or one to no label, SourceError where an export cannot be read.
    """
    labels = _labels_by_folder(settings)
    then, now = (_labels_of(source, labels, settings) for source in (before, after))
    changed = sorted(key for key, found in now.items() if found != then.get(key, frozenset()))
    known = {row["mail_key"] for row in store.rows(SILVER_MAIL, ("mail_key",), mail_key=changed)} if changed else set()
    moved = {key: now[key] for key in changed if key in known and now[key]}
    decided, earlier = _decided(moved, store), _earlier(moved, store)
    at = min(datetime.fromtimestamp(newest_time(after), UTC), datetime.now(UTC))
    proposals, rejected = [], []
    for row, (key, found) in enumerate(moved.items(), start=1):
        new = found - then.get(key, frozenset())
        if len(found) > 1:
            rejected.append(Rejected(row, Code.AMBIGUOUS_MOVE, f"Leave mail {key} in one of them."))
        elif new and (key in earlier or new != {decided.get(key)}):
            [label] = new
            turn = _turn(label, earlier.get(key, ()))
            proposals.append(Proposal(row, by, key, HEAD, label, None, None, None, at, export_id=str(turn)))
    return Moves(tuple(proposals), tuple(rejected), len(moved))


def _earlier(keys: Collection[str], store: Store) -> dict[str, list[str]]:
    """The labels that earlier moves of these mails gave, the oldest first, also where somebody took one back."""
    columns = ("mail_key", "label", "source", "undoes", "corrected_at", "correction_id")
    rows = store.rows(CORRECTIONS, columns, mail_key=sorted(keys), head=[HEAD]) if keys else iter(())
    moves = [row for row in rows if row["source"] == MOVE and row["undoes"] is None]
    found: dict[str, list[str]] = {}
    for row in sorted(moves, key=lambda row: (row["corrected_at"], row["correction_id"])):
        found.setdefault(row["mail_key"], []).append(row["label"])
    return found


def _turn(label: str, earlier: Sequence[str]) -> int:
    """Which move to this label it is, from 0: the last one again where nothing came after it.

    A mail that is moved there, back, and there again was moved to one label twice; the same export read again has not.
    """
    again = bool(earlier) and earlier[-1] == label
    return earlier.count(label) - again


def _labels_by_folder(settings: Settings) -> dict[str, str]:
    """The label of each mapped folder, whose case does not count."""
    mapped = settings.learning.corrections.folders
    if not mapped:
        raise ConfigError(
            "No folder has a label.", where=SETTING, remedy="Map the folders to labels, such as {Invoices: billing}."
        )
    head = load_taxonomy(settings).find(HEAD)
    if head is None:
        raise ConfigError(f"The taxonomy has no head {HEAD}.", where="labelling.taxonomy", remedy="Add it.")
    for label in mapped.values():
        if label not in head.labels:
            raise ConfigError("A folder's label is none.", where=SETTING, remedy=nearest(label, head.labels))
    return {folder.strip("/").casefold(): label for folder, label in mapped.items()}


def _labels_of(source: str, labels: Mapping[str, str], settings: Settings) -> dict[str, frozenset[str]]:
    """What the folders of each mail say; nothing where none of them is mapped."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, folder in folders_by_mail(source, settings.limits):
        whole = folder.casefold()
        label = labels.get(whole) or labels.get(whole.rpartition("/")[2])
        found[key] |= {label} if label else set()
    return {key: frozenset(said) for key, said in found.items()}


def _decided(keys: Mapping[str, object], store: Store) -> dict[str, str | None]:
    if not keys:
        return {}
    rows = store.rows(LABELS, ("mail_key", "label"), mail_key=keys.keys(), head=[HEAD])
    return {row["mail_key"]: row["label"] for row in rows}
