"""The peer of the benchmarks."""

from __future__ import annotations

from triage.privacy.stock import Stock as Stock  # noqa: PLC0414
