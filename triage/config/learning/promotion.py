"""The settings of the gate that a model passes before it goes live."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class PromotionSettings(Section):
    """What a challenger must show."""

    confidence: float = Field(0.95, gt=0.5, lt=1)
    """Confidence of the intervals that the gate decides by."""

    least_rows: int = Field(50, ge=2, le=10_000_000)
    """Labelled rows that neither model learnt from, below which the gate refuses to compare with a champion."""

    smallest_gain: float = Field(0.01, gt=0, lt=1)
    """Gain in macro-F1 that is worth a new champion; the gate says how many rows it needs to see one."""

    power: float = Field(0.9, gt=0.5, lt=1)
    """Probability with which a gain of `smallest_gain` should be seen, for the number of rows that the gate names."""

    slice_rows: int = Field(100, ge=2, le=10_000_000)
    """Rows from which a slice (a language, queue, label and so on) can block a challenger."""

    slice_margin: float = Field(0.02, ge=0, lt=1)
    """Share of a slice's rows by which fewer may be right before it can block a challenger."""

    slice_risk: float = Field(0.05, gt=0, lt=1)
    """Probability that a challenger that is as good everywhere is blocked by any of its slices (Holm)."""

    calibration_margin: float = Field(0.03, ge=0, le=1)
    """Expected calibration error by which a challenger may be worse."""

    abstention_margin: float = Field(0.05, ge=0, le=1)
    """Share of mails by which a challenger may leave more to people."""

    slowest: float = Field(0.5, gt=0)
    """Mails a second of the challenger as a share of the champion's, below which it is refused."""

    largest: float = Field(3.0, gt=0)
    """Size of the challenger's files as a multiple of the champion's, above which it is refused."""

    speed_rows: int = Field(2_000, ge=0, le=1_000_000)
    """Rows on which both models' speed is measured; 0 measures none."""

    approval: bool = False
    """Whether a challenger that passes waits for a person's approval (`jobs/promote.py --approve`)."""
