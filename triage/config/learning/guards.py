"""The settings of the guards against wrong and hostile corrections."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class GuardSettings(Section):
    """What a correction counts in training, and when it counts nothing."""

    sender_share: float = Field(0.05, gt=0, le=1)
    """Share of a training's weight of corrections that mails of one sender may have."""
