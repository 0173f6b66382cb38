"""A file with one JSON object a line, which log shippers read."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from triage.monitoring.alerts.alert import Alert
from triage.monitoring.alerts.sinks.base import FilePath, Sink, SinkError


def as_json(alert: Alert) -> dict[str, Any]:
    """An alert as JSON; times in ISO 8601 with their zone."""
    times = {name: getattr(alert, name).isoformat() for name in ("raised_at", "since")}
    names = ("rule", "by", "slice", "state", "severity", "owner", "runbook", "sentence", "cost")
    return {**times, **{name: getattr(alert, name) for name in names}, "folded": list(alert.folded)}


class JsonFileSink(Sink):
    """Adds a line an alert to a file, all of a run by one write: a reader sees no half of them."""

    kind: Literal["file"]

    path: FilePath
    """The file; its folder is created."""

    def send(self, alerts: Sequence[Alert], now: datetime, seconds: float) -> None:
        """Adds the lines. Raises SinkError where the file cannot be written."""
        lines = "".join(json.dumps(as_json(alert), ensure_ascii=False) + "\n" for alert in alerts).encode()
        try:
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                written = os.write(file, lines)
            finally:
                os.close(file)
        except OSError as fault:
            raise SinkError(f"the file cannot be written ({fault.strerror})") from None
        if written < len(lines):
            raise SinkError("the disk is full, and the last line is cut off")
