"""The settings of the review queue and its page."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class ReviewSettings(Section):
    """What people look at."""

    budget: int = Field(50, ge=1, le=1_000_000)
    """Mails a draw and team, where `budgets` does not name the team."""

    budgets: dict[str, int] = Field(default_factory=dict)
    """Mails a draw by team, which is the name of a queue."""

    audit_share: float = Field(0.1, ge=0, le=1)
    """Share of a draw that is taken at random. No model learns from it, and accuracy is measured on it."""
