"""The settings of the review queue and its page."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from triage.config.base import Section

StrategyName = Literal["random", "cost", "margin", "entropy", "density", "cluster_margin", "badge"]
"""The keys of triage.learning.review.strategies.STRATEGIES."""


class ReviewSettings(Section):
    """What people look at."""

    budget: int = Field(50, ge=1, le=1_000_000)
    """Mails that are open in a team's queue after a draw, where `budgets` does not name the team."""

    budgets: dict[str, int] = Field(default_factory=dict)
    """The same by team, which is the name of a queue; 0 for a team that reviews nothing."""

    heads: tuple[str, ...] = ()
    """Heads whose labels are reviewed; empty for all."""

    strategy: StrategyName = "random"
    """How mails are chosen beside the audit, gold questions and new clusters.

    The default is random because no strategy was shown to need at most half its corrections (docs/benchmarks.md).
    """

    audit_share: float = Field(0.1, ge=0, le=1)
    """Share of a draw that is taken at random. No model learns from it, and accuracy is measured on it."""

    gold_share: float = Field(0.05, ge=0, le=1)
    """Share of a draw that are gold questions, as far as the gold set has mails of the team."""

    new_share: float = Field(0.1, ge=0, le=1)
    """Share of a draw that is for new clusters."""

    second_share: float = Field(0.1, ge=0, le=1)
    """Share of the mails that two people review, so that their agreement can be measured."""

    pressing: float = Field(2.0, ge=1, le=100)
    """How many times as much an error costs in a mail that is certainly high or urgent as in one that is not."""

    window_days: int = Field(30, ge=1, le=3650)
    """Age of the oldest mails that are drawn, in days before the newest published mail."""

    open_days: int = Field(14, ge=1, le=3650)
    """Days until a mail that nobody reviewed leaves the queue."""

    pool: int = Field(5_000, ge=100, le=100_000)
    """Mails of a team that a strategy compares; half of them the dearest by expected cost, half at random."""

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if self.audit_share + self.gold_share + self.new_share > 1:
            raise ValueError("audit_share, gold_share and new_share add up to more than 1")
        if any(budget < 0 for budget in self.budgets.values()):
            raise ValueError("a budget is less than 0")
        return self
