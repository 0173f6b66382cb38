"""What people answered: who labelled which mail and head how, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS
from triage.lake.tables.learning import UNSETTLED
from triage.monitoring.performance.corrections import MOVE, not_undone


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's last label of a mail and head that was not taken back."""

    who: str
    label: str
    at: datetime
    source: str


Answers = Mapping[tuple[str, str], tuple[Answer, ...]]
"""The answers by mail and head, one a person, the newest first."""

_COLUMNS = ("correction_id", "mail_key", "head", "label", "source", "corrected_at", "corrected_by", "undoes")


def read_answers(store: Store) -> Answers:
    """All answers in gold/corrections, moves included."""
    last: dict[tuple[str, str, str], Answer] = {}
    for row in not_undone(list(store.rows(CORRECTIONS, _COLUMNS))):
        key = row["mail_key"], row["head"], row["corrected_by"]
        last.setdefault(key, Answer(row["corrected_by"], row["label"], row["corrected_at"], row["source"]))
    found: dict[tuple[str, str], list[Answer]] = {}
    for (mail_key, head, _), answer in last.items():
        found.setdefault((mail_key, head), []).append(answer)
    return {key: tuple(own) for key, own in found.items()}


def answered_by(answers: Iterable[Answer], since: datetime | None = None) -> frozenset[str]:
    """Who answered a question that was asked at `since`, or at any time."""
    return frozenset(one.who for one in answers if one.source != MOVE and (since is None or one.at >= since))


def asked_since(purpose: str, drawn_at: datetime) -> datetime | None:
    """From when answers count to an item; None for an unsettled one: who answered it before is not asked again."""
    return None if purpose == UNSETTLED else drawn_at
