"""What goes into a training set, and what is new in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from triage.learning.guards.outcome import Example
from triage.learning.retraining.sets.training_set import make_set
from triage.learning.retraining.state import new_examples

AT = datetime(2026, 3, 1, tzinfo=UTC)


def example(key: str, label: str = "hr", weight: float = 1.0, head: str = "category") -> Example:
    return Example(key, head, label, weight, "page")


def used(key: str, label: str = "hr", head: str = "category") -> dict[str, Any]:
    return {"training_id": "t", "mail_key": key, "head": head, "label": label}


def test_a_set_has_each_example_with_its_part() -> None:
    made = make_set("t", AT, [example("b"), example("a", weight=0.5)], {"a": "gate", "b": "train"})
    assert [(row["mail_key"], row["weight"]) for row in made.part("train")] == [("b", 1.0)]
    assert [(row["mail_key"], row["weight"]) for row in made.part("gate")] == [("a", 0.5)]
    assert {row["training_id"] for row in made.rows} == {"t"}


@pytest.mark.parametrize(
    "one",
    [pytest.param(example("a", weight=0), id="counts nothing"), pytest.param(example("gone"), id="mail is gone")],
)
def test_left_out_of_a_set(one: Example) -> None:
    assert not make_set("t", AT, [one], {"a": "train"}).rows


@pytest.mark.parametrize(
    ("before", "count"),
    [
        pytest.param([], 1, id="nothing before"),
        pytest.param([used("a")], 0, id="learnt before"),
        pytest.param([used("a", "legal")], 1, id="corrected anew"),
        pytest.param([used("a", head="kind")], 1, id="another head"),
        pytest.param([used("b")], 1, id="another mail"),
    ],
)
def test_what_is_new(before: list[dict[str, Any]], count: int) -> None:
    assert len(new_examples([example("a")], before, {"t"}, {"a"})) == count
    assert not new_examples([example("a", weight=0)], before, {"t"}, {"a"})
