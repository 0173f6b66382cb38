"""Draws docs/assets/rooms.svg, which package imports which, from the layers of pyproject.toml that the gate checks."""

from __future__ import annotations

import tomllib
from pathlib import Path

from docs.write.svg import Arrow, Box, drawing

PROJECT = Path(__file__).resolve().parents[2]
TARGET = PROJECT / "docs" / "assets" / "rooms.svg"
TITLE = "The packages of triage in layers, jobs on top; each imports only from layers below its own."
_CONTRACT = "Packages of triage import downwards only"
_WIDTH, _STEP, _MARGIN = 620, 56, 16


def text() -> str:
    """The whole file."""
    rows = [["jobs"], *layers()]
    boxes = [box for number, names in enumerate(rows) for box in _row(names, _MARGIN + number * _STEP)]
    middle = _WIDTH / 2
    ends = [_MARGIN + number * _STEP for number in range(1, len(rows))]
    arrows = [Arrow(((middle, y - _STEP + 34), (middle, y))) for y in ends]
    return drawing(TITLE, (_WIDTH, _MARGIN + len(rows) * _STEP), (), arrows, boxes)


def layers() -> list[list[str]]:
    """The packages, the highest layer first."""
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    contracts = declared["tool"]["importlinter"]["contracts"]
    [contract] = [one for one in contracts if one["name"] == _CONTRACT]
    return [layer.split(" | ") for layer in contract["layers"]]


def _row(names: list[str], y: float) -> list[Box]:
    """A layer's packages side by side over the whole width, so that an arrow meets all of them as one."""
    gap = 8.0
    width = (_WIDTH - 2 * _MARGIN - gap * (len(names) - 1)) / len(names)
    return [Box(name, "step", _MARGIN + number * (width + gap), y, width) for number, name in enumerate(names)]


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
