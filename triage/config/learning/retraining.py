"""The settings of retraining."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class RetrainingSettings(Section):
    """When a model is trained anew, and on what."""

    min_corrections: int = Field(30, ge=1, le=1_000_000)
    """New corrections since the last training from which it is worth one; fewer wait, whatever else says so."""

    many_corrections: int = Field(200, ge=1, le=1_000_000)
    """New corrections that are a reason by themselves."""

    accuracy_drop: float = Field(0.03, gt=0, lt=1)
    """By how much the accuracy of a head is below what is usual, with its whole interval, to be a reason: the accuracy
    realized in audits below that on held-out rows, the expected one below its median in runs of the same model."""

    drift_days: int = Field(14, ge=0, le=3_660)
    """Days for which an alert that mail has changed is a reason; 0 turns it off."""

    drift_alerts: tuple[str, ...] = ("mail_drifted", "new_topic", "wording_changed", "labels_shifted", "new_language")
    """Rules of conf/alerts.yaml whose alerts say so."""

    max_days: int = Field(30, ge=0, le=3_660)
    """Days after the last training that are a reason by themselves; 0 turns it off."""

    cool_down_days: int = Field(1, ge=0, le=3_660)
    """Days after a training before the next, whatever the reasons."""

    trainings_a_month: int = Field(8, ge=1, le=1_000)
    """Trainings in 30 days, at most."""

    gate_share: float = Field(0.25, gt=0, lt=0.9)
    """Share of the threads with mails that were drawn for review at random, which are held back: no model learns from
    their corrections, the gate compares on them."""

    sample_weight: float = Field(0.5, gt=0, le=10)
    """Weight in training of a row of the sample that ships; above 0, because its held-out rows evaluate every head."""

    correction_weight: float = Field(4.0, gt=0, le=100)
    """Weight in training of a trusted, fresh correction: a company's own mail says more of it than the sample does."""
