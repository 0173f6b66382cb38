"""Labels that take each other's mails, and labels that no mail has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from triage.learning.topics.mails import TopicMail


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two labels: the probability that mails of one give to the other, the larger way round the smaller of the two.

    `corrected` counts corrections from one to the other, both ways.
    """

    labels: tuple[str, str]
    share: float
    corrected: int
    examples: tuple[str, ...]


def find_overlaps(
    mails: Sequence[TopicMail], corrections: Sequence[Mapping[str, Any]], fewest: int, limit: float
) -> list[Overlap]:
    """Pairs whose mails give the other label at least `limit` on average, both ways; the most alike first.

    Both ways, since a small label beside a large one takes nothing from it: that is doubt, and no overlap.
    """
    by_label: defaultdict[str, list[TopicMail]] = defaultdict(list)
    for mail in mails:
        by_label[mail.best_label].append(mail)
    changed = Counter(frozenset((row["decided"], row["label"])) for row in corrections if row["decided"])
    found = []
    for one, other in combinations(sorted(by_label), 2):
        if min(len(by_label[one]), len(by_label[other])) < fewest:
            continue
        share = min(_mean(by_label[one], other), _mean(by_label[other], one))
        if share >= limit:
            nearest = sorted(by_label[one] + by_label[other], key=lambda mail: _distance(mail, one, other))
            examples = tuple(mail.mail_key for mail in nearest[:5])
            found.append(Overlap((one, other), share, changed[frozenset((one, other))], examples))
    return sorted(found, key=lambda pair: -pair.share)


def unused_labels(
    labels: Sequence[str], mails: Sequence[TopicMail], corrections: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Labels that were given to no mail, by the model or by a person."""
    used = {mail.best_label for mail in mails} | {row["label"] for row in corrections}
    return [label for label in labels if label not in used]


def _mean(mails: Sequence[TopicMail], label: str) -> float:
    return sum(mail.scores.get(label, 0.0) for mail in mails) / len(mails)


def _distance(mail: TopicMail, one: str, other: str) -> float:
    """How far apart two labels are; one that an older taxonomy did not have got nothing."""
    return abs(mail.scores.get(one, 0.0) - mail.scores.get(other, 0.0))
