"""No published count, and no difference of published counts, is of fewer than k people."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.lake.k_anonymity import OTHER, Cell, anonymous_counts

Mail = tuple[str, str, int]
"""Queue, language, sender."""

K = 3


def tree(mails: list[Mail]) -> dict[tuple[str, ...], Cell]:
    by_path: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for queue, language, sender in mails:
        for path in ((), (queue,), (queue, language)):
            by_path[path].append(sender)
    return {path: Cell(len(senders), len(set(senders))) for path, senders in by_path.items()}


def mails_of(queue: str, language: str, senders: int, each: int = 1) -> list[Mail]:
    return [(queue, language, sender) for sender in range(senders) for _ in range(each)]


@pytest.mark.parametrize(
    ("mails", "published"),
    [
        pytest.param([], {}, id="nothing"),
        pytest.param(mails_of("hr", "en", 2, each=50), {}, id="many mails of two people"),
        pytest.param(mails_of("hr", "en", 3), {("hr", "en"): 3}, id="three people"),
        pytest.param(
            mails_of("hr", "en", 9) + mails_of("hr", "de", 1),
            {("hr", OTHER): 10},
            id="one hidden cell would be the total less the other",
        ),
        pytest.param(
            mails_of("hr", "en", 9) + mails_of("hr", "fr", 4) + mails_of("hr", "de", 1),
            {("hr", "en"): 9, ("hr", OTHER): 5},
            id="the smallest large cell hides the small one",
        ),
        pytest.param(
            mails_of("hr", "en", 9) + mails_of("it", "en", 4) + mails_of("legal", "en", 1),
            {("hr", "en"): 9, (OTHER, OTHER): 5},
            id="a queue",
        ),
        pytest.param([("hr", "en", 1), ("hr", "de", 2), ("hr", "fr", 3)], {("hr", OTHER): 3}, id="all cells are small"),
        pytest.param(
            [("hr", "en", 1), ("hr", "de", 1), ("hr", "fr", 1), *mails_of("it", "en", 3)],
            {(OTHER, OTHER): 6},
            id="one person in three cells",
        ),
    ],
)
def test_counts_are_merged_until_nobody_stands_out(mails: list[Mail], published: dict[tuple[str, str], int]) -> None:
    assert anonymous_counts(tree(mails), 2, K) == published


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(0, 6)), max_size=40))
def test_blocks_part_the_mails_and_each_has_enough_people(mails: list[Mail]) -> None:
    """Every total is a sum of blocks that part the mails, so every difference of totals is a sum of blocks, too."""
    published = anonymous_counts(tree(mails), 2, K)
    if len({sender for *_, sender in mails}) < K:
        assert published == {}
        return
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for queue, language, sender in mails:
        (own,) = (
            path
            for path in ((queue, language), (queue, OTHER), (OTHER, OTHER))
            if _holds(path, published, queue, language)
        )
        blocks[own].append(sender)
    assert {path: len(senders) for path, senders in blocks.items()} == published
    assert all(len(set(senders)) >= K for senders in blocks.values())


def _holds(path: tuple[str, str], published: dict[tuple[str, ...], int], queue: str, language: str) -> bool:
    """Whether a mail is counted in this block: in the first of its cell, its queue's rest and the rest."""
    if path not in published:
        return False
    if path == (queue, language):
        return True
    if path == (queue, OTHER):
        return (queue, language) not in published
    return not any(name == queue for name, _ in published)
