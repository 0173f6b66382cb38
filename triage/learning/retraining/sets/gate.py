"""The mails on which the gate compares a model that learnt from corrections with the champion.

Soundness. Rows that somebody corrected because the champion was wrong favour whatever answers otherwise, so a mail
counts only where it was chosen whatever the models say of it: by the gold set, an audit, or a draw at random that no
model learnt from. Of what was drawn, each head that was asked must be answered since: else who fills in wrong labels
only would choose again. An answer to a random draw counts from the page only, where the right label is an answer, too.

The truth is what people's votes elect, each with its person's trust, so that nobody can change an audit alone. Groups
of which a training learnt are left out, near-duplicates count once, and the rest of a group is one in the bootstrap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.config.learning.guards import GuardSettings
from triage.lake.store import Store
from triage.lake.tables import SILVER_MAIL
from triage.learning.guards.trust import trust_of
from triage.learning.guards.votes import Vote, elect, votes_of
from triage.learning.retraining.sets.material import MailHead, Material
from triage.learning.retraining.sets.parts import GATE, TRAIN, groups_of
from triage.learning.retraining.sets.training_set import FIRST_FROM_LAKE, model_columns
from triage.learning.review.drawing.choice import RANDOM
from triage.monitoring.performance.corrections import AUDIT, MOVE

LEAST_WEIGHT = 0.5
"""Weight that an elected label must have to be the truth: it is then more likely right than not."""

_GOLD, _PAGE = "gold", "page"
_SCHEMA = "row long, mail_key string, labels map<string,string>, thread_token string, queue string"


@dataclass(frozen=True, slots=True)
class GateMail:
    """A mail with its right labels by head, the group that is drawn as a whole, and why it is here."""

    mail_key: str
    labels: Mapping[str, str]
    origin: str
    """`gold`, `audit` or `random`."""
    group: int
    queue: str | None


def gate_mails(
    material: Material, sets: Sequence[Mapping[str, Any]], settings: GuardSettings, now: datetime
) -> list[GateMail]:
    """The mails, in the order of their keys; `sets` are rows of all trainings, that of the challenger included."""
    votes = [vote for vote in votes_of(material.corrections) if vote.source != MOVE]
    labels = _labels(material, votes, sets, settings, now)
    learnt = {row["mail_key"] for row in sets if row["part"] == TRAIN}
    found: dict[int, GateMail] = {}
    for number, members in enumerate(groups_of(material.facts)):
        for key in members if learnt.isdisjoint(members) else ():
            if key in labels:
                origin, right = labels[key]
                one = GateMail(key, right, origin, number, material.facts[key].queue)
                near = material.facts[key].near
                found[near] = max(found.get(near, one), one, key=lambda mail: len(mail.labels))
    return sorted(found.values(), key=lambda one: one.mail_key)


def gate_frame(store: Store, mails: Sequence[GateMail]) -> DataFrame:
    """Labelled rows as the gate reads them, one a mail, with queue, words and group for slices and bootstrap."""
    rows = [
        (FIRST_FROM_LAKE + number, one.mail_key, dict(one.labels), f"group {one.group}", one.queue)
        for number, one in enumerate(mails)
    ]
    wanted = f.broadcast(store.spark.createDataFrame(rows, _SCHEMA))
    silver = store.read(SILVER_MAIL).drop("thread_token")
    own = ("row", "labels", "thread_token", "queue", "words", "rare_words")
    return silver.join(wanted, "mail_key").select(*own, *model_columns())


def _labels(
    material: Material,
    votes: Sequence[Vote],
    sets: Sequence[Mapping[str, Any]],
    settings: GuardSettings,
    now: datetime,
) -> dict[str, tuple[str, dict[str, str]]]:
    """Origin and right labels of each mail that has any; what is settled goes before what was answered."""
    truth = _truth(material, votes, settings, now)
    held = {(row["mail_key"], row["head"]) for row in sets if row["part"] == GATE}
    drawn = dict(_drawn(material, votes))
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    origins: dict[str, str] = {}
    for (key, head), label in truth.items():
        settled, origin = (key, head) in material.gold, drawn.get(key)
        if settled or origin == AUDIT or (origin == RANDOM and (key, head) in held):
            found[key][head] = label
            origins[key] = _GOLD if settled or origins.get(key) == _GOLD else str(origin)
    return {key: (origins[key], right) for key, right in found.items()}


def _truth(material: Material, votes: Sequence[Vote], settings: GuardSettings, now: datetime) -> dict[MailHead, str]:
    """What people's votes elect with enough weight, and what is settled."""
    trust = trust_of(votes, material.gold, settings, now)
    weights = ((vote, 0.0 if trust[vote.who].below_floor else trust[vote.who].value) for vote in votes)
    elected = elect(weights).items()
    return {key: one.label for key, one in elected if one and one.weight >= LEAST_WEIGHT} | dict(material.gold)


def _drawn(material: Material, votes: Sequence[Vote]) -> Iterator[tuple[str, str]]:
    """Mail and purpose of each draw whose heads are all answered since; a mail's audit comes last, and counts."""
    answers: defaultdict[MailHead, list[Vote]] = defaultdict(list)
    for vote in votes:
        answers[vote.key].append(vote)
    asked: defaultdict[tuple[str, str, datetime], list[str]] = defaultdict(list)
    for row in material.drawn:
        asked[row["purpose"], row["mail_key"], row["drawn_at"]].append(row["head"])
    for (purpose, key, at), heads in sorted(asked.items(), reverse=True):
        if all(any(_answers(vote, purpose, at) for vote in answers[key, head]) for head in heads):
            yield key, purpose


def _answers(vote: Vote, purpose: str, at: datetime) -> bool:
    return vote.at >= at and (purpose == AUDIT or vote.source == _PAGE)
