"""A text file for the textfile collector of Prometheus' node_exporter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from triage.monitoring.alerts.alert import Alert
from triage.monitoring.alerts.sinks.base import FilePath, Sink, SinkError

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})

Sample = tuple[Mapping[str, str], float]


class PrometheusSink(Sink):
    """Writes which alerts are open, whole or not at all, in Prometheus' text exposition format 0.0.4.

    node_exporter reads files that end in `.prom` only, and takes no sample with a time of its own. A resolved alert
    is not in the file any more.
    """

    keeps_state: ClassVar[bool] = True
    kind: Literal["prometheus"]

    path: FilePath = Field(pattern=r"\.prom$")
    """The file, in the folder that node_exporter reads."""

    def send(self, alerts: Sequence[Alert], now: datetime, seconds: float) -> None:
        """Replaces the file. Raises SinkError where it cannot be written."""
        target = Path(self.path)
        draft = target.with_name(f".{target.name}.{os.getpid()}.part")  # a name that the collector does not read
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(exposition(alerts, now), "utf-8")
            draft.chmod(0o644)
            draft.replace(target)
        except OSError as fault:
            with suppress(OSError):
                draft.unlink()
            raise SinkError(f"the file cannot be written ({fault.strerror})") from None


def exposition(alerts: Iterable[Alert], now: datetime) -> str:
    """The alerts that are not resolved, as Prometheus reads them."""
    present = [alert for alert in alerts if alert.state != "resolved"]
    open_ = [({**_labels(alert), "state": alert.state, "owner": alert.owner}, 1.0) for alert in present]
    costs = [(_labels(alert), alert.cost) for alert in present]
    since = [(_labels(alert), alert.since.timestamp()) for alert in present]
    blocks = (
        _block("triage_alert", "An alert that is not resolved.", open_),
        _block("triage_alert_cost_a_day", "Expected cost of ignoring the alert for a day.", costs),
        _block("triage_alert_since_timestamp_seconds", "When the alert was first raised.", since),
        _block("triage_alerts", "Alerts that are not resolved.", [({}, float(len(present)))]),
        _block("triage_evaluated_timestamp_seconds", "When a run last evaluated the rules.", [({}, now.timestamp())]),
    )
    return "".join(blocks)


def _labels(alert: Alert) -> dict[str, str]:
    return {"rule": alert.rule, "by": alert.by, "slice": alert.slice, "severity": alert.severity}


def _block(name: str, meaning: str, samples: Sequence[Sample]) -> str:
    if not samples:
        return ""
    lines = [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
    for labels, value in samples:
        pairs = ",".join(f'{label}="{text.translate(_ESCAPES)}"' for label, text in labels.items())
        lines.append(f"{name}{{{pairs}}} {value!r}" if pairs else f"{name} {value!r}")
    return "\n".join(lines) + "\n"
