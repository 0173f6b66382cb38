"""Tests of senders, threads and near-duplicate groups whose mails are pulled to one label by few people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from triage.config.learning.guards import GuardSettings
from triage.learning.guards.attacks.evidence import Blocked, Evidence
from triage.learning.guards.attacks.reviewers import Found
from triage.learning.guards.attacks.statistics import binomial_tail, excess_tail
from triage.learning.guards.doubts import Doubt
from triage.learning.guards.outcome import Attack, Finding, MailFacts
from triage.learning.guards.votes import Vote

Rows = Sequence[tuple[Vote, Doubt]]
Group = tuple[str, str]
"""Kind and name."""

_FEW = 2
"""People who made nearly all corrections of a campaign."""

_ONE_LABEL = 0.8
"""Part of a group's corrections that go to one label, and that few people made."""

_RARE = 0.001
"""Chance below which so few people made so many of a group's corrections by no accident."""

_NAMES = {"sender": "the sender {}", "thread": "the thread {}", "near": "the group of near-duplicates {}"}


def group_findings(
    evidence: Evidence, facts: Mapping[str, MailFacts], settings: GuardSettings, chance: float
) -> Iterator[Found]:
    """Findings about groups in one head; together they are false with probability `chance`.

    A group is found where its corrections to one label are contradicted more often than all others to that label, and
    few people made them who make few of the others. One of the two alone is usual: a model errs on mails that are
    alike, and a team sees its own senders.
    """
    groups = {name: rows for name, rows in _groups(evidence, facts).items() if len(rows) >= settings.campaign_mails}
    for name, rows in sorted(groups.items()):
        found = _campaign(evidence, name, rows, chance / len(groups))
        if found is not None:
            yield found


def _groups(evidence: Evidence, facts: Mapping[str, MailFacts]) -> dict[Group, list[tuple[Vote, Doubt]]]:
    groups: dict[Group, list[tuple[Vote, Doubt]]] = defaultdict(list)
    for row in evidence.rows:
        known = facts.get(row[0].mail_key)
        names = {"sender": known.sender, "thread": known.thread, "near": str(known.near)} if known is not None else {}
        for kind, name in names.items():
            if name is not None:
                groups[kind, name].append(row)
    return groups


def _campaign(evidence: Evidence, name: Group, rows: Rows, chance: float) -> Found | None:
    (label, count), *_ = Counter(vote.label for vote, _ in rows).most_common(1)
    own = [(vote, doubt) for vote, doubt in rows if vote.label == label]
    hits = _contradicted(own)
    few = Counter(vote.who for vote, _ in own).most_common(_FEW)
    made = sum(number for _, number in few)
    if count < _ONE_LABEL * len(rows) or made < _ONE_LABEL * count or hits < count / 2:
        return None
    inside, who = {vote for vote, _ in own}, tuple(sorted(person for person, _ in few))
    elsewhere = [(vote, doubt) for vote, doubt in evidence.rows if vote.label == label and vote not in inside]
    rare = excess_tail(hits, count, _contradicted(elsewhere), len(elsewhere)) < chance
    if not rare or not _few(evidence, inside, who, made):
        return None
    finding = _finding(evidence.head, name, label, who, (hits, made, count))
    mails = frozenset(vote.mail_key for vote in inside)
    return finding, Blocked(head=evidence.head, label=label, mails=mails)


def _contradicted(rows: Rows) -> int:
    return sum(doubt.said != vote.label for vote, doubt in rows)


def _finding(head: str, name: Group, label: str, who: tuple[str, ...], counts: tuple[int, int, int]) -> Finding:
    hits, made, count = counts
    kind, value = name
    sentence = (
        f"{count} mails of {_NAMES[kind].format(value)} were corrected to {label} in {head}, {made} of them by "
        f"{len(who)} people, and all others' corrections contradict {hits}. They count nothing until others agree."
    )
    return Finding(Attack.CAMPAIGN, head, count, hits / count, who, (label, value), sentence)


def _few(evidence: Evidence, inside: set[Vote], who: Sequence[str], made: int) -> bool:
    """Whether few people made more of these corrections than their part of all others explains."""
    others = [vote for vote, _ in evidence.rows if vote not in inside]
    share = (sum(vote.who in who for vote in others) + 1) / (len(others) + 2)
    return binomial_tail(made, len(inside), share) < _RARE
