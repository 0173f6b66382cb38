"""The settings of the search for topics that the labels lack."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class TopicSettings(Section):
    """When labels should be split, merged, added or removed."""

    days: int = Field(30, ge=1, le=3_660)
    """Days of mail that are read."""

    most_mails: int = Field(6_000, ge=100, le=50_000)
    """Mails that are clustered at once, a random sample of them where there are more."""

    fewest_mails: int = Field(15, ge=5, le=10_000)
    """Mails of a cluster."""

    other_labels: tuple[str, ...] = ("other", "misc", "miscellaneous", "general")
    """Labels that say that no other fits."""

    split_share: float = Field(0.25, gt=0, lt=0.5)
    """Share of a label's mails that each of two clusters must have before a split is proposed."""

    overlap: float = Field(0.25, gt=0, lt=1)
    """Probability that mails of two labels give to the other one, on average, before a merge is proposed."""

    fewest_senders: int = Field(3, ge=2, le=1_000)
    """Senders of a cluster; what fewer write is a campaign and no topic."""
