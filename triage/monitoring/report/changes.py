"""What changed since the last run and since the run a week earlier."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import fmean

from triage.monitoring.measurement import Measurement
from triage.monitoring.record import RunRecord
from triage.monitoring.registry import metric_of
from triage.monitoring.report.data import ReportData
from triage.monitoring.report.texts import Texts

_WEEK = timedelta(days=7)
_NEAR = timedelta(days=1)
"""How far from a week ago a run may have started to count as of a week ago."""

COMPARED = (
    "expected_accuracy realized_accuracy abstention decided_share largest_drift cost_per_thousand value_saved "
    "routed_in_time correction_rate unseen_terms oldest_unrouted overdue routed"
).split()
"""Metrics whose values for all mails are compared beside the run's own counts; of `routed`, those by queue."""

QUEUES = "routed"
_MOST_QUEUES = 10

Earlier = Callable[[Measurement], tuple[float | None, float | None]]
"""Of a measurement: its value in the last run and in the one a week earlier."""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure now, in the last run and in the one a week earlier; `unit` as of a metric.

    `is_part` tells that it is one of several that a mean stands for.
    """

    name: str
    unit: str
    now: float
    last: float | None
    week: float | None
    is_part: bool = False


def last_run(data: ReportData) -> RunRecord | None:
    """The run before this one."""
    return data.past[-1] if data.past else None


def week_earlier(data: ReportData) -> RunRecord | None:
    """The run that started nearest to a week before this one, a day more or less; None where there is none."""
    then = data.run.started_at - _WEEK
    near = [run for run in data.past if abs(run.started_at - then) <= _NEAR]
    return min(near, key=lambda run: abs(run.started_at - then), default=None)


def earlier(data: ReportData) -> Earlier:
    """Looks up measurements of the two earlier runs; each metric's history is asked for once."""
    ids = [run.run_id if run else None for run in (last_run(data), week_earlier(data))]
    known: dict[str, dict[tuple[str, str, str], float | None]] = {}

    def values(one: Measurement) -> tuple[float | None, float | None]:
        if one.metric not in known:
            past = data.history(one.metric)
            known[one.metric] = {(old.run_id, old.by, old.slice): old.value for old in past if old.run_id in ids}
        last, week = (known[one.metric].get((run_id or "", one.by, one.slice)) for run_id in ids)
        return last, week

    return values


def changes(data: ReportData, words: Texts) -> list[Change]:
    """The run's counts, then its most telling measurements; none for a first run."""
    if not data.past:
        return []
    return [*_counts(data, words), *_measured(data, words)]


def _counts(data: ReportData, words: Texts) -> Iterator[Change]:
    last, week = last_run(data), week_earlier(data)
    figures: Sequence[tuple[str, str, Callable[[RunRecord], float | None]]] = (
        ("read", "mails", lambda run: run.messages_read),
        ("new", "mails", lambda run: run.messages_new),
        ("published", "mails", lambda run: run.messages_published),
        ("duplicate_share", "share", lambda run: _share(run.messages_duplicate, run.messages_read)),
        ("quarantined_share", "share", lambda run: _share(run.messages_quarantined, run.messages_new)),
        ("seconds", "seconds", lambda run: run.seconds),
    )
    for name, unit, value in figures:
        now = value(data.run)
        if now is not None:
            yield Change(
                words["figures"][name], unit, now, value(last) if last else None, value(week) if week else None
            )


def _measured(data: ReportData, words: Texts) -> Iterator[Change]:
    """A metric of each head, such as `abstention.category`, is compared by the mean of its heads, then by head.

    One with parts, such as `cost_per_thousand.label`, has a figure of its own for the whole.
    """
    values = earlier(data)
    parts: list[Change] = []
    for metric in COMPARED:
        own = [one for one in data.measurements if one.metric.partition(".")[0] == metric and _is_compared(one)]
        found = [
            Change(name_of(one, words), unit_of(one.metric), one.value, *values(one))
            for one in sorted(own, key=lambda one: (-one.mails, one.metric))
            if one.value is not None
        ]
        whole = [one for one in own if one.metric == metric and metric != QUEUES and one.value is not None]
        if whole:
            yield Change(name_of(whole[0], words), unit_of(metric), whole[0].value or 0.0, *values(whole[0]))
            parts += [part for part in found if part.name != name_of(whole[0], words)]
        elif len(found) > 1 and metric != QUEUES:
            yield _mean(words["changes"]["mean"].format(name=words.word("metrics", metric)), found)
            parts += found
        else:
            yield from found[:_MOST_QUEUES]
    yield from (replace(part, is_part=True) for part in parts)


def _mean(name: str, parts: Sequence[Change]) -> Change:
    return Change(
        name,
        parts[0].unit,
        fmean(part.now for part in parts),
        _mean_of([part.last for part in parts]),
        _mean_of([part.week for part in parts]),
    )


def _mean_of(values: Sequence[float | None]) -> float | None:
    """None where one is unknown: a mean of other heads would be no comparison."""
    known = [value for value in values if value is not None]
    return fmean(known) if len(known) == len(values) else None


def _is_compared(one: Measurement) -> bool:
    return one.by == ("queue" if one.metric == QUEUES else "run")


def name_of(one: Measurement, words: Texts) -> str:
    """A measurement's name for people: the metric, what it is of, and the slice."""
    metric, _, of = one.metric.partition(".")
    parts = [words.word("metrics", metric), *(part for part in (of, one.slice) if part)]
    return " · ".join(parts)


def unit_of(name: str) -> str:
    """The unit of the metric that a measurement's name belongs to; none where it is unknown."""
    metric = metric_of(name)
    return metric.unit if metric else ""


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
