"""Steps are begun while there is time; the others are named."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from triage.rights.budget import Budget, Step
from triage.rights.maintenance import in_turn


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
    left = budget.work(steps(clock, "abcd"))
    assert "".join(clock.done) == done
    assert "".join(left) == "abcd"[len(done) :]


@pytest.mark.parametrize("minutes", [0.5, 1.5, 2.5])
def test_every_step_has_its_turn(minutes: float, tmp_path: Path) -> None:
    """All steps are due again each night, and the first ones alone use the time up."""
    clock = Clock()
    for _ in range(math.ceil(5 / math.ceil(minutes))):
        in_turn(str(tmp_path), Budget(minutes, clock), steps(clock, "abcde"))
    assert set(clock.done) == set("abcde")


def test_a_night_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    clock, root = Clock(), str(tmp_path)
    assert in_turn(root, Budget(2, clock), steps(clock, "abcde")) == list("cde")
    assert in_turn(root, Budget(2, clock), steps(clock, "abcde")) == list("eab")
    assert in_turn(root, Budget(None, clock), steps(clock, "abcde")) == []
    assert "".join(clock.done) == "abcdeabcd"
    assert list(tmp_path.iterdir()) == [], "after a whole one, the next begins at the start"


def test_a_step_that_is_not_due_any_more_is_passed_over(tmp_path: Path) -> None:
    clock, root = Clock(), str(tmp_path)
    in_turn(root, Budget(1, clock), steps(clock, "abc"))
    in_turn(root, Budget(1, clock), steps(clock, "ac"))
    assert clock.done == list("aa")
