"""The metrics of value."""

from __future__ import annotations

from triage.monitoring.measurement import Metric
from triage.monitoring.value.compute import COST, core_seconds, cost_per_thousand, energy
from triage.monitoring.value.savings import (
    Part,
    error_minutes,
    measured,
    minutes_saved,
    review_minutes,
    value_saved,
)
from triage.monitoring.value.workload import METRIC as WORKLOAD
from triage.monitoring.value.workload import workload

_RUN, _ALL = ("run",), ("run", "queue", "month")


def _saving(name: str, unit: str, meaning: str, part: Part) -> Metric:
    return Metric(name, "value", unit, _ALL, meaning, measured(name, part))


METRICS: tuple[Metric, ...] = (
    _saving(
        "value_saved", "money", "What the run saved, less the cost of reviews, errors and the machine.", value_saved
    ),
    _saving("minutes_saved", "minutes", "Minutes of work saved by mails routed without a person.", minutes_saved),
    _saving(
        "review_minutes", "minutes", "Minutes that reviews took beyond sorting the same mails by hand.", review_minutes
    ),
    _saving("error_minutes", "minutes", "Minutes that mails in the wrong queue are expected to cost.", error_minutes),
    Metric(WORKLOAD, "value", "mails", ("run", "queue"), "Mails by who decides about them; core-hours.", workload),
    Metric(
        COST, "value", "money", _RUN, "Cost of the machine per 1,000 mails, of the run and by stage.", cost_per_thousand
    ),
    Metric(
        "core_seconds", "value", "seconds", _RUN, "Core-seconds per 1,000 mails, of the run and by stage.", core_seconds
    ),
    Metric("energy", "value", "Wh", _RUN, "Energy per 1,000 mails, from an assumed power of a core.", energy),
)
"""In the order of the report."""
