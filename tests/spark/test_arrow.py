from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from triage.spark.arrow import BATCH_BYTES, by_thread, pack


def rows(*counts: int, size: int = 1) -> list[dict[str, Any]]:
    return [
        {"thread_key": f"{i:04}", "sealed": b"x" * size, "n": n} for i, count in enumerate(counts) for n in range(count)
    ]


def lengths(*counts: int, size: int = 1) -> list[list[int]]:
    return [[len(t) for t in by_thread(chunk)] for chunk in pack(by_thread(rows(*counts, size=size)))]


def test_threads_are_put_together_and_never_split() -> None:
    assert lengths(30, 30, 30) == [[30, 30], [30]]
    assert lengths(1, 64, 1) == [[1], [64], [1]]


def test_a_long_thread_is_cut_at_the_same_rows_whatever_comes_before() -> None:
    for before in (0, 1, 63, 64, 65):
        cut = [
            t for chunk in pack(by_thread(rows(before, 130))) for t in by_thread(chunk) if t[0]["thread_key"] == "0001"
        ]
        assert [len(t) for t in cut] == [64, 64, 2]


def test_large_mails_come_in_smaller_lists() -> None:
    assert lengths(1, 1, 1, size=BATCH_BYTES // 2 - 100) == [[1, 1], [1]]
    assert lengths(2, size=BATCH_BYTES) == [[1], [1]]


@given(st.lists(st.integers(0, 150), max_size=20))
def test_no_row_is_lost(counts: list[int]) -> None:
    given_rows = rows(*counts)
    assert [row for chunk in pack(by_thread(given_rows)) for row in chunk] == given_rows
    assert all(len(chunk) <= 64 for chunk in pack(by_thread(given_rows)))
