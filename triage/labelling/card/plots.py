"""The card's plots: reliability, risk and coverage, confusion, as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from triage.labelling.card.figures import HeadFigures
from triage.labelling.card.inputs import Head
from triage.labelling.evaluation.reliability import Bin
from triage.monitoring.report.plots import COLORS, INK, NOW, WAS, axis_name, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_LABELS = 20
"""Labels in the confusion plot: those with the most rows."""

_MAX_POINTS = 400


def reliability_plot(found: HeadFigures) -> Markup:
    """Accuracy against confidence by bin, before and after calibration, with the diagonal where both agree."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 4.4))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=INK, alpha=0.3, linewidth=1, linestyle=(0, (4, 3)))
    _bins(axes, found.bins_before, WAS, "before")
    _bins(axes, found.bins_after, NOW, "after calibration")
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="confidence", ylabel="accuracy")
    axes.legend(frameon=False, labelcolor=INK, loc="lower right")
    return inline_svg(figure, f"reliability-{found.head.name}")


def risk_plot(head: Head) -> Markup:
    """Share of errors among labelled mails against the share labelled, with the point of the threshold."""
    from matplotlib.figure import Figure

    curve = head.curve
    shown = np.unique(np.linspace(0, len(curve.coverage) - 1, _MAX_POINTS).astype(int))
    figure = Figure(figsize=(5.2, 4.4))
    axes = figure.subplots()
    axes.plot(100 * curve.coverage[shown], 100 * curve.risk[shown], color=NOW, linewidth=1.8)
    labelled = head.labelled
    if labelled.any():
        x, y = 100 * labelled.mean(), 100 * (1 - head.top_right[labelled].mean())
        axes.scatter([x], [y], color=COLORS["alert"], s=46, zorder=3)
        axes.annotate("threshold ", (x, y), (-5, 4), textcoords="offset points", color=COLORS["alert"], ha="right")
    axes.set(xlim=(0, 102), xlabel="% labelled by the model", ylabel="% of those wrong")
    axes.set_ylim(bottom=0)
    return inline_svg(figure, f"risk-{head.name}")


def confusion_plot(head: Head) -> Markup:
    """Share of each label's rows by the label they were given; the largest labels only."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    truth, best = head.rows.truth, head.rows.after.argmax(axis=1)
    largest = np.argsort(-np.bincount(truth, minlength=len(head.description.labels)), kind="stable")[:MAX_LABELS]
    names = [axis_name(head.description.labels[column]) for column in largest]
    figure = Figure(figsize=(max(5.2, 2.4 + 0.34 * len(names)), max(4.4, 1.6 + 0.34 * len(names))))
    axes = figure.subplots()
    for row, actual in enumerate(largest):
        given = np.bincount(best[truth == actual], minlength=len(head.description.labels))[largest]
        for column in np.flatnonzero(given):
            share = given[column] / max(1, (truth == actual).sum())
            color = NOW if row == column else COLORS["alert"]
            axes.add_patch(
                Rectangle(
                    (column - 0.46, row - 0.46),
                    0.92,
                    0.92,
                    color=color,
                    alpha=0.06 + 0.94 * share**0.5,
                    linewidth=0,
                )
            )
    axes.set(
        xlim=(-0.6, len(names) - 0.4),
        ylim=(len(names) - 0.4, -0.6),
        xlabel="label given",
        ylabel="right label",
    )
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    return inline_svg(figure, f"confusion-{head.name}")


def _bins(axes: Axes, bins: Sequence[Bin], color: str, name: str) -> None:
    sure, right = [b.confidence for b in bins], [b.accuracy.value for b in bins]
    reach = [
        [b.accuracy.value - b.accuracy.low for b in bins],
        [b.accuracy.high - b.accuracy.value for b in bins],
    ]
    axes.errorbar(
        sure,
        right,
        yerr=np.maximum(reach, 0),
        color=color,
        marker="o",
        markersize=4,
        linewidth=1.4,
        label=name,
    )
