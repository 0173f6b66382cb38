"""The mails of each queue by run, which the index draws over runs."""

from __future__ import annotations

from collections.abc import Iterator

from triage.monitoring.measurement import Measurement, Metric
from triage.monitoring.view import RunView


def routed(view: RunView) -> Iterator[Measurement]:
    """How many mails went to each queue; `usual` is the mean of earlier runs that have the queue."""
    counts = view.now.run.counts("queue")
    history = view.history("routed")
    for queue, mails in sorted(counts.counts.items()):
        past = [old.value for old in history if old.slice == queue and old.value is not None]
        usual = sum(past) / len(past) if past else None
        yield Measurement("routed", float(mails), "queue", queue, usual=usual, mails=mails)


METRICS: tuple[Metric, ...] = (
    Metric("routed", "service", "mails", ("queue",), "Mails that went to each queue.", routed),
)
"""In the order of the report."""
