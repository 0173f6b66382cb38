"""Doubted corrections of one head, counted by person, label and pair of labels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from triage.learning.guards.doubts import Doubt
from triage.learning.guards.votes import Vote

Pair = tuple[str, str]
"""The label that the others' model is sure of, and the one that was given."""

_SHRINK = 5.0
"""Corrections of a label that the head's own share of hits is worth, where others gave the label seldom."""

LOWEST_SHARE = 0.01
"""No share of hits among others is taken to be lower: nobody is without error."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Corrections that a finding takes out; None matches everything."""

    who: frozenset[str] | None = None
    head: str | None = None
    label: str | None = None
    mails: frozenset[str] | None = None

    def covers(self, vote: Vote) -> bool:
        """Whether the vote is one of them."""
        return (
            (self.who is None or vote.who in self.who)
            and self.head in (None, vote.head)
            and self.label in (None, vote.label)
            and (self.mails is None or vote.mail_key in self.mails)
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """Votes by the label that was given and by the one that the others' model says, and hits by label and pair."""

    given: Counter[str]
    said: Counter[str]
    hits: Counter[str]
    pairs: Counter[Pair]

    @staticmethod
    def of(rows: Sequence[tuple[Vote, Doubt]]) -> Counts:
        """The counts of some votes."""
        return Counts(
            given=Counter(vote.label for vote, _ in rows),
            said=Counter(doubt.said for _, doubt in rows),
            hits=Counter(vote.label for vote, doubt in rows if doubt.strong),
            pairs=Counter(pair for vote, doubt in rows if (pair := pair_of(vote, doubt))),
        )

    def less(self, other: Counts) -> Counts:
        """These without those of some of the votes."""
        return Counts(
            self.given - other.given, self.said - other.said, self.hits - other.hits, self.pairs - other.pairs
        )

    @property
    def rows(self) -> int:
        """All votes."""
        return self.given.total()

    def share(self, label: str) -> float:
        """Share of hits among votes for a label, drawn to their share over all labels where there are few."""
        usual = self.hits.total() / self.rows if self.rows else 0.0
        return max(LOWEST_SHARE, (self.hits[label] + _SHRINK * usual) / (self.given[label] + _SHRINK))


class Evidence:
    """Votes of one head with their doubts, oldest first. A hit is a strongly doubted vote."""

    def __init__(self, head: str, doubts: Iterable[tuple[Vote, Doubt]]) -> None:
        self.head = head
        self.rows = sorted(doubts, key=lambda row: (row[0].at, row[0].mail_key))
        self._of: dict[str, list[tuple[Vote, Doubt]]] = defaultdict(list)
        for row in self.rows:
            self._of[row[0].who].append(row)
        self.people = sorted(self._of)
        self._own = {who: Counts.of(rows) for who, rows in self._of.items()}
        self._all = Counts.of(self.rows)

    def of(self, who: str) -> list[tuple[Vote, Doubt]]:
        """The votes of a person."""
        return self._of[who]

    def own(self, who: str) -> Counts:
        """The counts of a person."""
        return self._own[who]

    def pairs(self) -> int:
        """Pairs that anybody has a hit of."""
        return len(self._all.pairs)

    def others(self, who: str) -> Counts:
        """The counts of everybody else."""
        return self._all.less(self._own[who])

    def expected_share(self, who: str) -> float:
        """Share of hits that others would have among votes for this person's labels."""
        own, others = self._own[who], self.others(who)
        return sum(count * others.share(label) for label, count in own.given.items()) / max(1, own.rows)


def pair_of(vote: Vote, doubt: Doubt) -> Pair | None:
    """The pair of a hit; None of a vote that is none."""
    return (doubt.instead, vote.label) if doubt.strong and doubt.instead is not None else None


def by_head(doubts: Mapping[Vote, Doubt], without: Sequence[str] = ()) -> list[Evidence]:
    """Evidence of each head, without the votes of some people."""
    heads: dict[str, list[tuple[Vote, Doubt]]] = {}
    for vote, doubt in doubts.items():
        if vote.who not in without:
            heads.setdefault(vote.head, []).append((vote, doubt))
    return [Evidence(head, rows) for head, rows in sorted(heads.items())]
