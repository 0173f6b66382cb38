"""Batches are grouped into chunks whose ends a killed relabel finds again."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from triage.learning.relabel import chunks
from triage.learning.relabel.chunks import Batch, chunks_left
from triage.learning.relabel.work import Relabel

WORK = Relabel("relabel-1", "rollback", "m", "1", {"m": "1"}, "user", only_version="2")


class Done(NamedTuple):
    """A store that knows how far a relabel got."""

    labels: int
    recorded: int

    def last_batch(self, table: object, part: str = "") -> int:
        return self.recorded if part.endswith(":chunk") else self.labels


CASES = {
    "whole batches up to a size": (Done(0, 0), [(1, 4), (2, 4), (3, 4)], 8, [((1, 2), False), ((3,), False)]),
    "a large batch alone": (Done(0, 0), [(1, 2), (2, 99), (3, 2)], 8, [((1,), False), ((2,), False), ((3,), False)]),
    "gaps between batches": (Done(0, 0), [(2, 1), (9, 1)], 8, [((2, 9), False)]),
    "what is done is left out": (Done(2, 2), [(1, 4), (2, 4), (3, 4)], 8, [((3,), False)]),
    "figures known, labels not": (Done(2, 4), [(3, 4), (4, 4), (5, 4), (6, 4)], 4,
                                  [((3, 4), True), ((5,), False), ((6,), False)]),
    "nothing": (Done(0, 0), [], 8, []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_chunks(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done, batches, most, expected = CASES[case]
    monkeypatch.setattr(chunks, "_of_version", lambda work, store: [Batch(*batch) for batch in reversed(batches)])
    found = chunks_left(WORK, done, most)  # type: ignore[arg-type]
    assert [(chunk.batches, chunk.is_recorded) for chunk in found] == expected


def test_batches_with_other_heads_are_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is labelled with a head depends on the heads beside it: a child takes its parent's decision."""
    both, one = frozenset({"a", "b"}), frozenset({"a"})
    found = [Batch(1, 1, both), Batch(2, 1, both), Batch(3, 1, one)]
    monkeypatch.setattr(chunks, "_of_version", lambda work, store: found)
    left = chunks_left(WORK, Done(0, 0), 100)  # type: ignore[arg-type]
    assert [(chunk.batches, chunk.heads) for chunk in left] == [((1, 2), both), ((3,), one)]
