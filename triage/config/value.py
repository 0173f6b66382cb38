"""What a mail, an error and a machine cost, as assumptions with ranges."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from triage.config.base import Section


class Assumption(Section):
    """A figure that nobody measured: the least, the most likely and the greatest value that it may have."""

    low: float = Field(ge=0, le=1e9)
    """The least it can be."""

    usual: float = Field(ge=0, le=1e9)
    """The most likely value; figures without an interval are computed with it."""

    high: float = Field(ge=0, le=1e9)
    """The most it can be."""

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.low <= self.usual <= self.high:
            raise ValueError("low, usual and high must not fall: write low <= usual <= high")
        if self.high <= 0:
            raise ValueError("high must be above 0, since an assumption of nothing estimates nothing")
        return self


class ValueSettings(Section):
    """What a mail, an error and a machine cost: assumptions, each with its range."""

    currency: str = Field("EUR", pattern="^[A-Z]{3}$")
    """ISO 4217 code of the money in which prices and results are."""

    core_hour_price: Assumption = Assumption(low=0.02, usual=0.05, high=0.12)
    """Money for one core of the machine for one hour."""

    work_hour_price: Assumption = Assumption(low=25, usual=40, high=60)
    """Money for one hour of the people who sort mail, all costs of the employer included."""

    sorting_minutes: Assumption = Assumption(low=0.2, usual=0.5, high=1.5)
    """Minutes in which a person without this job opens a mail, decides whose it is and forwards it."""

    queue_sorting_minutes: dict[str, Assumption] = Field(default_factory=dict)
    """The same for mails of single queues, by queue, where they differ: an automatic reply takes less."""

    review_minutes: Assumption = Assumption(low=0.3, usual=0.6, high=2)
    """Minutes in which a person decides about a mail in a review queue or in quarantine."""

    error_minutes: Assumption = Assumption(low=2, usual=6, high=20)
    """Minutes of work that a mail in the wrong queue costs, until it is in the right one."""

    errors_per_expected: Assumption = Assumption(low=0.7, usual=1, high=2)
    """Wrong labels for each that the scores lead to expect: 1 where the scores are calibrated."""

    deciding_heads: tuple[str, ...] = ("category",)
    """Heads of which a wrong label sends a mail to the wrong queue."""

    draws: int = Field(4_000, ge=200, le=1_000_000)
    """Draws from the assumptions for each interval."""

    seed: int = Field(20, ge=0, le=2**63 - 1)
    """Seed of the draws: equal figures and assumptions give equal intervals."""
