"""Figures of a lake that the records of processing and risk show: counts, the latest run's measurements, alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from triage.monitoring.governance.document import Blocks, Row, Table
from triage.monitoring.registry import metric_of

MOST_ROWS = 40
"""Rows of a table of measurements; a run has hundreds, which metrics/measures holds."""

_HEADER = ("metric", "of", "value", "interval", "mails", "note")


@dataclass(frozen=True, slots=True)
class LakeFigures:
    """Counts over the lake, and the rows of `metrics/*` of the latest run.

    `entities` are replaced findings by entity, `marks` mails by mark, `queues` routed mails by queue, `heads` the mails
    without a label and all mails by head, `rows` rows by table. `runs` are the runs' ids, the oldest first.
    """

    published: int = 0
    quarantined: int = 0
    entities: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, int] = field(default_factory=dict)
    queues: Mapping[str, int] = field(default_factory=dict)
    heads: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    runs: tuple[str, ...] = ()
    measures: Sequence[Mapping[str, Any]] = ()
    drift: Sequence[Mapping[str, Any]] = ()
    alerts: Sequence[Mapping[str, Any]] = ()

    @property
    def latest_run(self) -> str:
        """The id of the latest run; empty before the first."""
        return self.runs[-1] if self.runs else ""

    def reviewed(self, queues: Sequence[str]) -> tuple[int, int]:
        """Mails in these queues, and all that are routed."""
        return sum(self.queues.get(queue, 0) for queue in queues), sum(self.queues.values())


def measured(figures: LakeFigures, family: str, title: str) -> Blocks:
    """The latest run's measurements of a family of metrics; none where it has none."""
    own = [row for row in figures.measures if (known := metric_of(row["metric"])) and known.family == family]
    ordered = sorted(own, key=lambda row: (row["by"] != "run", row["metric"], row["by"], row["slice"]))
    if not ordered:
        return ()
    more = f", {MOST_ROWS} of {len(ordered)}" if len(ordered) > MOST_ROWS else ""
    return (
        Table(_HEADER, tuple(_measure(row) for row in ordered[:MOST_ROWS]), f"{title} ({figures.latest_run}{more})"),
    )


def _measure(row: Mapping[str, Any]) -> Row:
    of = "all mails" if row["by"] == "run" else f"{row['by']} {row['slice']}"
    low, high = _figure(row["low"]), _figure(row["high"])
    interval = f"{low} to {high}" if low and high else ""
    return row["metric"], of, _figure(row["value"]) or "unknown", interval, str(row["mails"]), row["note"] or ""


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def drifted(figures: LakeFigures) -> Blocks:
    """The features of the latest run that moved, the farthest first."""
    moved = [row for row in figures.drift if row["status"] in ("watch", "alert")]
    ordered = sorted(moved, key=lambda row: (row["status"] != "alert", -row["psi"], row["feature"], row["slice"] or ""))
    rows = tuple(
        (row["feature"], _slice(row), row["status"], f"{row['psi']:.3f}", str(row["mails"]))
        for row in ordered[:MOST_ROWS]
    )
    header = ("feature", "of", "status", "PSI", "mails")
    return (Table(header, rows, f"Drift ({figures.latest_run})"),) if rows else ()


def _slice(row: Mapping[str, Any]) -> str:
    return "all mails" if row["by"] in (None, "run") else f"{row['by']} {row['slice']}"


def alerted(figures: LakeFigures) -> Blocks:
    """The alerts of the latest run."""
    rows = tuple(
        (str(a["severity"]), str(a["rule"]), str(a["state"]), str(a["sentence"]), str(a["owner"]))
        for a in sorted(figures.alerts, key=lambda a: (a["severity"] != "critical", a["rule"], a["slice"] or ""))
    )
    header = ("severity", "rule", "state", "what happened", "owner")
    return (Table(header, rows, f"Alerts ({figures.latest_run})"),) if rows else ()


def share(part: int, whole: int) -> str:
    """A share in percent with the counts behind it."""
    return f"{100 * part / whole:.1f} % ({part} of {whole})" if whole else "no mails"
