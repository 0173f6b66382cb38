"""Doubted corrections of one head, counted by person, label and pair of labels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from triage.learning.guards.doubts import Doubt
from triage.learning.guards.votes import Vote

Pair = tuple[str, str]
"""The label that the others' model says, and the one that was given."""

_SHRINK = 5.0
"""Corrections of a label that the head's own share of hits is worth, where others gave the label seldom."""

CUTS = (0.1, 0.05, 0.025)
"""Ranks of doubt up to which a vote is a hit. The narrower, the fewer honest hits, where a model errs often; the wider,
the fewer attacks are missed, where they are many."""

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
    def of(rows: Sequence[tuple[Vote, Doubt]], cut: float) -> Counts:
        """The counts of some votes."""
        return Counts(
            given=Counter(vote.label for vote, _ in rows),
            said=Counter(doubt.said for _, doubt in rows),
            hits=Counter(vote.label for vote, doubt in rows if is_hit(doubt, cut)),
            pairs=Counter(pair for vote, doubt in rows if (pair := pair_of(vote, doubt, cut))),
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
        """Share of hits among votes for a label, drawn to their share over all labels where there are few.

        One hit is added, since a share of few votes may be too low by chance.
        """
        usual = self.hits.total() / self.rows if self.rows else 0.0
        found = (self.hits[label] + 1 + _SHRINK * usual) / (self.given[label] + 1 + _SHRINK)
        return max(LOWEST_SHARE, found)


class Evidence:
    """Votes of one head with their doubts, oldest first. A hit is a vote whose doubt has a rank of up to `cut`."""

    def __init__(self, head: str, doubts: Iterable[tuple[Vote, Doubt]], cut: float = CUTS[0]) -> None:
        self.head, self.cut = head, cut
        self.rows = sorted(doubts, key=lambda row: (row[0].at, row[0].mail_key))
        self._of: dict[str, list[tuple[Vote, Doubt]]] = defaultdict(list)
        for row in self.rows:
            self._of[row[0].who].append(row)
        self.people = sorted(self._of)
        self._own = {who: Counts.of(rows, cut) for who, rows in self._of.items()}
        self._at: dict[float, Evidence] = {cut: self}
        self._all = Counts.of(self.rows, cut)

    def at(self, cut: float) -> Evidence:
        """The same votes at another cut."""
        if cut not in self._at:
            self._at[cut] = Evidence(self.head, self.rows, cut)
        return self._at[cut]

    def of(self, who: str) -> list[tuple[Vote, Doubt]]:
        """The votes of a person."""
        return self._of[who]

    def own(self, who: str) -> Counts:
        """The counts of a person."""
        return self._own[who]

    def pairs(self) -> int:
        """Pairs that anybody has a hit of."""
        return len(self._all.pairs)

    def others(self, *group: str) -> Counts:
        """The counts of everybody else."""
        found = self._all
        for who in group:
            found = found.less(self._own[who])
        return found

    def expected_share(self, who: str) -> float:
        """Share of hits that others would have among votes for this person's labels."""
        own, others = self._own[who], self.others(who)
        return sum(count * others.share(label) for label, count in own.given.items()) / max(1, own.rows)


def is_hit(doubt: Doubt, cut: float) -> bool:
    """Whether a vote is doubted as much as the cut asks for."""
    return doubt.rank <= cut


def pair_of(vote: Vote, doubt: Doubt, cut: float) -> Pair | None:
    """The pair of a hit; None of a vote that is none."""
    return (doubt.said, vote.label) if is_hit(doubt, cut) else None


def by_head(doubts: Mapping[Vote, Doubt], without: Sequence[str] = ()) -> list[Evidence]:
    """Evidence of each head, without the votes of some people."""
    heads: dict[str, list[tuple[Vote, Doubt]]] = {}
    for vote, doubt in doubts.items():
        if vote.who not in without:
            heads.setdefault(vote.head, []).append((vote, doubt))
    return [Evidence(head, rows) for head, rows in sorted(heads.items())]
