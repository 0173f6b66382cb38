"""Zones as rows, and as they lie once a text has changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.mail.zones.rows import zone_rows, zone_rows_after
from triage.mail.zones.split import zones

TEXT = "Hello Ann,\nplease call me.\n\nRegards\nBob\n\nOn 4 May 2020 Ann wrote:\n> Hello Bob\n> and Carl\n"
LINES = st.sampled_from(
    [
        "hello",
        "> quoted Ann",
        "-- ",
        "Bob",
        "",
        "On 4 May 2020 Ann wrote:",
        "-----Original Message-----",
        "From: Ann",
        "To: Bob",
        "Subject: x",
        "---- Forwarded by Ann on 4 May ----",
        "Ann\nBob",
    ]
)


def covered(rows: list[dict[str, Any]] | None, text: str) -> str:
    assert rows is not None
    return "".join(text[row["start"] : row["end"]] for row in rows)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda text: text.replace("Ann", "<ERASED>"), "Hello <ERASED>,\nplease call me.\n\n", id="longer"),
        pytest.param(lambda text: text.replace("Ann", ""), "Hello ,\nplease call me.\n\n", id="gone"),
        pytest.param(lambda text: text, "Hello Ann,\nplease call me.\n\n", id="unchanged"),
    ],
)
def test_zones_move_with_the_text(change: Callable[[str], str], expected: str) -> None:
    rows = zone_rows_after(zone_rows(zones(TEXT)), TEXT, change)
    assert rows is not None
    assert change(TEXT)[rows[0]["start"] : rows[0]["end"]] == expected
    assert [row["zone"] for row in rows] == ["newest", "signature", "header", "quoted"]


def test_row_of_an_older_version_gets_none() -> None:
    assert zone_rows_after(None, TEXT, str.upper) is None


@settings(max_examples=200, deadline=None)
@given(
    st.lists(LINES, max_size=12),
    st.sampled_from(("Ann", "Bob\nOn", "\n", "Ann\nBob")),
    st.sampled_from(("", "#", "<ERASED>")),
)
def test_rows_cover_the_changed_text(lines: list[str], gone: str, mark: str) -> None:
    text = "\n".join(lines)

    def change(given: str) -> str:
        return re.sub(re.escape(gone), mark, given)

    assert covered(zone_rows_after(zone_rows(zones(text)), text, change), change(text)) == change(text)
