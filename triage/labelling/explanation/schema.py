"""The explanation of a mail as plain values, ready for JSON; words of the mail are anonymized ones only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["published", "in quarantine", "not published yet"]


@dataclass(frozen=True, slots=True)
class TermContribution:
    """A term, its contribution to each label's logit, and to the lead of the best label over the runner-up."""

    term: str
    lead: float
    logits: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Change:
    """A smallest removal of words or facts that gives the wanted outcome, and the decision and route it leads to."""

    wanted: str
    removed: tuple[str, ...]
    best_label: str
    score: float
    abstained: bool
    queue: str
    rule: str


@dataclass(frozen=True, slots=True)
class HeadExplanation:
    """One head's decision, computed again with the model version that made it, and its reasons.

    Logits are `bias` + the sum over `terms` + `rest`, the sum over those not listed. `exact` is false where the
    terms are effects of removing them. `rival` is the label that `lead` is measured against; none where labels
    are independent. `stored_score` is the score in gold/labels; null where it has no row.
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
    terms: tuple[TermContribution, ...]
    rest: Mapping[str, float]
    exact: bool
    changes: tuple[Change, ...]
    stored_label: str | None
    stored_score: float | None
    agrees: bool | None
    """Whether the replay gives the stored decision; null where nothing is stored or another version was used."""


@dataclass(frozen=True, slots=True)
class TriedRule:
    """A routing rule that was tried; `failed` is its first condition that did not hold."""

    rule: str
    queue: str
    failed: str | None


@dataclass(frozen=True, slots=True)
class RouteExplanation:
    """The route by the current rules, the rules that were tried, and whether it equals the stored route."""

    queue: str
    priority: str | None
    due_at: datetime | None
    rule: str
    reason: str
    rules_version: str
    path: tuple[TriedRule, ...]
    stored_queue: str | None
    stored_rule: str | None
    stored_rules_version: str | None
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of one mail. `notes` lists what could not be replayed or differs."""

    mail_key: str
    state: State
    notes: tuple[str, ...] = ()
    reasons: Mapping[str, str] | None = None
    """Code → meaning of each quarantine reason."""

    policy_version: str | None = None
    heads: tuple[HeadExplanation, ...] = ()
    route: RouteExplanation | None = None
