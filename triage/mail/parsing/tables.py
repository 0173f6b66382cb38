"""Tables of data in an HTML document, told from those that only lay out a mail; their cells are parted by bars.

In a mail most tables are frames. One of data has no table within it, two rows or more, two columns or more, the same
number in nearly all rows, and short cells of one paragraph each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree

BAR = " | "
_LONGEST_CELL = 100
_BLOCKS = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6")
_NO_CELL = ("ul", "ol", "br", "hr", "blockquote", "pre")
_MOST_ELEMENTS = 40
_ALIKE = 0.8

Row = list[etree._Element]


def part_cells(tree: etree._Element) -> None:
    """Puts a bar behind each cell of a table of data but the last of its row, and paragraphs into the row's line."""
    for table in _innermost(tree):
        rows = [row for one in table.iter("tr") if (row := [cell for cell in one if cell.tag in ("td", "th")])]
        if _is_data(rows):
            for row in rows:
                _part(row)


def is_parted(cell: etree._Element) -> bool:
    """Whether a bar stands behind a cell."""
    return (cell.tail or "").startswith(BAR)


def _innermost(tree: etree._Element) -> Iterator[etree._Element]:
    """The tables that hold no other: of each, those above it are known once it is seen."""
    outer = {above for table in tree.iter("table") if (above := next(table.iterancestors("table"), None)) is not None}
    yield from (table for table in tree.iter("table") if table not in outer)


def _is_data(rows: Sequence[Row]) -> bool:
    if len(rows) < 2:
        return False
    (columns, count), *_ = Counter(map(len, rows)).most_common(1)
    return columns > 1 and count >= _ALIKE * len(rows) and all(_is_cell(cell) for row in rows for cell in row)


def _is_cell(cell: etree._Element) -> bool:
    """Whether a cell is short and has no more than one paragraph; nothing after what decides is looked at."""
    blocks = length = 0
    for number, element in enumerate(cell.iter()):
        blocks += element.tag in _BLOCKS and bool("".join(element.itertext()).strip())
        length += len((element.text or "").strip()) + len((element.tail or "").strip() if element is not cell else "")
        if element.tag in _NO_CELL or blocks > 1 or length > _LONGEST_CELL or number > _MOST_ELEMENTS:
            return False
    return True


def _part(row: Row) -> None:
    for cell in row:
        for block in cell.iter(*_BLOCKS):
            block.tag = "span"
    for cell in row[:-1]:
        cell.tail = f"{BAR}{(cell.tail or '').strip()}"
