"""What slices of mail are compared by: each figure with its interval, from the features of a slice."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from triage.monitoring.intervals import Bounds, wilson, z_of
from triage.monitoring.performance.expected import heads_of, is_known
from triage.monitoring.profiles.distributions import Counts, Distribution, Numbers
from triage.monitoring.view import RunView


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of some mails with its bounds."""

    value: float
    bounds: Bounds
    mails: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of one feature; `estimate` takes the feature and a confidence and gives None where there is nothing.

    `worse` is 1 where a larger figure is worse for the senders, else -1. `of` is the head, empty where it is of none.
    """

    name: str
    feature: str
    worse: int
    estimate: Callable[[Distribution, float], Estimate | None]
    of: str = ""

    @property
    def metric(self) -> str:
        """Name of its measurements."""
        return f"{self.name}.{self.of}" if self.of else self.name


ABSTENTION = "fairness_abstention"
ERROR = "fairness_error"
ROUTING = "fairness_routing"
DUE = "fairness_due"
PRESSING = "fairness_pressing"


def figures(view: RunView) -> Iterator[Figure]:
    """All figures of a run: those of its heads, and those of its routes; errors where they can be estimated at all."""
    for head in heads_of(view.now.run):
        yield Figure(ABSTENTION, f"abstained.{head}", 1, _abstention, head)
        if is_known(view, head):
            yield Figure(ERROR, f"decided_score.{head}", 1, _expected_error, head)
    yield Figure(ROUTING, "hours_to_route", 1, _median)
    yield Figure(DUE, "hours_to_due", 1, _median)
    pressing = view.settings.monitoring.fairness.pressing
    yield Figure(PRESSING, "priority", -1, lambda found, confidence: _share(found, pressing, confidence))


def _abstention(found: Distribution, confidence: float) -> Estimate | None:
    if not isinstance(found, Counts) or not found.total:
        return None
    left = found.total - found.counts["decided"]
    return Estimate(left / found.total, wilson(left, found.total, confidence), found.total)


def _share(found: Distribution, values: tuple[str, ...], confidence: float) -> Estimate | None:
    if not isinstance(found, Counts) or not found.total:
        return None
    count = sum(found.counts[value] for value in values)
    return Estimate(count / found.total, wilson(count, found.total, confidence), found.total)


def _expected_error(found: Distribution, confidence: float) -> Estimate | None:
    """1 − mean score of the mails decided, as `expected_accuracy` has it, with the chance of each to be wrong."""
    if not isinstance(found, Numbers) or not found.total:
        return None
    value = 1 - found.mean
    half = z_of(confidence) * math.sqrt(max(0.0, found.mean - found.squares / found.total) / found.total)
    return Estimate(value, (max(0.0, value - half), min(1.0, value + half)), found.total)


def _median(found: Distribution, confidence: float) -> Estimate | None:
    """The median with bounds that hold for any distribution: the values at the ranks that chance leads to.

    A mean would be that of a few very old mails.
    """
    if not isinstance(found, Numbers) or not found.total:
        return None
    half = z_of(confidence) / (2 * math.sqrt(found.total))
    low, middle, high = found.quantiles([max(0.0, 0.5 - half), 0.5, min(1.0, 0.5 + half)])
    return Estimate(middle, (low, high), found.total)
