"""The settings of relabelling."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class RelabelSettings(Section):
    """How mails are labelled and routed again."""

    chunk_mails: int = Field(20_000, ge=1, le=10_000_000)
    """Mails that are written at once, in whole batches: a chunk is old or new for readers, and a killed job repeats at
    most one. Each chunk rewrites the files of its batches, so that small chunks of many small batches cost time."""
