"""The settings of the review page."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class PageSettings(Section):
    """How people review in a browser."""

    port: int = Field(8021, ge=0, le=65_535)
    """Where the page listens; 0 takes any free port."""

    lease_minutes: float = Field(15, gt=0, le=1_440)
    """Minutes for which a mail on somebody's screen is shown to nobody else."""

    flush_seconds: float = Field(3, gt=0, le=3_600)
    """Seconds between two writes of answers from the journal to gold/corrections."""

    refresh_seconds: float = Field(60, gt=0, le=86_400)
    """Seconds between two looks for a new draw, for mails that were erased, and for corrections made elsewhere."""

    blind_share: float = Field(0.15, ge=0, le=1)
    """Share of ordinary items that are shown without the suggestion, as all audit and gold questions are."""

    session_hours: float = Field(12, gt=0, le=720)
    """Hours after which a browser must open its link again."""

    without_draw: int = Field(200, ge=1, le=100_000)
    """The least certain labels that are shown where no review queue was drawn."""
