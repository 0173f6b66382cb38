"""Corrections as votes on a mail's label, and the rule for those that conflict.

The rule: of each person, the last correction of a mail and head that nobody took back is a vote of the weight that the
guards give it. Stated votes decide; implicit ones (moved mails) only where nobody stated anything. The label with the
largest sum of weights wins; where the two best are equal, nobody decided and the mail waits for another person. What
won counts as its heaviest vote, times the part by which it won: (for - against) / (for + against).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.monitoring.performance.corrections import MOVE, not_undone

Key = tuple[str, str]
"""Mail and head."""

_EQUAL = 1e-9
"""Sums of weights that differ by less are equal."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's last correction of a mail and head."""

    mail_key: str
    head: str
    who: str
    label: str
    decided: str | None
    at: datetime
    source: str

    @property
    def key(self) -> Key:
        """Mail and head."""
        return self.mail_key, self.head


def votes_of(corrections: Sequence[Mapping[str, Any]]) -> list[Vote]:
    """The votes, oldest first. A move by a person who also stated a label is no vote."""
    last: dict[tuple[str, str, str], Vote] = {}
    stated_first = sorted(not_undone(corrections), key=lambda row: row["source"] == MOVE)
    for row in stated_first:  # newest first within each kind
        vote = _vote(row)
        last.setdefault((vote.mail_key, vote.head, vote.who), vote)
    return sorted(last.values(), key=lambda vote: (vote.at, vote.mail_key, vote.head, vote.who))


def _vote(row: Mapping[str, Any]) -> Vote:
    return Vote(
        mail_key=row["mail_key"],
        head=row["head"],
        who=row["corrected_by"],
        label=row["label"],
        decided=row["decided"],
        at=row["corrected_at"],
        source=row["source"],
    )


@dataclass(frozen=True, slots=True)
class Elected:
    """The label that won, and its votes."""

    label: str
    weight: float
    votes: tuple[Vote, ...]

    @property
    def first(self) -> Vote:
        """The vote that is shown for all."""
        return self.votes[0]


def elect(votes: Iterable[tuple[Vote, float]]) -> dict[Key, Elected | None]:
    """The label of each mail and head, by the rule above; None where nobody decided.

    Votes of weight 0 take no part; a mail that has only such is not in the answer.
    """
    by_key: dict[Key, list[tuple[Vote, float]]] = defaultdict(list)
    for vote, weight in votes:
        if weight > 0:
            by_key[vote.key].append((vote, weight))
    return {key: _elected(cast) for key, cast in by_key.items()}


def _elected(cast: Sequence[tuple[Vote, float]]) -> Elected | None:
    stated = [(vote, weight) for vote, weight in cast if vote.source != MOVE]
    counted = stated or cast
    sums: dict[str, float] = defaultdict(float)
    for vote, weight in counted:
        sums[vote.label] += weight
    best, *others = sorted(sums, key=lambda label: (-sums[label], label))
    if others and sums[best] - sums[others[0]] < _EQUAL:
        return None
    own = [(vote, weight) for vote, weight in counted if vote.label == best]
    whole = sum(sums.values())
    won = (2 * sums[best] - whole) / whole
    return Elected(best, max(weight for _, weight in own) * max(won, 0.0), tuple(vote for vote, _ in own))
