"""The plot of a trial: mails of each queue before and after, where they came from, and how due times move."""

from __future__ import annotations

import io
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import ConfigError
from triage.pipeline.tried_rules.tried import TriedRules

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMS = (".png", ".svg", ".html")
_MOST_QUEUES = 20


def validate_plot(file: Path) -> None:
    """Raises ConfigError for a file of another form."""
    if file.suffix not in FORMS:
        raise ConfigError("A plot has another form.", where=str(file), remedy=f"End the name in {', '.join(FORMS)}.")


def plot(tried: TriedRules, file: Path) -> None:
    """Writes the plot in the form that the name's ending says."""
    figure = draw(tried)
    if file.suffix != ".html":
        figure.savefig(file, dpi=120)
        return
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg")
    title = escape(f"Rules {tried.version_before} and {tried.version_after}")
    image = drawn.getvalue().partition("<svg")[2]
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><body><svg{image}</body></html>'
    file.write_text(page, "utf-8")


def draw(tried: TriedRules) -> Figure:
    """The figure, which shows names of queues and counts only."""
    from matplotlib.figure import Figure  # takes a second that a trial without a plot saves

    names = _queues(tried)
    figure = Figure(figsize=(12, 2.5 + 0.4 * len(names)), layout="constrained")
    queues, due = figure.subplots(1, 2, width_ratios=(2, 1))
    _draw_queues(queues, tried, names)
    _draw_due(due, tried)
    figure.suptitle(f"{tried.mails:,} mails from {tried.since:%Y-%m-%d} to {tried.until:%Y-%m-%d}")
    return figure


def _queues(tried: TriedRules) -> list[str]:
    """The queues, those with the most mails on top."""
    sizes: dict[str, int] = {}
    for pair, count in tried.queues.items():
        for name in pair:
            sizes[name] = sizes.get(name, 0) + count
    return sorted(sizes, key=lambda name: (sizes[name], name))[-_MOST_QUEUES:]


def _draw_queues(axes: Axes, tried: TriedRules, names: list[str]) -> None:
    stayed = [tried.queues[name, name] for name in names]
    lost = [sum(n for (was, now), n in tried.queues.items() if was == name != now) for name in names]
    gained = [sum(n for (was, now), n in tried.queues.items() if now == name != was) for name in names]
    axes.barh(names, stayed, color="#9aa5b1", label="stay")
    axes.barh(names, gained, left=stayed, color="#1b7f5c", label="come from another queue")
    axes.barh(names, [-count for count in lost], color="#c2571a", label="leave for another queue")
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlabel("mails")
    axes.legend(loc="lower right")


def _draw_due(axes: Axes, tried: TriedRules) -> None:
    moved = [hours for hours in tried.shifts if hours]
    axes.set_title("due earlier or later")
    axes.set_xlabel("hours")
    axes.set_ylabel("mails")
    if moved:
        axes.hist(moved, bins=min(40, len(set(moved)) + 1), color="#2f5d8c")
        axes.axvline(0, color="black", linewidth=0.8)
    else:
        axes.text(0.5, 0.5, "no due time moves", ha="center", va="center", transform=axes.transAxes)
