"""The blocks of a card's sections: texts, lists, tables and plots, from which HTML and Markdown are rendered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from triage.errors import ModelError


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[str, ...]
    kind: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the header."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot as inline SVG, with a summary in words and its figures as a table."""

    title: str
    svg: Markup
    summary: str
    figures: Table
    kind: Literal["plot"] = "plot"


Block = Text | Items | Table | Plot


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its blocks."""

    title: str
    blocks: tuple[Block, ...]


def validate_filled(sections: Sequence[Section]) -> None:
    """Raises ModelError for a section, table, list, plot or cell that is empty."""
    for section in sections:
        if not section.blocks:
            raise _empty(section.title)
        for block in section.blocks:
            if not all(part.strip() for part in _parts(block)) or not _size(block):
                raise _empty(f"{section.title}{_title(block)}")


def _parts(block: Block) -> Iterator[str]:
    if isinstance(block, Text):
        yield block.text
    elif isinstance(block, Items):
        yield from block.items
    elif isinstance(block, Table):
        yield from (block.title, *(cell for row in block.rows for cell in row))
    else:
        yield from (block.title, str(block.svg), block.summary, *_parts(block.figures))


def _size(block: Block) -> int:
    if isinstance(block, Items):
        return len(block.items)
    if isinstance(block, Plot):
        return len(block.figures.rows)
    return len(block.rows) if isinstance(block, Table) else 1


def _title(block: Block) -> str:
    return f": {block.title}" if isinstance(block, Table | Plot) else ""


def _empty(where: str) -> ModelError:
    return ModelError(
        "The model card would have an empty section.",
        where=where,
        remedy="Give all of its inputs: purpose, rows by label and language, figures, times, provenance, licence.",
    )
