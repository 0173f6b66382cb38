"""What the jobs print on a terminal, as text and as HTML for a notebook."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.console import Console, RenderableType

_WIDTH = 132
_PRE = '<pre style="line-height: normal; overflow-x: auto">{code}</pre>'


def rich_text(parts: Iterable[RenderableType]) -> str:
    """Lines of text."""
    return _recorded(parts).export_text().rstrip()


def rich_html(parts: Iterable[RenderableType]) -> str:
    """The same with its colours; all text is escaped."""
    return _recorded(parts).export_html(inline_styles=True, code_format=_PRE)


def _recorded(parts: Iterable[RenderableType]) -> Console:
    console = Console(record=True, file=io.StringIO(), width=_WIDTH, highlight=False, force_jupyter=False)
    for part in parts:
        console.print(part)
    return console
