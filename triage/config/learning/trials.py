"""The settings of trials: a new model beside the champion on live mail."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from triage.config.base import Section


class TrialSettings(Section):
    """How a model that passed the gate is tried on live mail before it goes live for all."""

    first: Literal["none", "shadow", "canary", "ab"] = "none"
    """What a model that passed the gate goes through: it goes live at once (none), labels beside the champion without
    deciding (shadow), or decides a small (canary) or larger (ab) share of the threads."""

    canary_share: float = Field(0.1, gt=0, le=0.5)
    """Share of the threads that a canary decides."""

    ab_share: float = Field(0.5, gt=0, le=0.5)
    """Share of the threads that the new model decides in an A/B test."""

    false_stops: float = Field(0.05, gt=0, lt=0.5)
    """Probability, at most, that a trial is ever stopped as worse although the model is not."""

    false_wins: float = Field(0.05, gt=0, lt=0.5)
    """Probability, at most, that a trial ever ends as better although the model is not."""

    most_mails: int = Field(8_000, ge=100, le=10_000_000)
    """Checked mails after which a trial ends without a verdict: a model that passed the gate goes live, unless it must
    be better."""

    most_days: int = Field(60, ge=1, le=3_660)
    """Days after which a trial ends without a verdict, however few mails were checked; nothing is trained meanwhile."""

    must_be_better: bool = False
    """Whether a model that is neither better nor worse at the end of its trial is stopped."""
