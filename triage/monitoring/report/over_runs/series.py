"""The charts of the index: which figures of a point each draws, and by what name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from triage.monitoring.report.over_runs.points import Figure, Point

MOST_SERIES = 6
"""Lines of a chart, which can be told apart by colour, dash and mark; what is beyond is summed or left out."""

OTHERS = "others"
SEVERITIES = ("critical", "warning", "info")

Values = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Spec:
    """A chart: `values` gives a point's figures by the name of their line, of which those with most are drawn.

    `unit` is a share, mails, seconds and so on; where `limits` are given, they are the settings whose values it marks.
    `is_sum` tells that what is beyond the largest lines can be added up, `from_zero` that the axis begins at 0.
    """

    name: str
    unit: str
    values: Callable[[Point], Values]
    is_sum: bool = False
    from_zero: bool = True


@dataclass(frozen=True, slots=True)
class Series:
    """A line: a figure for each point, None where it has none."""

    name: str
    figures: Sequence[Figure | None]


def _volume(point: Point) -> Values:
    counts = {"new": point.new, "duplicate": point.duplicate, "quarantined": point.quarantined}
    return {name: Figure(float(value)) for name, value in counts.items()}


def _quarantine(point: Point) -> Values:
    return {"quarantined": Figure(point.quarantined / point.new)} if point.new else {}


def _queues(point: Point) -> Values:
    mails = {queue: figure.value for queue, figure in point.of("routed", "queue").items()}
    total = sum(mails.values())
    return {queue: Figure(value / total) for queue, value in mails.items()} if total else {}


def _drift(point: Point) -> Values:
    found = point.of("largest_drift") or point.of("drift")
    return {"largest_drift": max(found.values(), key=lambda figure: figure.value)} if found else {}


def _abstention(point: Point) -> Values:
    return point.of("abstention") or point.of("abstention", "head")


def _accuracy(point: Point) -> Values:
    found: dict[str, Figure] = {}
    for metric in ("expected_accuracy", "realized_accuracy"):
        heads = point.of(metric) or point.of(metric, "head")
        found |= {f"{metric}.{head}" if head else metric: figure for head, figure in heads.items()}
    return found


def _cost(point: Point) -> Values:
    return {name or "cost_per_thousand": figure for name, figure in point.of("cost_per_thousand").items()}


def _speed(point: Point) -> Values:
    return {"mails_per_second": Figure(point.new / point.seconds)} if point.seconds else {}


def _alerts(point: Point) -> Values:
    return {name: Figure(float(point.raised.get(name, 0))) for name in SEVERITIES}


CHARTS: tuple[Spec, ...] = (
    Spec("volumes", "mails", _volume),
    Spec("quarantine", "share", _quarantine),
    Spec("queues", "share", _queues, is_sum=True),
    Spec("alerts", "alerts", _alerts),
    Spec("accuracy", "share", _accuracy, from_zero=False),
    Spec("abstention", "share", _abstention),
    Spec("drift", "", _drift),
    Spec("cost", "money", _cost),
    Spec("speed", "", _speed),
)
"""In the order of the page."""


def series_of(spec: Spec, points: Sequence[Point]) -> list[Series]:
    """The lines of a chart, the largest first."""
    values = [spec.values(point) for point in points]
    sizes: Counter[str] = Counter()
    for found in values:
        sizes.update({name: figure.value for name, figure in found.items()})
    names = [name for name, _ in sizes.most_common()]
    if len(names) <= MOST_SERIES:
        return [Series(name, [found.get(name) for found in values]) for name in names]
    kept = names[: MOST_SERIES - 1] if spec.is_sum else names[:MOST_SERIES]
    lines = [Series(name, [found.get(name) for found in values]) for name in kept]
    return [*lines, Series(OTHERS, [_rest(found, kept) for found in values])] if spec.is_sum else lines


def _rest(found: Values, kept: Sequence[str]) -> Figure | None:
    rest = [figure.value for name, figure in found.items() if name not in kept]
    return Figure(sum(rest)) if rest else None
