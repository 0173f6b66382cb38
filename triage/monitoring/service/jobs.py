"""Whether jobs succeed, and start in time, from the log of attempts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

import numpy as np

from triage.cli import STOPPED, TRANSIENT
from triage.errors import ConfigError
from triage.monitoring.history.times import DAY, Floats, are_alike, hour_of, tolerance_of
from triage.monitoring.history.usual import exact_interval
from triage.monitoring.measurement import Measurement
from triage.monitoring.service.attempts import Attempt
from triage.monitoring.view import RunView

NIGHTLY = "nightly"

_FEWEST_PAUSES = 2
"""Runs like the last one without which the pause after it is not known."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt whose end is known: whether it succeeded, and if not, whether by wrong input."""

    job: str
    started_at: datetime
    succeeded: bool
    by_wrong_input: bool = False


def ended(attempts: Sequence[Attempt]) -> list[Ended]:
    """The attempts that count, the oldest first.

    One without an end was killed if a later one could work on the lake; else it may be at work still. One that a
    person stopped does not count, nor one that was refused because another was at work.
    """
    found = []
    for attempt in sorted(attempts, key=lambda one: one.started_at):
        if attempt.ended_at is None:
            if _has_successor(attempt, attempts):
                found.append(Ended(attempt.job, attempt.started_at, succeeded=False))
        elif attempt.exit_code != STOPPED and not _was_refused(attempt, attempts):
            code = attempt.exit_code
            found.append(Ended(attempt.job, attempt.started_at, code == 0, code == ConfigError.exit_code))
    return found


def counted(view: RunView) -> list[Ended]:
    """Those of `ended`, but for wrong input before the first success: who sets up a lake tries until it works.

    The run at hand is a success, since it has come so far.
    """
    jobs = ended(view.attempts)
    good = (one.started_at for one in jobs if one.succeeded)
    first = min((*good, *(run.started_at for run in view.past), view.record.started_at))
    return [one for one in jobs if not one.by_wrong_input or one.started_at > first]


def _has_successor(attempt: Attempt, attempts: Iterable[Attempt]) -> bool:
    """Whether a later one had the lake: it took more than a refusal."""
    later = (one for one in attempts if one.started_at > attempt.started_at)
    return any(one.exit_code != TRANSIENT for one in later)


def _was_refused(attempt: Attempt, attempts: Iterable[Attempt]) -> bool:
    if attempt.exit_code != TRANSIENT:
        return False
    earlier = (one for one in attempts if one.started_at < attempt.started_at)
    return any(one.ended_at is None or one.ended_at > attempt.started_at for one in earlier)


def target_note(high: float, target: float) -> str:
    """BELOW_TARGET where even the upper bound of the share is below it."""
    return "BELOW_TARGET" if high < target else ""


def job_success(view: RunView) -> Iterator[Measurement]:
    """Share of the jobs of the window that succeeded; the note says where that is surely too few."""
    since = view.record.started_at - timedelta(days=view.settings.monitoring.service.window_days)
    jobs = [one for one in counted(view) if one.started_at >= since]
    if jobs:
        good, target = sum(one.succeeded for one in jobs), view.settings.monitoring.service.jobs_target
        low, high = exact_interval(good, len(jobs), (1 - view.settings.monitoring.confidence) / 2)
        yield Measurement("job_success", good / len(jobs), low=low, high=high, note=target_note(high, target))


def lateness(view: RunView) -> Iterator[Measurement]:
    """Hours by which this run starts later than it should after the last one that succeeded; 0 for one in time.

    It should after `every_hours`, or after as many as usually passed after runs of the same weekday at a like time,
    where these are more: a job that rests at weekends is not late on Mondays. A replay is not on the schedule: it is
    never late, and no run is in time because of it.
    """
    starts = np.asarray(_starts(view))
    if len(starts) and not view.record.is_replay:
        hours = hour_of(view.record.started_at) - float(starts[-1])
        due = max(view.settings.monitoring.service.every_hours, _usual_pause(starts))
        yield Measurement("lateness", round(max(0.0, hours - due), 6), usual=0.0)


def _starts(view: RunView) -> list[float]:
    """Hours at which earlier runs started that succeeded; those that found nothing new are in the log alone."""
    logged = {one.run_id for one in view.attempts if one.exit_code == 0}
    known = [run.started_at for run in view.past if not run.is_replay and run.run_id not in logged]
    good = [one.started_at for one in ended(view.attempts) if one.succeeded and one.job == NIGHTLY]
    return sorted(hour_of(at) for at in (*good, *known) if at < view.record.started_at)


def _usual_pause(starts: Floats) -> float:
    """Hours that passed after runs like the last one; 0 where fewer than two tell it."""
    alike = are_alike(starts, float(starts[-1]), tolerance_of(starts))[:-1]
    pauses = np.diff(starts)[alike & (starts[-1] - starts[:-1] > DAY)]
    return median_low(pauses.tolist()) if len(pauses) >= _FEWEST_PAUSES else 0.0
