"""Each slice of mail beside all other mail: by language, length, style and kind of sender."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from triage.monitoring.fairness.figures import Estimate, Figure, figures
from triage.monitoring.intervals import Bounds, corrected, difference
from triage.monitoring.measurement import Measurement
from triage.monitoring.performance.notes import TOO_FEW_MAILS
from triage.monitoring.profiles.distributions import Distribution, merged
from triage.monitoring.view import RunView

KINDS = ("language", "length", "style", "sender_kind")
GAP = "fairness_gap"


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure's feature in a slice and in all other mails of the run."""

    by: str
    slice: str
    own: Distribution
    others: Distribution


@dataclass(frozen=True, slots=True)
class Compared:
    """A slice and all other mails by one figure; the intervals of all slices hold together."""

    figure: Figure
    by: str
    slice: str
    own: Estimate
    others: Estimate

    @property
    def gap(self) -> float:
        """How much worse the slice is; below 0 where it is better."""
        return self.figure.worse * (self.own.value - self.others.value)

    @property
    def bounds(self) -> Bounds:
        """Bounds of the gap."""
        low, high = difference(self.own.bounds, self.own.value, self.others.bounds, self.others.value)
        return (low, high) if self.figure.worse > 0 else (-high, -low)

    def measurement(self) -> Measurement:
        """The figure of the slice beside that of the others."""
        own, (low, high) = self.own, self.own.bounds
        return Measurement(self.figure.metric, own.value, self.by, self.slice, low, high, self.others.value, own.mails)


def compare(view: RunView, figure: Figure) -> list[Compared]:
    """All slices with enough mails, beside as many others at least; intervals are corrected for their number."""
    least = view.settings.monitoring.fairness.min_mails
    pairs = [pair for pair in _pairs(view, figure) if min(pair.own.total, pair.others.total) >= least]
    confidence = corrected(view.settings.monitoring.confidence, len(pairs))
    found = []
    for pair in pairs:
        own, others = (figure.estimate(part, confidence) for part in (pair.own, pair.others))
        if own is not None and others is not None:
            found.append(Compared(figure, pair.by, pair.slice, own, others))
    return found


def compared_by(view: RunView, name: str) -> Iterator[Measurement]:
    """The measurements of one metric."""
    for figure in figures(view):
        if figure.name == name:
            yield from (one.measurement() for one in compare(view, figure))


def fairness_gap(view: RunView) -> Iterator[Measurement]:
    """Of each figure the slice that is most surely worse than all other mails, and by how much.

    It is surely worse where the lower bound is above 0.
    """
    for figure in figures(view):
        name, found = f"{GAP}.{figure.metric.removeprefix('fairness_')}", compare(view, figure)
        if not found:
            yield Measurement(name, None, note=TOO_FEW_MAILS)
            continue
        worst = max(found, key=lambda one: one.bounds[0])
        low, high = worst.bounds
        yield Measurement(name, worst.gap, worst.by, worst.slice, low, high, mails=worst.own.mails)


def _pairs(view: RunView, figure: Figure) -> Iterator[Pair]:
    """A mail is in one slice of a kind, so all other mails are those of the other slices."""
    for kind in view.settings.monitoring.fairness.kinds:
        parts = {
            value: part.features[figure.feature] for value, part in view.now.of(kind) if figure.feature in part.features
        }
        for value, own in parts.items():
            others = [other for name, other in parts.items() if name != value]
            if others:
                yield Pair(kind, value, own, merged(others))
