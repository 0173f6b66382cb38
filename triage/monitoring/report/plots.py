"""Plots as inline SVG in the page's text colour, without references to other resources."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from triage.monitoring.record import DriftRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLORS = {"baseline": "#7d8796", "stable": "#009e73", "watch": "#e69f00", "alert": "#d55e00"}
"""By status, from the palette of Okabe & Ito (Color Universal Design, 2008), which colour-blind people tell apart."""

MARKERS = {"baseline": "s", "stable": "o", "watch": "D", "alert": "^"}
WAS, NOW = "#a3adbc", "#0072b2"
INK = "#010203"
"""Placeholder for the page's text colour; `inline_svg` replaces it by `currentColor`."""

_MAX_BINS = 14

WORDS = {"watch": "watch", "alert": "alert", "before": "baseline", "now": "this run", "axis": "% of values"}
"""The words on the plots by name, in English."""


def psi_plot(drift: Sequence[DriftRow], watch: float, alert: float, words: Mapping[str, str] = WORDS) -> Markup:
    """PSI of each feature as a point on a line, with the two thresholds; `words` as WORDS."""
    from matplotlib.figure import Figure

    rows = sorted(drift, key=lambda row: row.psi)
    figure = Figure(figsize=(7.6, 0.7 + 0.3 * len(rows)))
    axes = figure.subplots()
    axes.hlines(range(len(rows)), 0, [row.psi for row in rows], color=INK, alpha=0.25, linewidth=1.5)
    for place, row in enumerate(rows):
        axes.scatter([row.psi], [place], c=COLORS[row.status], marker=MARKERS[row.status], s=46, zorder=3)
    axes.set_yticks(range(len(rows)), [axis_name(row.feature) for row in rows])
    for limit, name in ((watch, "watch"), (alert, "alert")):
        axes.axvline(limit, color=COLORS[name], linestyle=(0, (4, 3)), linewidth=1.2)
        axes.text(limit, len(rows) - 0.35, words[name], color=INK, ha="center", va="bottom", fontsize=9)
    axes.set_xlim(0, max([alert * 1.3, *(row.psi * 1.08 for row in rows)]))
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xlabel("PSI")
    return inline_svg(figure, "psi")


def shift_plot(
    feature: str, was: Mapping[str, int], now: Mapping[str, int], words: Mapping[str, str] = WORDS
) -> Markup:
    """Shares of each bin at the baseline and now, the largest bins first, or numbers in their order."""
    from matplotlib.figure import Figure

    bins = _shown_bins(was, now)
    figure = Figure(figsize=(7.6, 0.9 + 0.34 * len(bins)))
    axes = figure.subplots()
    for offset, counts, color, name in ((0.2, was, WAS, words["before"]), (-0.2, now, NOW, words["now"])):
        total = sum(counts.values()) or 1
        shares = [100 * counts.get(b, 0) / total for b in bins]
        axes.barh([len(bins) - 1 - i + offset for i in range(len(bins))], shares, 0.38, color=color, label=name)
    axes.set_yticks(range(len(bins)), [axis_name(name) for name in reversed(bins)])
    axes.set_xlabel(words["axis"])
    axes.legend(frameon=False, labelcolor=INK, loc="best")
    return inline_svg(figure, f"shift-{feature}")


def _shown_bins(was: Mapping[str, int], now: Mapping[str, int]) -> list[str]:
    names = list(was.keys() | now.keys())
    if any(name.startswith("over ") for name in names):
        return sorted(names, key=_bin_order)
    largest = sorted(names, key=lambda name: (-max(was.get(name, 0), now.get(name, 0)), name))
    return largest[:_MAX_BINS]


def _bin_order(name: str) -> tuple[int, float]:
    number = float(re.split(r"up to | to |over ", name)[-1]) if name[-1].isdigit() else 0.0
    return (0 if name[0] != "o" else 1, number)


def axis_name(name: str) -> str:
    """A name on an axis: shortened, and escaped so that matplotlib reads no formula."""
    return (name if len(name) <= 28 else f"{name[:27]}…").replace("$", r"\$")


def inline_svg(figure: Figure, salt: str) -> Markup:
    """The figure as SVG without prolog, metadata and namespaces, which inline SVG does not need.

    `salt` makes its ids unique on the page. What is drawn in INK has the page's text colour.
    """
    import matplotlib as mpl

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it logs the making of its font cache
    for axes in figure.axes:
        _plain(axes)
    text = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt, "font.family": "sans-serif"}):
        figure.savefig(text, format="svg", bbox_inches="tight", transparent=True, metadata={"Date": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<(metadata|style)\b.*?</\1>", "", svg, flags=re.DOTALL)  # a style would apply to the whole page
    svg = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", svg)
    head, rest = svg.split(">", 1)
    svg = re.sub(r'\s(width|height)="[^"]*"', "", head) + ">" + rest  # the page sets the width
    return Markup(svg.replace(INK, "currentColor"))  # noqa: S704 - matplotlib escapes texts


def _plain(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)
    axes.spines["bottom"].set_alpha(0.3)
    axes.tick_params(colors=INK, length=0)
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)
