"""A record for officers as sections of paragraphs, lists and tables; an empty section says what would fill it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Row = tuple[str, ...]

EMPTY = "This section is empty."
"""The beginning of what stands in a section without content."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Items:
    """A list, an entry each."""

    items: Row
    kind: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the header."""

    header: Row
    rows: tuple[Row, ...]
    title: str = ""
    kind: Literal["table"] = "table"


Block = Text | Items | Table
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a record. `reference` names the article or point that asks for it, `fill` what would fill it.

    A section can be filled in part: `fill` then says what is missing beside its blocks.
    """

    title: str
    blocks: Blocks = ()
    reference: str = ""
    fill: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of it."""
        return not self.blocks

    @property
    def notice(self) -> str:
        """What is missing and how to fill it in; empty where nothing is missing."""
        if self.is_empty:
            return f"{EMPTY} {self.fill}".strip()
        return self.fill


@dataclass(frozen=True, slots=True)
class Document:
    """A record: `name` is its file's, `made_at` (UTC, to the second) when it was made, `lead` what it is."""

    name: str
    title: str
    made_at: str
    lead: str
    sections: tuple[Section, ...]

    def as_json(self) -> dict[str, Any]:
        """The content as plain values; of a table each row by the header's names."""
        return {
            "name": self.name,
            "title": self.title,
            "made_at": self.made_at,
            "lead": self.lead,
            "sections": [_section(section) for section in self.sections],
        }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "reference": section.reference,
        "empty": section.is_empty,
        "missing": section.notice,
        "blocks": [_block(block) for block in section.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        rows = [dict(zip(block.header, row, strict=True)) for row in block.rows]
        return {"kind": block.kind, "title": block.title, "rows": rows}
    return {"kind": block.kind, "text": block.text} if isinstance(block, Text) else _items(block)


def _items(block: Items) -> dict[str, Any]:
    return {"kind": block.kind, "items": list(block.items)}


def table(header: Sequence[str], rows: Iterator[Row] | Sequence[Row], title: str = "") -> Blocks:
    """A table as the only block, or no block where there are no rows."""
    found = tuple(rows)
    return (Table(tuple(header), found, title),) if found else ()


def items(entries: Sequence[str]) -> Blocks:
    """A list as the only block, or no block where there are no entries."""
    found = tuple(entry for entry in entries if entry.strip())
    return (Items(found),) if found else ()


def text(paragraph: str) -> Blocks:
    """A paragraph as the only block, or no block where it is blank."""
    return (Text(paragraph),) if paragraph.strip() else ()
