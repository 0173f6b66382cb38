"""The settings of backups."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class BackupSettings(Section):
    """Where backups go, and for how long they stay."""

    to: str | None = None
    """Folder or URI (`s3://bucket/prefix`) of the repository that `jobs/backup.py` writes to, outside of the lake."""

    keep_days: int = Field(30, ge=1)
    """Days after which a backup is removed. Until then it still holds persons who were erased after it was made, so
    this is how long an erasure takes to reach the backups; the newest backup always stays."""
