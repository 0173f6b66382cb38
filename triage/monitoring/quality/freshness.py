"""Freshness: how old the newest mail of a source was when the run ended."""

from __future__ import annotations

import math
from collections.abc import Iterator

from triage.monitoring.history.past import Past
from triage.monitoring.history.usual import usual_figure
from triage.monitoring.intervals import corrected
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN, SliceKey
from triage.monitoring.view import RunView

_LEAST_SPREAD = 0.25
"""Of the logarithm: about a quarter of the age."""


def freshness(view: RunView) -> Iterator[Measurement]:
    """Hours from the newest mail's receipt to the run's end, of the run and of each source that has mail.

    It is compared as a logarithm (of one hour more), because ages are many times greater than usual where they are
    greater at all, and never below 0.
    """
    ages, past = dict(_ages(view)), Past(view.history)
    confidence = corrected(view.settings.monitoring.confidence, len(ages))
    for key, (age, mails) in ages.items():
        logs = [math.log1p(one.value or 0.0) for one in past.of("freshness", key)]
        is_known = len(logs) >= view.settings.monitoring.quality.fewest_runs
        found = usual_figure(math.log1p(age), logs if is_known else (), _LEAST_SPREAD, confidence)
        usual = None if found.usual is None else math.expm1(found.usual)
        low, high = (_hours(bound) if is_known else None for bound in (found.low, found.high))
        yield Measurement("freshness", age, *key, low, high, usual, mails, "" if is_known else "FEW_RUNS")


def _hours(logarithm: float) -> float:
    """Bounded, because a few unlike runs give an interval that no float holds."""
    return math.expm1(min(max(logarithm, 0.0), 100.0))


def _ages(view: RunView) -> Iterator[tuple[SliceKey, tuple[float, int]]]:
    slices = [(RUN, view.now.run), *((("source", name), part) for name, part in view.now.of("source"))]
    for key, part in slices:
        ages = part.numbers("hours_to_route")
        if ages.total:
            yield key, (max(0.0, ages.quantiles([0.0])[0]), ages.total)
