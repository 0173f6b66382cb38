"""No cell is a formula, and each comes back as it was."""

from __future__ import annotations

import pytest

from triage.spreadsheets import escape_formula, unescape_formula

CELLS = [
    ("=1+1", "'=1+1"),
    ('=HYPERLINK("http://example.com")', '\'=HYPERLINK("http://example.com")'),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
    ("-a", "'-a"),
    ("\t=1", "'\t=1"),
    ("\r=1", "'\r=1"),
    ("＝1", "'＝1"),
    ("-5", "-5"),
    ("+4.5e3", "+4.5e3"),
    ("'quoted'", "'quoted'"),
    ("", ""),
    ("plain = text", "plain = text"),
]


@pytest.mark.parametrize(("cell", "shown"), CELLS)
def test_a_cell_is_text_and_comes_back(cell: str, shown: str) -> None:
    assert escape_formula(cell) == shown
    assert unescape_formula(shown) == cell
