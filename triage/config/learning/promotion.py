"""The settings of the gate that a model passes before it goes live."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class PromotionSettings(Section):
    """What a challenger must show."""

    confidence: float = Field(0.95, gt=0.5, lt=1)
    """Confidence of the intervals that the gate decides by."""
