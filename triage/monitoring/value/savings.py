"""What a run saves and costs, beside people who sort all mail by hand.

Without the job, a person sorts every mail (`sorting_minutes`). With it, a mail routed without a person saves that; one
in a review queue or in quarantine takes a decision instead (`review_minutes`), which may take longer; one in the wrong
queue costs work until it is in the right one (`error_minutes`); and the machine costs money.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN, SliceKey
from triage.monitoring.value.assumptions import QUEUE_SORTING, SORTING, Floats, Values, assumptions_of
from triage.monitoring.value.workload import Work, earlier_work, work_of
from triage.monitoring.view import RunView

ERRORS_UNKNOWN = "ERRORS_UNKNOWN"
"""Note: no deciding head has a score, so that errors could not be estimated and count as none."""

Part = Callable[[Work, Values], Floats]


def minutes_saved(work: Work, of: Values) -> Floats:
    """Minutes that people did not spend on mails routed without them."""
    return _sum(queue.routed * of(f"{QUEUE_SORTING}.{name}") for name, queue in work.queues.items())


def review_minutes(work: Work, of: Values) -> Floats:
    """Minutes that decisions in review and quarantine take beyond sorting these mails by hand; may be below 0."""
    reviewed = [(name, queue.reviewed) for name, queue in work.queues.items()]
    extra = _sum(mails * (of("review_minutes") - of(f"{QUEUE_SORTING}.{name}")) for name, mails in reviewed)
    return extra + work.quarantined * (of("review_minutes") - of(SORTING))


def error_minutes(work: Work, of: Values) -> Floats:
    """Minutes that mails in the wrong queue are expected to cost."""
    expected = sum(queue.expected_errors for queue in work.queues.values())
    return expected * of("errors_per_expected") * of("error_minutes")


def value_saved(work: Work, of: Values) -> Floats:
    """Money: minutes saved less those of reviews and errors, at the price of work, less the machine's cost."""
    parts = [part(work, of) for part in (minutes_saved, review_minutes, error_minutes)]
    minutes = parts[0] - parts[1] - parts[2]
    return minutes * of("work_hour_price") / 60 - work.core_hours * of("core_hour_price")


def measured(name: str, part: Part) -> Callable[[RunView], Iterator[Measurement]]:
    """The measurements of one part: of the run, by queue, and of the calendar month so far."""

    def measure(view: RunView) -> Iterator[Measurement]:
        assumptions = assumptions_of(view.settings.monitoring)
        for key, work in _works(view).items():
            found = assumptions.estimate(partial(part, work))
            note = ERRORS_UNKNOWN if _hides_errors(view, work) and part in (error_minutes, value_saved) else ""
            yield Measurement(name, found.value, *key, found.low, found.high, mails=round(work.mails), note=note)

    return measure


def _works(view: RunView) -> Mapping[SliceKey, Work]:
    work = work_of(view)
    if not work.mails:
        return {}
    queues = {("queue", name): work.of_queue(name) for name in work.queues}
    month = ("month", f"{view.record.started_at:%Y-%m}")
    return {RUN: work, **queues, month: work + earlier_work(view)}


def _hides_errors(view: RunView, work: Work) -> bool:
    """Whether mails were routed without a person, and no score says how likely they are in the right queue."""
    heads = view.settings.monitoring.value.deciding_heads
    is_known = any(view.now.run.numbers(f"decided_score.{head}").total for head in heads)
    return not is_known and any(queue.routed for queue in work.queues.values())


def _sum(parts: Iterator[Floats]) -> Floats:
    return sum(parts, np.zeros(()))
