"""The metrics of service."""

from __future__ import annotations

from triage.monitoring.measurement import Metric
from triage.monitoring.service.budget import budget_left, burn_rate
from triage.monitoring.service.jobs import job_success, lateness
from triage.monitoring.service.waiting import oldest_unrouted, overdue, routed_in_time

_RUN = ("run",)
_OBJECTIVES = ("jobs", "routed", "nearly_all")

METRICS: tuple[Metric, ...] = (
    Metric("job_success", "service", "share", _RUN, "share of the starts of jobs that succeeded", job_success),
    Metric("lateness", "service", "hours", _RUN, "hours by which the run started too late", lateness, ()),
    Metric(
        "oldest_unrouted",
        "service",
        "hours",
        _RUN,
        "hours that nearly all mails waited at most until they were routed",
        oldest_unrouted,
    ),
    Metric(
        "routed_in_time",
        "service",
        "share",
        ("run", "source", "queue"),
        "share of mails that were routed in the promised hours",
        routed_in_time,
        ("nearly_all",),
    ),
    Metric(
        "overdue", "service", "share", ("run", "queue"), "share of due mails that were routed too late", overdue, ()
    ),
    Metric("budget_left", "service", "share", _RUN, "what is left of the allowed failures", budget_left, _OBJECTIVES),
    Metric("burn_rate", "service", "ratio", _RUN, "failures as a multiple of the allowed ones", burn_rate, _OBJECTIVES),
)
"""In the order of the report."""
