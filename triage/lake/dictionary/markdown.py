"""Pieces of Markdown that read well as source, too."""

from __future__ import annotations

import textwrap

WIDTH = 140
"""Characters of a line of text; a row of a table is one line, however long."""


def wrapped(text: str, first: str = "", others: str = "") -> str:
    """The text in lines of at most WIDTH characters, with what begins the first and the other lines."""
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    )


def code(*words: str) -> str:
    """Each as code, with commas; one with backquotes of its own stands between two of them."""
    return ", ".join(f"`` {word} ``" if "`" in word else f"`{word}`" for word in words)


def link(heading: str) -> str:
    """A link to a heading of the page; its anchor, as GitHub and MkDocs make it, has no punctuation but underscores."""
    return f"[{heading}](#{heading.replace('/', '').replace('.', '')})"


def row(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
