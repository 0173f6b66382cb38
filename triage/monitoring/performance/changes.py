"""Changes over runs: a head's expected accuracy falls, or abstention or corrections rise, and stay so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.monitoring.measurement import Measurement
from triage.monitoring.performance.abstention import ABSTENTION, abstention
from triage.monitoring.performance.corrections import AUDIT, Row, in_force
from triage.monitoring.performance.cusum import rise
from triage.monitoring.performance.expected import METRIC as EXPECTED
from triage.monitoring.performance.expected import by_the_same_model, decisions, expected_accuracy, heads_of
from triage.monitoring.performance.notes import (
    ABSTENTION_ROSE,
    CORRECTIONS_ROSE,
    EXPECTED_ACCURACY_FELL,
    TOO_FEW_RUNS,
)
from triage.monitoring.view import RunView

CHANGE = "accuracy_change"


@dataclass(frozen=True, slots=True)
class Series:
    """A figure by run, the oldest first and this run last, as one that rises where things get worse.

    `note` is what a rise means; `mails` are those behind each value.
    """

    note: str
    values: Sequence[float]
    mails: Sequence[int]


def accuracy_change(view: RunView) -> Iterator[Measurement]:
    """Of each head: the largest rise of its series as a multiple of `change_limit`; from 1 on it is a change."""
    limits = view.settings.monitoring.performance
    now = {one.metric: one for one in (*expected_accuracy(view), *abstention(view)) if one.by == "run"}
    for head in heads_of(view.now.run):
        series = [
            _of_runs(view, f"{EXPECTED}.{head}", now, EXPECTED_ACCURACY_FELL, sign=-1),
            _of_runs(view, f"{ABSTENTION}.{head}", now, ABSTENTION_ROSE, sign=1),
            _corrections(view, head),
        ]
        long = [one for one in series if len(one.values) >= limits.change_runs]
        mails = decisions(view.now.run, head).total
        if not long:
            yield Measurement(f"{CHANGE}.{head}", None, mails=mails, note=TOO_FEW_RUNS)
            continue
        rises = {one.note: rise(one.values, one.mails) / limits.change_limit for one in long}
        note = max(rises, key=rises.__getitem__)
        yield Measurement(f"{CHANGE}.{head}", rises[note], mails=mails, note=note if rises[note] >= 1 else "")


def _of_runs(view: RunView, metric: str, now: dict[str, Measurement], note: str, *, sign: int) -> Series:
    """Runs with a value, by the model in force only: another model has another level. Empty without a value now."""
    current = now.get(metric)
    if current is None or current.value is None:
        return Series(note, (), ())
    same = [
        (one.value, one.mails)
        for one in by_the_same_model(view, metric)
        if one.by == "run" and one.value is not None and one.mails
    ]
    rows = [*same, (current.value, current.mails)]
    return Series(note, [sign * value for value, _ in rows], [mails for _, mails in rows])


def _corrections(view: RunView, head: str) -> Series:
    """Labels changed between one run and the next, beside the labels that the earlier one gave.

    `correction_rate` itself is of a sliding time: its values of two nights share most of their corrections, and a test
    that takes them for independent would raise false alarms.
    """
    past = [one for one in view.history(f"{ABSTENTION}.{head}") if one.by == "run" and one.value is not None]
    times = [row["corrected_at"] for row in in_force(view.corrections) if _changes_a_label(row, head)]
    ends = [*(one.started_at for one in past[1:]), view.record.started_at]
    rows = [
        (_between(times, one.started_at, end) / given, given)
        for one, end in zip(past, ends, strict=False)
        if (given := round(one.mails * (1 - (one.value or 0.0))))
    ]
    if not times:
        return Series(CORRECTIONS_ROSE, (), ())
    return Series(CORRECTIONS_ROSE, [rate for rate, _ in rows], [given for _, given in rows])


def _changes_a_label(row: Row, head: str) -> bool:
    is_chosen = row["head"] == head and row["source"] != AUDIT
    return is_chosen and row["decided"] is not None and row["decided"] != row["label"]


def _between(times: Sequence[datetime], begin: datetime, end: datetime) -> int:
    return sum(begin < time <= end for time in times)
