"""Dangerous changes: those that count only when several trusted people made them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from triage.config.learning.guards import DangerousChange, GuardSettings
from triage.learning.guards.outcome import MailFacts, Trust
from triage.learning.guards.votes import Elected, Key, Vote
from triage.monitoring.performance.corrections import MOVE


def without_quorum(
    elected: Mapping[Key, Elected], facts: Mapping[str, MailFacts], trust: Mapping[str, Trust], settings: GuardSettings
) -> set[Key]:
    """Mails and heads whose change is dangerous and was made by fewer than `quorum` trusted people.

    People who made the same dangerous change to near-duplicates count together. Moves count for nobody.
    """
    groups: dict[tuple[str, str, object], set[str]] = defaultdict(set)
    dangerous = {key: one for key, one in elected.items() if _is_dangerous(one, facts, settings)}
    for key, one in dangerous.items():
        groups[_group(key, one, facts)] |= {vote.who for vote in one.votes if _counts(vote, trust, settings)}
    return {key for key, one in dangerous.items() if len(groups[_group(key, one, facts)]) < settings.quorum}


def _group(key: Key, elected: Elected, facts: Mapping[str, MailFacts]) -> tuple[str, str, object]:
    known = facts.get(key[0])
    return key[1], elected.label, key[0] if known is None else known.near


def qualified(trust: Mapping[str, Trust], settings: GuardSettings) -> frozenset[str]:
    """Who counts for a quorum."""
    return frozenset(who for who, known in trust.items() if _qualifies(known, settings))


def _counts(vote: Vote, trust: Mapping[str, Trust], settings: GuardSettings) -> bool:
    return vote.source != MOVE and _qualifies(trust[vote.who], settings)


def _qualifies(known: Trust, settings: GuardSettings) -> bool:
    return known.gold_answers >= settings.quorum_gold and known.value >= settings.quorum_trust


def _is_dangerous(elected: Elected, facts: Mapping[str, MailFacts], settings: GuardSettings) -> bool:
    """A change that a rule names; who confirms the label that the model gave changes nothing."""
    vote = elected.first
    known = facts.get(vote.mail_key)
    queue = None if known is None else known.queue
    changed = vote.decided != vote.label
    return changed and any(_matches(rule, vote, queue) for rule in settings.dangerous)


def _matches(rule: DangerousChange, vote: Vote, queue: str | None) -> bool:
    return (
        rule.head == vote.head
        and rule.away_from in (None, vote.decided)
        and rule.towards in (None, vote.label)
        and rule.queue in (None, queue)
    )
