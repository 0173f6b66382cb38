"""Standard output: a line an alert."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal

from triage.monitoring.alerts.alert import Alert
from triage.monitoring.alerts.sinks.base import Sink


class StdoutSink(Sink):
    """Prints alerts. In a run the summary prints them, after the progress has ended."""

    is_printed: ClassVar[bool] = True
    kind: Literal["stdout"]

    def send(self, alerts: Sequence[Alert], now: datetime, seconds: float) -> None:
        """Prints a line an alert."""
        sys.stdout.write("".join(f"{alert.line}\n" for alert in alerts))
        sys.stdout.flush()
