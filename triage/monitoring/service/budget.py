"""Error budgets: how much of what may fail is left, and how fast it is used up.

After Beyer et al., The Site Reliability Workbook (O'Reilly 2018), chapter 5, alert 6: multiple windows. The rate is the
lower one of a short and a long window: the long one shows that the loss counts, the short one that it still goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.monitoring.history.past import Past
from triage.monitoring.history.usual import exact_interval
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN
from triage.monitoring.service.jobs import counted
from triage.monitoring.service.waiting import NEARLY_ALL, ROUTED, waiting_of
from triage.monitoring.view import RunView


@dataclass(frozen=True, slots=True)
class Events:
    """What happened at a time: how many jobs or mails, and how many of them failed."""

    at: datetime
    total: float
    bad: float


@dataclass(frozen=True, slots=True)
class Objective:
    """A target for a share of jobs or mails, and what happened so far."""

    name: str
    target: float
    events: Sequence[Events]
    shortest_hours: float = 0.0
    """The least hours of a window of its own that says something."""

    def within(self, now: datetime, hours: float) -> tuple[float, float]:
        """Events of the last hours, and those that failed."""
        since = now - timedelta(hours=hours)
        recent = [one for one in self.events if one.at > since]
        return sum(one.total for one in recent), sum(one.bad for one in recent)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many times the allowed share fails, with its interval."""

    value: float
    low: float
    high: float
    total: float


def budget_left(view: RunView) -> Iterator[Measurement]:
    """Share of the failures allowed in the window that is left; below 0 the target is missed."""
    hours = 24.0 * view.settings.monitoring.service.window_days
    for objective in objectives(view):
        rate = _rate(view, objective, hours)
        if rate:
            name = f"budget_left.{objective.name}"
            low, high = 1 - rate.high, 1 - rate.low
            yield Measurement(name, 1 - rate.value, low=low, high=high, mails=round(rate.total))


def burn_rate(view: RunView) -> Iterator[Measurement]:
    """Failures as a multiple of the allowed ones, the lower of two windows' multiples; 1 is allowed."""
    for objective in objectives(view):
        rates = [
            _rate(view, objective, max(hours, objective.shortest_hours))
            for hours in view.settings.monitoring.service.burn_hours
        ]
        known = [rate for rate in rates if rate]
        if len(known) == len(rates):
            least = min(known, key=lambda rate: rate.value)
            low, high = min(rate.low for rate in known), min(rate.high for rate in known)
            name = f"burn_rate.{objective.name}"
            yield Measurement(name, least.value, low=low, high=high, mails=round(least.total))


def objectives(view: RunView) -> list[Objective]:
    """Jobs that succeed, mails that are routed in time, and nearly all of them a while later.

    The run that is accounted for counts as a job that succeeded, since it has come so far. As the newest is
    always one, jobs are looked at over two intervals between runs at least.
    """
    service, waiting = view.settings.monitoring.service, waiting_of(RUN, view.now.run, view)
    jobs = [Events(one.started_at, 1, not one.succeeded) for one in counted(view)]
    jobs.append(Events(view.record.started_at, 1, 0))
    routed, nearly_all = _past(view, ROUTED), _past(view, NEARLY_ALL)
    if waiting:
        routed.append(Events(view.record.started_at, waiting.mails, waiting.mails - waiting.within))
        nearly_all.append(Events(view.record.started_at, waiting.mails, waiting.mails - waiting.within_more))
    return [
        Objective("jobs", service.jobs_target, jobs, 2 * service.every_hours),
        Objective("routed", service.routed_target, routed),
        Objective("nearly_all", service.nearly_all_target, nearly_all),
    ]


def _past(view: RunView, metric: str) -> list[Events]:
    return [
        Events(one.started_at, one.mails, one.mails * (1 - (one.value or 0.0)))
        for one in Past(view.history).of(metric, RUN)
    ]


def _rate(view: RunView, objective: Objective, hours: float) -> Rate | None:
    end = view.record.started_at + timedelta(seconds=view.record.seconds)
    total, bad = objective.within(end, hours)
    if not total:
        return None
    allowed = 1 - objective.target
    low, high = exact_interval(bad, total, (1 - view.settings.monitoring.confidence) / 2)
    return Rate(bad / total / allowed, low / allowed, high / allowed, total)
