"""A run, or all runs of a day or month, as one point of the index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

SINGLE_RUNS = 400
"""Newest runs that have a point each."""

DAYS = 400
"""Days before these that have a point each; what is older has a point a month."""

RUN_COLUMNS = (
    "run_id started_at seconds messages_read messages_new messages_duplicate messages_published messages_quarantined "
    "model_version"
).split()
MEASURE_COLUMNS = "run_id metric by slice value low high".split()
ALERT_COLUMNS = "run_id state severity".split()
"""What the index reads of metrics/runs, metrics/measures and metrics/alerts."""

MEASURED_BY = ("run", "queue")
"""Kinds of slices whose measures the index shows."""

Row = Mapping[str, Any]
Key = tuple[str, str, str]
"""Metric, kind of slice, slice."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its interval, where it has one."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One run, or several: volumes and seconds are sums, figures and versions those of the last run.

    `run_id` and `started_at` (UTC) are of the last run, `raised` counts alerts by severity.
    """

    run_id: str
    started_at: datetime
    runs: int
    seconds: float
    read: int
    new: int
    duplicate: int
    published: int
    quarantined: int
    model_version: str | None = None
    figures: Mapping[Key, Figure] = field(default_factory=dict)
    raised: Mapping[str, int] = field(default_factory=dict)

    def of(self, metric: str, by: str = "run") -> dict[str, Figure]:
        """Figures of a metric by slice; of one with parts (`drift.queue`) by part, where it has only the run's."""
        own = {where: figure for (name, kind, where), figure in self.figures.items() if name == metric and kind == by}
        parts = {
            name.removeprefix(f"{metric}."): figure
            for (name, kind, _), figure in self.figures.items()
            if kind == by and name.startswith(f"{metric}.")
        }
        return own or parts


def shown_runs(runs: Iterable[Row]) -> list[str]:
    """Ids of the runs whose figures the index shows; those of others need not be read."""
    return [group[-1]["run_id"] for group in _groups(runs)]


def points_of(runs: Iterable[Row], measures: Iterable[Row], alerts: Iterable[Row]) -> list[Point]:
    """Points by time from rows of metrics/runs, metrics/measures and metrics/alerts; times are aware.

    All runs are needed; measures and alerts of runs that are not in `shown_runs` may be left out.
    """
    figures: dict[str, dict[Key, Figure]] = {}
    for row in measures:
        if row["value"] is not None:
            key = (row["metric"], row["by"], row["slice"])
            figures.setdefault(row["run_id"], {})[key] = Figure(row["value"], row["low"], row["high"])
    raised: dict[str, Counter[str]] = {}
    for row in alerts:
        if row["state"] in ("raised", "open"):
            raised.setdefault(row["run_id"], Counter())[row["severity"]] += 1
    return [_point(group, figures, raised) for group in _groups(runs)]


def _groups(runs: Iterable[Row]) -> list[Sequence[Row]]:
    """Runs by time, older ones by day or month, so that the index is bounded however many there are."""
    rows = sorted(runs, key=lambda row: (row["started_at"], row["run_id"]))
    newest = [[row] for row in rows[-SINGLE_RUNS:]]
    days = [list(group) for _, group in groupby(rows[:-SINGLE_RUNS], key=lambda row: row["started_at"].date())]
    older = [row for group in days[:-DAYS] for row in group]
    months = [list(group) for _, group in groupby(older, key=lambda row: f"{row['started_at']:%Y-%m}")]
    return [*months, *days[-DAYS:], *newest]


def _point(
    group: Sequence[Row], figures: Mapping[str, Mapping[Key, Figure]], raised: Mapping[str, Mapping[str, int]]
) -> Point:
    last = group[-1]
    return Point(
        run_id=last["run_id"],
        started_at=last["started_at"],
        runs=len(group),
        seconds=sum(row["seconds"] for row in group),
        read=sum(row["messages_read"] for row in group),
        new=sum(row["messages_new"] for row in group),
        duplicate=sum(row["messages_duplicate"] for row in group),
        published=sum(row["messages_published"] for row in group),
        quarantined=sum(row["messages_quarantined"] for row in group),
        model_version=last["model_version"],
        figures=figures.get(last["run_id"], {}),
        raised=raised.get(last["run_id"], {}),
    )
