"""How long mails waited until they were routed, and how many were overdue by then."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from triage.monitoring.intervals import corrected
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN, Slice, SliceKey
from triage.monitoring.usual import exact_interval, usual_share
from triage.monitoring.view import RunView

ROUTED, NEARLY_ALL = "routed_in_time", "routed_in_time.nearly_all"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Mails of a slice that are not older than `backfill_hours`, and the longest wait among them in hours.

    `rank_error` is what the sketch of hours may be off in a share.
    """

    mails: int
    within: float
    within_more: float
    longest: float
    rank_error: float


def waiting_of(part: Slice, view: RunView) -> Waiting | None:
    """How the mails of a slice waited; None where it has none for which a time is promised."""
    service, hours = view.settings.monitoring.service, part.numbers("hours_to_route")
    edges = [service.routed_within_hours, service.nearly_all_within_hours, service.backfill_hours]
    within, within_more, counted = hours.at_most(edges)
    mails = round(counted * hours.total) if hours.total else 0
    if not mails:
        return None
    error = hours.sketch.normalized_rank_error(False) if hours.sketch.is_estimation_mode() else 0.0
    longest = min(service.backfill_hours, max(0.0, float(hours.sketch.get_quantile(counted, True))))
    return Waiting(mails, min(1.0, within / counted), min(1.0, within_more / counted), longest, error)


def routed_in_time(view: RunView) -> Iterator[Measurement]:
    """Share of the mails that were routed in the promised hours; usual is the target."""
    service = view.settings.monitoring.service
    for key, part in _slices(view):
        waiting = waiting_of(part, view)
        if waiting:
            yield _share(view, ROUTED, key, waiting, waiting.within, service.routed_target)
            yield _share(view, NEARLY_ALL, key, waiting, waiting.within_more, service.nearly_all_target)
        elif part.published:
            yield Measurement(ROUTED, None, *key, mails=0, note="BACKFILL")


def oldest_unrouted(view: RunView) -> Iterator[Measurement]:
    """Hours that the oldest mail had waited until now, and the oldest batch that still waits; usual is the promise."""
    waiting = waiting_of(view.now.run, view)
    ages = [waiting.longest] if waiting else []
    if view.oldest_planned_at:
        ages.append((view.record.started_at - view.oldest_planned_at).total_seconds() / 3600)
    if ages:
        promised = view.settings.monitoring.service.nearly_all_within_hours
        yield Measurement("oldest_unrouted", max(ages), usual=promised, mails=waiting.mails if waiting else 0)


def overdue(view: RunView) -> Iterator[Measurement]:
    """Share of the mails with a due time that were overdue when they were routed, beside earlier runs."""
    slices = [(key, part) for key, part in _slices(view) if key[0] != "source"]
    confidence = corrected(view.settings.monitoring.confidence, len(slices))
    for key, part in slices:
        states = part.counts("due_state").counts
        due = states["in_time"] + states["overdue"]
        if due and _is_backfill(part, view):
            yield Measurement("overdue", None, *key, mails=due, note="BACKFILL")
        elif due:
            yield _overdue(view, key, states["overdue"], due, confidence)


def _overdue(view: RunView, key: SliceKey, hits: int, due: int, confidence: float) -> Measurement:
    past = [
        ((one.value or 0.0) * one.mails, float(one.mails))
        for one in view.history("overdue")
        if (one.by, one.slice) == key and one.value is not None and one.mails
    ]
    is_known = len(past) >= view.settings.monitoring.quality.fewest_runs
    found = usual_share(hits, due, past if is_known else (), confidence)
    return Measurement(
        "overdue", hits / due, *key, found.low, found.high, found.usual, due, "" if is_known else "FEW_RUNS"
    )


def _is_backfill(part: Slice, view: RunView) -> bool:
    """Whether most of the mails are old ones, which are overdue because they were added late."""
    hours = part.numbers("hours_to_route")
    recent = hours.at_most([view.settings.monitoring.service.backfill_hours])[0]
    return not math.isnan(recent) and recent < 0.5


def _share(view: RunView, name: str, key: SliceKey, waiting: Waiting, share: float, target: float) -> Measurement:
    tail = (1 - view.settings.monitoring.confidence) / 2
    low, high = exact_interval(share * waiting.mails, waiting.mails, tail)
    low, high = max(0.0, low - waiting.rank_error), min(1.0, high + waiting.rank_error)
    return Measurement(name, share, *key, low, high, target, waiting.mails)


def _slices(view: RunView) -> Iterator[tuple[SliceKey, Slice]]:
    yield RUN, view.now.run
    for kind in ("source", "queue"):
        yield from (((kind, value), part) for value, part in view.now.of(kind))
