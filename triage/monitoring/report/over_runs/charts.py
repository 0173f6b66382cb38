"""Where the lines, marks and axes of a chart lie. Its template draws them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from triage.monitoring.report.over_runs.points import Figure
from triage.monitoring.report.over_runs.series import Series

WIDTH, HEIGHT = 560.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 8.0, 8.0, 20.0, 26.0

_MOST_MARKS = 12
"""Marks on a line: they tell lines apart without colour, and more would hide it."""

_LEAST_SPAN = 1e-6
"""Difference of values below which a line is drawn flat: levels are rounded to 12 decimals."""

_MARKS = (
    "m-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0z",  # circle
    "m-3-3h6v6h-6z",  # square
    "m0-4l4 7h-8z",  # triangle
    "m0-4l4 4-4 4-4-4z",  # diamond
    "m0 4l4-7h-8z",  # triangle upside down
    "m-1-4h2v3h3v2h-3v3h-2v-3h-3v-2h3z",  # cross
)


@dataclass(frozen=True, slots=True)
class Line:
    """Paths of a line: itself, its marks, and the band of its interval."""

    name: str
    style: int
    path: str
    marks: str
    band: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart in the units of its view box: lines, levels of the vertical axis, places of the points.

    `levels` are heights with their values, `ticks` places on the horizontal axis with the number of their point,
    `step` is the width of a point.
    """

    lines: Sequence[Line]
    levels: Sequence[tuple[float, float]]
    ticks: Sequence[tuple[float, int]]
    places: Sequence[float]
    step: float


def drawing(series: Sequence[Series], points: int, from_zero: bool = True, counts: bool = False) -> Drawing:
    """The chart of some lines over so many points, which are evenly spaced; of `counts`, the levels are whole."""
    step = (WIDTH - LEFT - RIGHT) / max(points, 1)
    places = [round(LEFT + step * (index + 0.5), 1) for index in range(points)]
    levels = _levels(series, from_zero, counts)
    low, high = levels[0], levels[-1]

    def height(value: float) -> float:
        clipped = min(max(value, low), high)
        return round(HEIGHT - BOTTOM - (clipped - low) / (high - low) * (HEIGHT - BOTTOM - TOP), 1)

    return Drawing(
        lines=[_line(one, style, places, height) for style, one in enumerate(series)],
        levels=[(height(level), level) for level in levels],
        ticks=[(places[index], index) for index in _ticks(points)],
        places=places,
        step=round(step, 3),
    )


def mark(style: int) -> str:
    """The path of a line's mark, relative to its place."""
    return _MARKS[style % len(_MARKS)]


def _line(series: Series, style: int, places: Sequence[float], height: Callable[[float], float]) -> Line:
    known = [(x, figure) for x, figure in zip(places, series.figures, strict=True) if figure is not None]
    path: list[str] = []
    drawn = False
    for x, figure in zip(places, series.figures, strict=True):
        if figure is not None:
            path.append(f"{'L' if drawn else 'M'}{x:g} {height(figure.value):g}{'' if drawn else 'h0'}")
        drawn = figure is not None
    every = math.ceil(len(known) / _MOST_MARKS) or 1
    marks = [f"M{x:g} {height(figure.value):g}{mark(style)}" for x, figure in known[::-1][::every]]
    return Line(series.name, style, "".join(path), "".join(marks), _band(known, height))


def _band(known: Sequence[tuple[float, Figure]], height: Callable[[float], float]) -> str:
    upper = [f"{x:g} {height(figure.high):g}" for x, figure in known if figure.high is not None]
    lower = [f"{x:g} {height(figure.low):g}" for x, figure in reversed(known) if figure.low is not None]
    return f"M{'L'.join([*upper, *lower])}z" if len(upper) > 1 and len(upper) == len(lower) else ""


def _levels(series: Sequence[Series], from_zero: bool, counts: bool) -> list[float]:
    """Three to six round numbers that hold all values (Heckbert, Nice numbers for graph labels, 1990)."""
    values = [figure.value for one in series for figure in one.figures if figure is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    low = min(low, 0.0) if from_zero else low
    if high - low < _LEAST_SPAN:
        high = low + (abs(low) if abs(low) > _LEAST_SPAN else 1.0)
    step = max(_round_step((high - low) / 3), 1.0 if counts else 0.0)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def _round_step(size: float) -> float:
    power = 10.0 ** math.floor(math.log10(size))
    return next(factor * power for factor in (1, 2, 5, 10) if size <= factor * power * (1 + 1e-9))


def _ticks(points: int) -> list[int]:
    """Up to five points, the first and the last among them."""
    if points <= 1:
        return list(range(points))
    count = min(points, 4)
    ticks = [round(index * (points - 1) / (count - 1)) for index in range(count)]
    return [one for one, after in pairwise([*ticks, -1]) if one != after]
