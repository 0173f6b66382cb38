"""Cells that a spreadsheet program shows as they are, whatever they begin with (OWASP, CSV injection)."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What a formula or a command begins with, the full-width forms of Japanese programs included."""


def escape_formula(cell: str) -> str:
    """A cell with a quote in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_STARTS) and not _NUMBER.fullmatch(cell) else cell


def unescape_formula(cell: str) -> str:
    """The cell that `escape_formula` took."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_STARTS) else cell
