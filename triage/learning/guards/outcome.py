"""What the guards are given beside corrections, and what they answer. People, senders and threads are tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What the guards know of a mail; None where unknown, which no cap and no test then uses."""

    sender: str | None
    thread: str | None
    queue: str | None
    near: int
    """Number of its group of near-duplicates; a mail without any has a number of its own."""
    language: str


class LeftOut(StrEnum):
    """Why a correction is not learnt from."""

    GOLD = "gold"
    """An answer to a gold question."""
    AUDIT = "audit"
    """The mail is of the audit slice."""
    UNTRUSTED = "untrusted"
    """Trust of the person is below the floor, or 0."""
    DOUBTED = "doubted"
    """Others contradict it, and `noise_weight` is 0."""
    MOVE = "move"
    """A moved mail, and `move_weight` is 0."""
    ATTACK = "attack"
    """Part of what a finding calls an attack."""
    CONFLICT = "conflict"
    """People gave different labels of equal weight."""
    QUORUM = "quorum"
    """A dangerous change that too few trusted people made."""


PENDING = (LeftOut.CONFLICT, LeftOut.QUORUM, LeftOut.ATTACK)
"""What another person's answer would settle."""


class Attack(StrEnum):
    """What a finding names."""

    UNTRUSTED = "untrusted"
    """A person who answers gold questions wrongly."""
    FLIPS = "random_flips"
    """A person whose corrections are contradicted far more often than those of others, to any label."""
    ATTACKER = "one_attacker"
    """A person who turns one label into another far more often than others."""
    DRIP = "slow_drip"
    """The same, a few at a time over weeks."""
    BURST = "burst"
    """A person with many contradicted corrections towards one label on one day."""
    CAMPAIGN = "campaign"
    """Mails of one sender, thread or near-duplicate group that are pulled to one label."""
    NOISE = "noise"
    """A large share of all corrections is contradicted."""


@dataclass(frozen=True, slots=True)
class Example:
    """A label to learn; weight 1 is a fresh correction by a fully trusted person."""

    mail_key: str
    head: str
    label: str
    weight: float
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should look at, in tokens and labels only."""

    code: Attack
    head: str | None
    count: int
    """Corrections that it is about."""
    share: float
    """Their part of the person's or group's corrections that were tested."""
    who: tuple[str, ...]
    """Tokens of people."""
    what: tuple[str, ...]
    """Labels, and the token or number of a sender, thread or near-duplicate group."""
    sentence: str


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a person's corrections are believed."""

    value: float
    """Posterior mean of being right, 0 to 1."""
    gold_right: int
    gold_answers: int
    below_floor: bool
    """Below `trust_floor`, and not cleared."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """Corrections after the guards."""

    examples: tuple[Example, ...]
    findings: tuple[Finding, ...]
    trust: Mapping[str, Trust]
    left_out: Mapping[tuple[str, str], LeftOut] = field(default_factory=dict)
    """Mail and head → why no example came of their corrections."""

    def pending(self) -> tuple[tuple[str, str], ...]:
        """Mails and heads that another person should see."""
        return tuple(key for key, why in self.left_out.items() if why in PENDING)
