"""Positions of a text after its replacements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.privacy.publishing.replacements import Replacement, moved, replaced


@pytest.mark.parametrize(
    ("edits", "positions", "expected"),
    [
        pytest.param([], [0, 3], [0, 3], id="none"),
        pytest.param([Replacement(0, 3, "<PERSON>")], [0, 3, 4], [0, 8, 9], id="before"),
        pytest.param([Replacement(2, 6, "-")], [4, 5, 8], [3, 3, 5], id="two positions inside of one span"),
        pytest.param([Replacement(2, 4, "")], [2, 3, 4], [2, 2, 2], id="removed"),
    ],
)
def test_positions_move(edits: list[Replacement], positions: list[int], expected: list[int]) -> None:
    assert moved(positions, edits) == expected


@given(st.lists(st.tuples(st.text("ab\n", min_size=1, max_size=4), st.none() | st.text("xy", max_size=3)), max_size=12))
def test_parts_of_the_text_stay_apart(pieces: list[tuple[str, str | None]]) -> None:
    """A text of pieces, of which some are replaced: the ends of pieces lie at the ends of what stands for them."""
    text, edits, ends = "", [], []
    for piece, new in pieces:
        if new is not None:
            edits.append(Replacement(len(text), len(text) + len(piece), new))
        text += piece
        ends.append(len(text))
    shown = [piece if new is None else new for piece, new in pieces]
    assert replaced(text, edits) == "".join(shown)
    assert moved(ends, edits) == [len("".join(shown[: at + 1])) for at in range(len(shown))]
