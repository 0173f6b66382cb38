"""Boxes and arrows as SVG, on a light ground of their own, so that a page may be light or dark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree as ET

Kind = Literal["step", "table", "outside"]
_COLOURS: dict[Kind, tuple[str, str, str]] = {
    "step": ("#e3e7fb", "#3949ab", "#1a237e"),
    "table": ("#dff2ef", "#00796b", "#00332e"),
    "outside": ("#fdefd8", "#b26a00", "#4a2c00"),
}
"""Fill, border and text."""

_LINE, _GROUND, _SHADE = "#5f6368", "#fcfcfd", "#f4e3e3"
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with a word; `x` and `y` are its upper left corner, in pixels."""

    word: str
    kind: Kind
    x: float
    y: float
    width: float
    height: float = 34

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line through points, with a head at its end."""

    points: tuple[tuple[float, float], ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A shaded ground with a sentence at its upper left."""

    words: str
    x: float
    y: float
    width: float
    height: float


def drawing(
    title: str, size: tuple[float, float], notes: Iterable[Note], arrows: Iterable[Arrow], boxes: Iterable[Box]
) -> str:
    """The file: the notes lie lowest, the boxes on top. `title` is what a screen reader says."""
    width, height = size
    root = ET.Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:g} {height:g}", width=f"{width:g}"
    )
    root.attrib |= {"height": f"{height:g}", "role": "img", "font-family": _FONT, "font-size": "14"}
    ET.SubElement(root, "title").text = title
    marker = ET.SubElement(ET.SubElement(root, "defs"), "marker", id="head", viewBox="0 0 8 8", refX="7", refY="4")
    marker.attrib |= {"markerWidth": "8", "markerHeight": "8", "orient": "auto"}
    ET.SubElement(marker, "path", d="M0 0 8 4 0 8z", fill=_LINE)
    ET.SubElement(root, "rect", width="100%", height="100%", rx="8", fill=_GROUND)
    for note in notes:
        _draw_note(root, note)
    for arrow in arrows:
        _draw_arrow(root, arrow)
    for box in boxes:
        _draw_box(root, box)
    ET.indent(root, " ")
    return ET.tostring(root, "unicode") + "\n"


def _draw_note(root: ET.Element, note: Note) -> None:
    place = {"x": f"{note.x:g}", "y": f"{note.y:g}", "width": f"{note.width:g}", "height": f"{note.height:g}"}
    ET.SubElement(root, "rect", place, rx="8", fill=_SHADE)
    words = ET.SubElement(root, "text", x=f"{note.x + 10:g}", y=f"{note.y + 18:g}", fill="#6b1d1d")
    words.text = note.words
    words.attrib["font-size"] = "12"


def _draw_arrow(root: ET.Element, arrow: Arrow) -> None:
    path = "M" + " L".join(f"{x:g} {y:g}" for x, y in arrow.points)
    line = ET.SubElement(root, "path", d=path, fill="none", stroke=_LINE)
    line.attrib |= {"stroke-width": "1.5", "marker-end": "url(#head)"}
    if arrow.dashed:
        line.attrib["stroke-dasharray"] = "5 4"


def _draw_box(root: ET.Element, box: Box) -> None:
    fill, border, ink = _COLOURS[box.kind]
    place = {"x": f"{box.x:g}", "y": f"{box.y:g}", "width": f"{box.width:g}", "height": f"{box.height:g}"}
    rounding = {"step": "4", "table": "10", "outside": "17"}[box.kind]
    ET.SubElement(root, "rect", place, rx=rounding, fill=fill, stroke=border)
    x, y = box.middle
    words = ET.SubElement(root, "text", x=f"{x:g}", y=f"{y + 5:g}", fill=ink)
    words.text = box.word
    words.attrib |= {"text-anchor": "middle", "font-weight": "600" if box.kind == "step" else "400"}
