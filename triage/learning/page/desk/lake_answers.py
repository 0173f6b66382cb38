"""Brings answers of the journal into gold/corrections."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from triage.config import Settings
from triage.lake.store import Store
from triage.learning.corrections.add import add_corrections
from triage.learning.corrections.proposal import SHOWN, Proposal, Source
from triage.learning.page.desk.journal import Answer
from triage.privacy.pseudonyms.keys import Keys


def lake_writer(store: Store, settings: Settings, keys: Keys) -> Callable[[Sequence[Answer]], Mapping[str, str]]:
    """Writes answers, each once however often they are handed over; gives those that were rejected, with codes.

    Killed between two of its commits, it is started again by the journal, which still has all of them. What is taken
    back comes last, because only a correction that is stored can be taken back.
    """

    def write(answers: Sequence[Answer]) -> Mapping[str, str]:
        rejected: dict[str, str] = {}
        for source in SHOWN:
            given = [one for one in answers if one.source == source and one.undoes is None]
            rejected.update(_added(store, settings, keys, given, source))
        undone = [one for one in answers if one.undoes is not None]
        refused = _added(store, settings, keys, undone, SHOWN[0])
        needless = {one.correction_id for one in undone if one.undoes in rejected}  # nothing is there to take back
        return rejected | {name: code for name, code in refused.items() if name not in needless}

    return write


def _added(store: Store, settings: Settings, keys: Keys, answers: Sequence[Answer], source: Source) -> dict[str, str]:
    if not answers:
        return {}
    proposals = [_proposal(row, answer) for row, answer in enumerate(answers, 1)]
    outcome = add_corrections(store, settings, keys, proposals, source)
    return {answers[one.row - 1].correction_id: one.code.name for one in outcome.rejected}


def _proposal(row: int, answer: Answer) -> Proposal:
    return Proposal(
        row=row,
        who=answer.who,
        mail_key=answer.mail_key,
        head=answer.head,
        label=answer.label,
        decided=answer.decided,
        reason=answer.reason,
        model_version=answer.model_version,
        at=answer.at,
        undoes=answer.undoes,
        correction_id=None if answer.undoes else answer.correction_id,
    )
