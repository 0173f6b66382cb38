"""The settings of corrections."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class CorrectionSettings(Section):
    """Who may correct, and what a correction counts."""

    reviewers: str | None = None
    """YAML file that names the reviewers with their teams; without one, and in local mode only, anyone may correct."""

    reason_chars: int = Field(500, ge=1, le=10_000)
    """Characters that a stated reason may have."""

    move_weight: float = Field(0.3, ge=0, le=1)
    """Weight of a correction that was read from a moved mail, where one that a person stated has 1."""

    folders: dict[str, str] = Field(default_factory=dict)
    """What a folder or Gmail label of a mailbox says of the head category, such as {Invoices: billing}: a mail that was
    moved there had the wrong label. Names are compared by the whole path or its last part, whatever their case;
    folders that are not named here say nothing."""
