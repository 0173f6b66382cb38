"""What is chosen of a team's pool: new clusters, what the strategy draws, and which heads of each mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from triage.config.learning.review import ReviewSettings
from triage.labelling.taxonomy import Head
from triage.learning.review.drawing.clusters import new_clusters
from triage.learning.review.drawing.mails import DrawnMail
from triage.learning.review.strategies import STRATEGIES
from triage.learning.review.strategies.pool import Floats, Ints, Pool, near_duplicates, term_vectors
from triage.learning.review.strategies.scores import margin_doubts

Flags = npt.NDArray[np.bool_]

RANDOM = "random"
"""The purpose of mails that are drawn whatever the models say of them."""

HEAD_SHARE = 0.5
"""Heads of another mail that are asked about: those that are in doubt at least this much of the one most in doubt."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A mail that was drawn, with the heads that are asked about."""

    mail: DrawnMail
    purpose: str
    heads: tuple[str, ...]
    answered: Mapping[str, int] = field(default_factory=dict)
    """Of an unsettled mail, by head, how many people answered before."""


def value(mail: DrawnMail, head: Head, settings: ReviewSettings) -> float:
    """Expected cost of an error of the head in the mail, in the unit of the taxonomy's costs."""
    given = mail.labels[head.name]
    return head.costs.wrong * max(0.0, 1 - given.score) * _factor(mail, settings)


def choose(
    mails: Sequence[DrawnMail],
    seen: Sequence[Sequence[int]],
    heads: Sequence[Head],
    settings: ReviewSettings,
    sizes: tuple[int, int],
    rng: np.random.Generator,
) -> list[Chosen]:
    """Of a team's pool at most `sizes` mails: those of new clusters, and those that the strategy draws.

    `seen` holds the terms of mails that people reviewed or have in the queue. Places that new clusters do not need are
    the strategy's.
    """
    if not mails:
        return []
    pool, names = _pool(mails, heads, settings), [head.name for head in heads]
    asked = _asked(mails, margin_doubts(pool) * pool.weights, names)
    fresh = new_clusters(pool.vectors, [mail.terms for mail in mails], seen, sizes[0], rng)
    rest = np.setdiff1d(np.arange(pool.rows), fresh)
    differs = np.array([any(one.differs for one in mails[row].labels.values()) for row in rest], dtype=np.bool_)
    drawn = _drawn(pool.part(rest), differs, settings, sum(sizes) - len(fresh), rng)
    found = [Chosen(mails[row], "new_cluster", asked[row]) for row in fresh]
    return found + [
        # of a random mail all heads are asked: what a model doubts would choose rows on which the gate compares models
        Chosen(mails[row], purpose, tuple(mails[row].labels) if purpose == RANDOM else asked[row])
        for row, purpose in ((rest[place], purpose) for place, purpose in drawn)
    ]


def _drawn(
    pool: Pool, differs: Flags, settings: ReviewSettings, count: int, rng: np.random.Generator
) -> list[tuple[int, str]]:
    """Rows and purposes of what the strategy draws; mails over which two models differ do not fill more than half."""
    if settings.strategy == RANDOM:
        return _random(STRATEGIES[RANDOM](pool, pool.rows, rng), differs, count)
    strategy, first = STRATEGIES[settings.strategy], np.flatnonzero(differs)
    first = first[strategy(pool.part(first), count // 2, rng)] if len(first) else first
    rest = np.setdiff1d(np.arange(pool.rows), first)
    rest = rest[strategy(pool.part(rest), count - len(first), rng)]
    drawn = np.concatenate([first, rest]).tolist()
    return [(row, "disagreement" if differs[row] else "uncertain") for row in drawn]


def _random(order: Ints, differs: Flags, count: int) -> list[tuple[int, str]]:
    """The random ones come from all mails, or they would be those on which models agree; then more that differ."""
    places = count - min(count // 2, int(differs.sum()))
    while places < min(count, len(order)) and places + int(differs[order[places:]].sum()) < count:
        places += 1
    more = order[places:][differs[order[places:]]][: count - places]
    found = [(row, RANDOM) for row in order[:places].tolist()]
    return found + [(row, "disagreement") for row in more.tolist()]


def _pool(mails: Sequence[DrawnMail], heads: Sequence[Head], settings: ReviewSettings) -> Pool:
    terms = [mail.terms for mail in mails]
    has = np.array([[head.name in mail.labels for head in heads] for mail in mails], dtype=np.float64)
    costs = np.array([head.costs.wrong for head in heads])
    factors = np.array([_factor(mail, settings) for mail in mails])
    probabilities = tuple(np.array([_row(mail, head) for mail in mails]) for head in heads)
    return Pool(probabilities, has * costs * factors[:, None], term_vectors(terms), near_duplicates(terms))


def _row(mail: DrawnMail, head: Head) -> Floats:
    """The probabilities of the head's labels; all the same where the mail does not have the head."""
    given = mail.labels.get(head.name)
    row = np.array([given.scores.get(label, 0.0) if given else 1.0 for label in head.labels])
    return row / row.sum() if row.sum() > 0 else np.full(len(row), 1 / len(row))


def _factor(mail: DrawnMail, settings: ReviewSettings) -> float:
    return 1 + (settings.pressing - 1) * mail.pressing


def _asked(mails: Sequence[DrawnMail], doubts: Floats, names: Sequence[str]) -> list[tuple[str, ...]]:
    """The heads of each mail that are asked about; one over which two models differ is."""
    found = []
    for mail, row in zip(mails, doubts, strict=True):
        least = HEAD_SHARE * row.max()
        asked = [name for name, doubt in zip(names, row, strict=True) if name in mail.labels and doubt >= least]
        differing = [name for name, one in mail.labels.items() if one.differs and name not in asked]
        found.append((*asked, *differing))
    return found
