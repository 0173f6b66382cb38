"""Counts of a run's mails by reason, label, queue and language, for the report and MLflow: read from its profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from triage.monitoring.profiles.distributions import Counts as Distribution
from triage.monitoring.profiles.observations import MICROS_PER_HOUR
from triage.monitoring.profiles.profile import Profile, Slice

Counts = Mapping[str, int]
_LABEL = "label."


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """The mails of one queue: their number by priority, how many are due, and the first and last due time (UTC)."""

    queue: str
    mails: int
    priorities: Counts
    due: int
    due_first: datetime | None
    due_last: datetime | None


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Counts of a run's mails, largest first; `labels` by head, abstentions under `abstained`."""

    reasons: Counts = field(default_factory=dict)
    labels: Mapping[str, Counts] = field(default_factory=dict)
    queues: tuple[QueueFacts, ...] = ()
    rules: Counts = field(default_factory=dict)
    languages: Counts = field(default_factory=dict)
    entities: Counts = field(default_factory=dict)
    marks: Counts = field(default_factory=dict)
    received_first: datetime | None = None
    received_last: datetime | None = None

    def shares(self) -> dict[str, float]:
        """Label shares by head, queue shares, and quarantined mails by reason, as figures for MLflow."""
        figures = {f"quarantine.{reason}": float(count) for reason, count in self.reasons.items()}
        for head, counts in self.labels.items():
            total = sum(counts.values())
            figures |= {f"label.{head}.{label}": count / total for label, count in counts.items()}
        total = sum(queue.mails for queue in self.queues)
        return figures | {f"queue.{queue.queue}": queue.mails / total for queue in self.queues}


def facts_of(profile: Profile, at: datetime) -> ReportFacts:
    """The facts of the mails of a profile; `at` is the time of routing that its waiting times count from."""
    run = profile.run
    heads = sorted(name.removeprefix(_LABEL) for name in run.features if name.startswith(_LABEL))
    shortest, longest = run.numbers("hours_to_route").ends or (None, None)
    return ReportFacts(
        reasons=_counts(run.counts("reason")),
        labels={head: _counts(run.counts(f"{_LABEL}{head}")) for head in heads},
        queues=_queues(profile.of("queue"), at),
        rules=_counts(run.counts("rule")),
        languages=_counts(run.counts("language")),
        entities=_counts(run.counts("entities")),
        marks=_counts(run.counts("marks")),
        received_first=_ago(longest, at),
        received_last=_ago(shortest, at),
    )


def _queues(slices: Iterable[tuple[str, Slice]], at: datetime) -> tuple[QueueFacts, ...]:
    queues = [_queue(name, part, at) for name, part in slices]
    return tuple(sorted(queues, key=lambda queue: (-queue.mails, queue.queue)))


def _queue(name: str, part: Slice, at: datetime) -> QueueFacts:
    due = part.numbers("hours_to_due")
    first, last = due.ends or (None, None)
    return QueueFacts(
        queue=name,
        mails=part.published,
        priorities=_counts(part.counts("priority")),
        due=due.total,
        due_first=_in(first, at),
        due_last=_in(last, at),
    )


def _counts(found: Distribution) -> dict[str, int]:
    return dict(sorted(found.counts.items(), key=lambda item: (-item[1], item[0])))


def _in(hours: float | None, at: datetime) -> datetime | None:
    """The time so many hours after `at`, to the microsecond."""
    return None if hours is None else at + timedelta(microseconds=round(hours * MICROS_PER_HOUR))


def _ago(hours: float | None, at: datetime) -> datetime | None:
    return None if hours is None else _in(-hours, at)
