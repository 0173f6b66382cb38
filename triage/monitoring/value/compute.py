"""What a run costs in core-seconds, money and energy per 1,000 mails, by stage."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median

from triage.monitoring.measurement import Measurement
from triage.monitoring.value.assumptions import Floats, Values, assumptions_of
from triage.monitoring.view import RunView

COST = "cost_per_thousand"

REPEATED = "REPEATED"
"""Note of what is unknown, since another process that was killed worked some of the stages."""

_LIKE = 3
"""Factor up to which two runs are of a like size."""


def watt_hours(seconds: float, watts_per_core: float) -> float:
    """Energy of that processor time; an estimate, since the power of a core is assumed and not measured."""
    return seconds * watts_per_core / 3600


def mails_of(view: RunView) -> int:
    """Mails that the run went through: new ones, or those that it replayed."""
    return view.record.messages_new or view.now.run.published


def core_hours(view: RunView) -> float:
    """Cores that the run had, times its hours; also where they waited for each other, since they are paid for."""
    return view.record.seconds * view.cores / 3600


def core_seconds(view: RunView) -> Iterator[Measurement]:
    """Core-seconds per 1,000 mails, of the whole run and by stage."""
    mails = mails_of(view)
    yield from _unknown("core_seconds", view)
    for name, seconds in _per_thousand(view):
        yield Measurement(_named("core_seconds", name), seconds, mails=mails)


def cost_per_thousand(view: RunView) -> Iterator[Measurement]:
    """Money per 1,000 mails, of the whole run and by stage; usual is the median of earlier runs of a like size."""
    assumptions, mails = assumptions_of(view.settings.monitoring), mails_of(view)
    yield from _unknown(COST, view)
    for name, seconds in _per_thousand(view):
        estimate = assumptions.estimate(partial(_price, seconds / 3600))
        metric = _named(COST, name)
        usual = _usual(view, metric, mails)
        yield Measurement(metric, estimate.value, low=estimate.low, high=estimate.high, usual=usual, mails=mails)


def energy(view: RunView) -> Iterator[Measurement]:
    """Watt-hours per 1,000 mails, from the power of a core that `labelling.watts_per_core` assumes."""
    yield from _unknown("energy", view)
    for name, seconds in _per_thousand(view):
        if not name:
            watts = view.settings.labelling.watts_per_core
            yield Measurement("energy", watt_hours(seconds, watts), mails=mails_of(view), note="ASSUMED_POWER")


def _usual(view: RunView, metric: str, mails: int) -> float | None:
    """Each run costs something before its first mail, so that only runs of a like size can be compared."""
    past = (one for one in view.history(metric) if mails / _LIKE <= one.mails <= mails * _LIKE)
    values = [one.value for one in past if one.value is not None]
    return median(values) if len(values) >= view.settings.monitoring.quality.fewest_runs else None


def _per_thousand(view: RunView) -> Iterator[tuple[str, float]]:
    """Core-seconds per 1,000 mails by stage; those of the whole run have no name."""
    mails = mails_of(view)
    if mails and view.record.is_whole:
        for name, seconds in {"": view.record.seconds, **view.record.stage_seconds}.items():
            yield name, 1000 * seconds * view.cores / mails


def _unknown(metric: str, view: RunView) -> Iterator[Measurement]:
    if mails_of(view) and not view.record.is_whole:
        yield Measurement(metric, None, mails=mails_of(view), note=REPEATED)


def _price(hours: float, of: Values) -> Floats:
    return hours * of("core_hour_price")


def _named(metric: str, stage: str) -> str:
    return f"{metric}.{stage.lower().replace(' ', '_')}" if stage else metric
