"""The settings of retraining."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class RetrainingSettings(Section):
    """When a model is trained anew."""

    cool_down_days: int = Field(1, ge=0, le=3_660)
    """Days after a training before the next."""
