"""The index over runs: `<reports>/index.html`, from rows of the metrics tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.config import Settings
from triage.monitoring.report.over_runs.charts import Drawing, drawing, mark
from triage.monitoring.report.over_runs.points import SINGLE_RUNS, Figure, Point
from triage.monitoring.report.over_runs.series import CHARTS, Series, Spec, series_of
from triage.monitoring.report.rendering import template
from triage.monitoring.report.texts import Texts, texts
from triage.paths import write_whole

NAME = "index.html"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its lines; `names` are those of the lines for people."""

    spec: Spec
    series: Sequence[Series]
    names: Mapping[str, str]
    drawing: Drawing

    def values(self, index: int) -> list[tuple[str, Figure]]:
        """Names and figures of one point, for those lines that have one."""
        found = ((self.names[one.name], one.figures[index]) for one in self.series)
        return [(name, figure) for name, figure in found if figure is not None]


def write_index(points: Sequence[Point], folder: Path, settings: Settings) -> Path:
    """Writes the index, whole or not at all, and returns its path; creates the folder.

    A point (`over_runs.points.points_of`) leads to the page of its run where `folder` has that page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pages = {path.stem for path in folder.glob("*.html")}
    return write_whole(folder / NAME, render_index(points, pages, settings))


def plots(points: Sequence[Point], settings: Settings) -> dict[str, str]:
    """The charts that have lines as SVG files by name, for MLflow."""
    words = _words(settings)
    draw = template("chart_file.html", words)
    charts = [chart_of(spec, points, words) for spec in CHARTS]
    return {one.spec.name: draw.render(chart=one, points=points).strip() for one in charts if one.series}


def render_index(points: Sequence[Point], pages: Collection[str], settings: Settings) -> str:
    """The index as HTML without references to other resources than the runs' pages; every value is escaped."""
    words = _words(settings)
    return template("index.html", words).render(
        points=points,
        pages=pages,
        charts=[chart_of(spec, points, words) for spec in CHARTS],
        latest=points[-1] if points else None,
        runs=sum(point.runs for point in points),
        single=SINGLE_RUNS,
        mark=mark,
        head_mean=head_mean,
    )


def chart_of(spec: Spec, points: Sequence[Point], words: Texts) -> Chart:
    """A chart over all points; without lines where nothing was measured."""
    series = series_of(spec, points)
    names = {one.name: _name(one.name, words) for one in series}
    return Chart(spec, series, names, drawing(series, len(points), spec.from_zero, spec.unit in {"mails", "alerts"}))


def head_mean(point: Point, metric: str) -> float | None:
    """A metric's value for all mails of a run: its own, or the mean over its heads."""
    found = point.of(metric) or point.of(metric, "head")
    values = [figure.value for figure in found.values()]
    return sum(values) / len(values) if values else None


def _words(settings: Settings) -> Texts:
    return texts(settings.report.language, settings.monitoring.value.currency)


def _name(name: str, words: Texts) -> str:
    """`expected_accuracy.category` in words; a queue's or head's name as it is."""
    first, _, rest = name.partition(".")
    known = words["lines"].get(first, words["metrics"].get(first, first))
    return f"{known}: {rest}" if rest else known
