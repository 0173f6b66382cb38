"""What is told about a mail: plain values, ready for JSON; words of the mail only as they stand anonymized."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["published", "in quarantine", "not published yet"]


@dataclass(frozen=True, slots=True)
class TermShown:
    """A term, what it adds to each label's logit, and to the lead of the best label over the next one."""

    term: str
    lead: float
    logits: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Change:
    """What would have to be gone from the mail for another outcome, and what then is said."""

    wanted: str
    removed: tuple[str, ...]
    best_label: str
    score: float
    abstained: bool
    queue: str
    rule: str


@dataclass(frozen=True, slots=True)
class HeadShown:
    """One head's decision, labelled again with the version that decided, and why.

    Logits are `bias` + the sum over `terms` + `rest`, the sum over those not shown. `exact` is false where the
    terms are effects of leaving them out. `rival` is the label that `lead` is measured against; none where
    labels are independent. `stored_score` is what gold/labels holds; null where it holds nothing.
    """

    head: str
    model: str
    model_version: str
    candidate: str
    label: str | None
    labels: tuple[str, ...]
    best_label: str
    rival: str | None
    score: float
    scores: Mapping[str, float]
    threshold: float
    abstained: bool
    reason: str | None
    decided_by: str
    logits: Mapping[str, float]
    bias: Mapping[str, float]
    terms: tuple[TermShown, ...]
    rest: Mapping[str, float]
    exact: bool
    changes: tuple[Change, ...]
    stored_label: str | None
    stored_score: float | None
    agrees: bool | None
    """Whether the replay gives the stored decision; null where nothing is stored or another version answered."""


@dataclass(frozen=True, slots=True)
class RuleShown:
    """A routing rule that was tried; `failed` is its first condition that did not hold."""

    rule: str
    queue: str
    failed: str | None


@dataclass(frozen=True, slots=True)
class RouteShown:
    """Where the mail goes by the present rules, by way of which rules, and whether that is what is stored."""

    queue: str
    priority: str | None
    due_at: datetime | None
    rule: str
    reason: str
    rules_version: str
    path: tuple[RuleShown, ...]
    stored_queue: str | None
    stored_rule: str | None
    stored_rules_version: str | None
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of why a mail is where it is. `notes` says what could not be replayed."""

    mail_key: str
    state: State
    notes: tuple[str, ...] = ()
    reasons: Mapping[str, str] | None = None
    """Of quarantine: code → what it means."""

    policy_version: str | None = None
    heads: tuple[HeadShown, ...] = ()
    route: RouteShown | None = None
