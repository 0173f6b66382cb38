"""Mails that people answered and that wait for another person: conflicts, missing quorums, suspected attacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from triage.config import Settings
from triage.lake.store import Store
from triage.lake.tables.learning import UNSETTLED
from triage.learning.retraining.sets.material import read_material
from triage.learning.retraining.weighing import weighed
from triage.learning.review.answers import Answers, answered_by
from triage.learning.review.drawing.choice import Chosen
from triage.learning.review.drawing.mails import DrawnMail, Mails
from triage.learning.review.drawing.people import People
from triage.learning.review.drawing.rows import Draw

Waiting = Mapping[str, tuple[str, ...]]
"""By mail, the heads that another person should see."""


def read_unsettled(
    store: Store,
    settings: Settings,
    mails: Mails,
    answers: Answers,
    is_open: Collection[str],
    people: People,
    one: Draw,
) -> list[Chosen]:
    """What the guards say waits for another person, without mails that are open already."""
    if not answers or len(people.teams) < 2:
        return []
    waiting = by_mail(weighed(store, settings, read_material(store), one.at).pending())
    return unsettled(mails.of(waiting.keys() - set(is_open)), waiting, answers, people, one)


def by_mail(pending: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Mails and heads as `Waiting`."""
    found: dict[str, tuple[str, ...]] = {}
    for mail_key, head in sorted(pending):
        found[mail_key] = (*found.get(mail_key, ()), head)
    return found


def unsettled(
    mails: Sequence[DrawnMail], waiting: Waiting, answers: Answers, people: People, one: Draw
) -> list[Chosen]:
    """Each of the mails that somebody may review who has not answered it, in an order that only the keys know."""
    found = (_asked(mail, waiting.get(mail.mail_key, ()), answers, people) for mail in mails)
    return sorted((own for own in found if own.heads), key=lambda own: one.order(f"unsettled {own.mail.mail_key}"))


def _asked(mail: DrawnMail, heads: Sequence[str], answers: Answers, people: People) -> Chosen:
    before = {head: answered_by(answers.get((mail.mail_key, head), ())) for head in heads if head in mail.labels}
    able = people.of(mail.team)
    asked = {head: len(who) for head, who in before.items() if able - who}
    return Chosen(mail, UNSETTLED, tuple(asked), asked)
