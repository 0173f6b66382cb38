"""Measures all metrics of a run. A metric that fails informs nobody, and fails nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triage.monitoring.measurement import Measurement, Metric
from triage.monitoring.registry import METRICS
from triage.monitoring.view import RunView

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Measured:
    """The measurements of a run, and the names of the metrics that failed and of those that were measured."""

    measurements: tuple[Measurement, ...] = ()
    failed: tuple[str, ...] = ()
    worked: tuple[str, ...] = ()


def measure(view: RunView, metrics: Iterable[Metric] = METRICS) -> Measured:
    """All measurements of a run. A metric that raises is logged by type, since an error's text may hold a value."""
    found: list[Measurement] = []
    failed: list[str] = []
    worked: list[str] = []
    for metric in metrics:
        try:
            found += _valid(metric, tuple(metric.measure(view)))
            worked.append(metric.name)
        except Exception as fault:  # noqa: BLE001 - what only informs must not fail the run
            _log.warning("The metric %s could not be measured (%s).", metric.name, type(fault).__name__)
            failed.append(metric.name)
    return Measured(tuple(found), tuple(failed), tuple(worked))


def _valid(metric: Metric, found: Sequence[Measurement]) -> Sequence[Measurement]:
    """Raises ValueError where a measurement is of another metric or kind of slice than declared."""
    for one in found:
        if not metric.covers(one.metric) or one.by not in metric.by:
            raise ValueError(f"{metric.name} measured {one.metric} by {one.by}")
    return found
