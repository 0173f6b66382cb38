"""How long mails waited until they were routed, and how many were overdue by then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from triage.monitoring.history.past import Past
from triage.monitoring.history.usual import usual_share
from triage.monitoring.intervals import corrected
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN, Slice, SliceKey
from triage.monitoring.service.backfill import by_hour, hour_at, is_backfill
from triage.monitoring.service.jobs import target_note
from triage.monitoring.view import RunView

ROUTED, NEARLY_ALL = "routed_in_time", "routed_in_time.nearly_all"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Mails of a slice that are not older than `backfill_hours`: how many were routed within the promised hours.

    `longest` is the wait in whole hours that no more of them exceed than `nearly_all_target` allows, or than one.
    """

    mails: int
    within: int
    within_more: int
    longest: int


@dataclass(frozen=True, slots=True)
class _Share:
    metric: str
    key: SliceKey
    hits: int
    mails: int


def waiting_of(key: SliceKey, part: Slice, view: RunView) -> Waiting | None:
    """How the mails of a slice waited; None where it has none for which a time is promised."""
    service, waited = view.settings.monitoring.service, _promised(key, part, view)
    if not waited:
        return None
    within, within_more = (
        sum(count for hour, count in waited.items() if hour <= promised)
        for promised in (service.routed_within_hours, service.nearly_all_within_hours)
    )
    mails = sum(waited.values())
    allowed = max(1, int(mails * (1 - service.nearly_all_target)))
    return Waiting(mails, within, within_more, hour_at(waited, mails - allowed))


def _promised(key: SliceKey, part: Slice, view: RunView) -> Counter[int]:
    """Mails by the hours that they waited, without backfills."""
    if is_backfill(part, view):
        return Counter()
    counts = by_hour(part)
    if key == RUN:
        for _, source in view.now.of("source"):
            counts -= by_hour(source) if is_backfill(source, view) else Counter()
    longest = view.settings.monitoring.service.backfill_hours
    return Counter({hour: count for hour, count in counts.items() if hour <= longest})


def routed_in_time(view: RunView) -> Iterator[Measurement]:
    """Share of the mails routed in the promised hours, beside earlier runs; the note says where it is too low."""
    service, slices, past = view.settings.monitoring.service, list(_slices(view)), Past(view.history)
    for key, part in slices:
        waiting = waiting_of(key, part, view)
        if waiting:
            within = _Share(ROUTED, key, waiting.within, waiting.mails)
            more = _Share(NEARLY_ALL, key, waiting.within_more, waiting.mails)
            yield _noted(_compared(view, past, within, len(slices)), service.routed_target)
            yield _noted(_compared(view, past, more, len(slices)), service.nearly_all_target)
        elif part.counts("hours_waited").total:
            yield Measurement(ROUTED, None, *key, mails=0, note="BACKFILL")


def oldest_unrouted(view: RunView) -> Iterator[Measurement]:
    """Hours that nearly all mails waited at most, or that the oldest batch has waited if that is more.

    Usual is the promise. A single mail that came late from its source does not count.
    """
    waiting = waiting_of(RUN, view.now.run, view)
    ages = [float(waiting.longest)] if waiting and waiting.mails > 1 else []
    if view.oldest_planned_at:
        ages.append((view.record.started_at - view.oldest_planned_at).total_seconds() / 3600)
    if ages:
        promised = view.settings.monitoring.service.nearly_all_within_hours
        yield Measurement("oldest_unrouted", max(ages), usual=promised, mails=waiting.mails if waiting else 0)


def overdue(view: RunView) -> Iterator[Measurement]:
    """Share of the mails with a due time that were overdue when they were routed, beside earlier runs."""
    slices, past = [(key, part) for key, part in _slices(view) if key[0] != "source"], Past(view.history)
    for key, part in slices:
        states = part.counts("due_state").counts
        due = states["in_time"] + states["overdue"]
        if due and _is_mostly_old(key, part, view):
            yield Measurement("overdue", None, *key, mails=due, note="BACKFILL")
        elif due:
            yield _compared(view, past, _Share("overdue", key, states["overdue"], due), len(slices))


def _compared(view: RunView, past: Past, one: _Share, slices: int) -> Measurement:
    shares = past.shares(one.metric, one.key)
    is_known = len(shares) >= view.settings.monitoring.quality.fewest_runs
    confidence = corrected(view.settings.monitoring.confidence, slices)
    found = usual_share(one.hits, one.mails, shares if is_known else (), confidence)
    note = "" if is_known else "FEW_RUNS"
    return Measurement(one.metric, one.hits / one.mails, *one.key, found.low, found.high, found.usual, one.mails, note)


def _noted(share: Measurement, target: float) -> Measurement:
    return replace(share, note=target_note(share.high or 0.0, target) or share.note)


def _is_mostly_old(key: SliceKey, part: Slice, view: RunView) -> bool:
    """Whether most of the mails are old ones, which are overdue because they were added late."""
    total, waiting = part.counts("hours_waited").total, waiting_of(key, part, view)
    return total > 0 and (waiting.mails if waiting else 0) < total / 2


def _slices(view: RunView) -> Iterator[tuple[SliceKey, Slice]]:
    yield RUN, view.now.run
    for kind in ("source", "queue"):
        yield from (((kind, value), part) for value, part in view.now.of(kind))
