"""Steps are begun while there is time; the others are named."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import pytest

from triage.rights.budget import Budget, Step


class Clock:
    """Each step takes a minute."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.done: list[str] = []

    def __call__(self) -> float:
        return self.now

    def step(self, name: str) -> None:
        self.done.append(name)
        self.now += 60


def steps(clock: Clock, names: Iterable[str]) -> list[Step]:
    return [(name, partial(clock.step, name)) for name in names]


@pytest.mark.parametrize(
    ("minutes", "done"),
    [(None, "abcd"), (10.0, "abcd"), (4.0, "abcd"), (3.0, "abc"), (1.5, "ab"), (1.0, "a"), (0.01, "a")],
)
def test_what_is_not_begun_is_named(minutes: float | None, done: str) -> None:
    clock = Clock()
    budget = Budget(minutes, clock)
    left = budget.work(steps(clock, "ab")) + budget.work(steps(clock, "cd"))
    assert "".join(clock.done) == done
    assert "".join(left) == "abcd"[len(done) :]


def test_the_next_start_comes_forward() -> None:
    clock, due = Clock(), list("abc")
    for _ in range(3):
        due = Budget(0.5, clock).work(steps(clock, due))
    assert clock.done == list("abc") and due == []
