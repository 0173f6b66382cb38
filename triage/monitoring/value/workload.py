"""The work that a run did and left: mails by queue, who decided about them, and how many of them went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN
from triage.monitoring.value.compute import REPEATED, core_hours
from triage.monitoring.view import RunView

METRIC = "workload"
PARTS = ("routed", "reviewed", "expected_errors")


@dataclass(frozen=True, slots=True)
class QueueWork:
    """Mails of a queue: routed without a person, decided by one, and how many of the former are expected to be wrong.

    Wrong is what calibrated scores lead to expect, before `errors_per_expected`.
    """

    routed: float = 0.0
    reviewed: float = 0.0
    expected_errors: float = 0.0

    @property
    def mails(self) -> float:
        """All mails of the queue."""
        return self.routed + self.reviewed

    def __add__(self, other: QueueWork) -> QueueWork:
        return QueueWork(*(getattr(self, part) + getattr(other, part) for part in PARTS))


@dataclass(frozen=True, slots=True)
class Work:
    """Work by queue, mails in quarantine, which a person decides about, and the core-hours that it took."""

    queues: Mapping[str, QueueWork] = field(default_factory=dict)
    quarantined: float = 0.0
    core_hours: float = 0.0

    @property
    def mails(self) -> float:
        """All mails."""
        return self.quarantined + sum(queue.mails for queue in self.queues.values())

    def __add__(self, other: Work) -> Work:
        names = sorted(self.queues.keys() | other.queues.keys())
        queues = {name: self.queues.get(name, QueueWork()) + other.queues.get(name, QueueWork()) for name in names}
        return Work(queues, self.quarantined + other.quarantined, self.core_hours + other.core_hours)

    def of_queue(self, name: str) -> Work:
        """The part of one queue, with its share of the core-hours by mails."""
        share = self.queues[name].mails / self.mails if self.mails else 0.0
        return Work({name: self.queues[name]}, core_hours=self.core_hours * share)


def work_of(view: RunView) -> Work:
    """The work of the run."""
    counts = view.now.run.counts("queue").counts
    queues = {queue: _queue_work(view, queue, mails) for queue, mails in sorted(counts.items())}
    return Work(queues, float(view.now.run.quarantined), core_hours(view))


def earlier_work(view: RunView) -> Work:
    """The work of earlier runs of the same calendar month (UTC), from their measurements of `workload`."""
    queues: dict[str, QueueWork] = {}
    for part in PARTS:
        for queue, value in _earlier(view, part, "queue"):
            queues[queue] = queues.get(queue, QueueWork()) + QueueWork(**{part: value})
    quarantined, hours = (
        sum(value for _, value in _earlier(view, part, RUN[0])) for part in ("quarantined", "core_hours")
    )
    return Work(queues, quarantined, hours)


def workload(view: RunView) -> Iterator[Measurement]:
    """Mails routed, reviewed and expected to be wrong, of all and by queue; those in quarantine; core-hours."""
    work = work_of(view)
    everything = sum(work.queues.values(), QueueWork())
    for key, queue in ((RUN, everything), *((("queue", name), own) for name, own in work.queues.items())):
        for part in PARTS:
            yield Measurement(f"{METRIC}.{part}", getattr(queue, part), *key, mails=round(queue.mails))
    yield Measurement(f"{METRIC}.quarantined", work.quarantined, mails=round(work.mails))
    hours, note = (work.core_hours, "") if view.record.is_whole else (None, REPEATED)
    yield Measurement(f"{METRIC}.core_hours", hours, mails=round(work.mails), note=note)


def _queue_work(view: RunView, queue: str, mails: int) -> QueueWork:
    settings = view.settings.monitoring.value
    if queue in view.settings.monitoring.review_queues:
        return QueueWork(reviewed=mails)
    scores = [view.now["queue", queue].numbers(f"decided_score.{head}") for head in settings.deciding_heads]
    wrong = sum(score.total - score.sum for score in scores)
    return QueueWork(routed=mails, expected_errors=min(float(mails), max(0.0, wrong)))


def _earlier(view: RunView, part: str, by: str) -> Iterator[tuple[str, float]]:
    now = view.record.started_at
    for one in view.history(f"{METRIC}.{part}"):
        is_of_month = (one.started_at.year, one.started_at.month) == (now.year, now.month)
        if one.by == by and one.value is not None and is_of_month and one.started_at < now:
            yield one.slice, one.value
