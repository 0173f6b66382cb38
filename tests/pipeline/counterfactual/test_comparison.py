"""What counts as a changed decision."""

from __future__ import annotations

from dataclasses import replace

import pytest

from triage.pipeline.counterfactual.comparison import Pair, is_fair, print_table, results
from triage.pipeline.counterfactual.decisions import Decision

SURE = Decision(
    {"category": "hr", "kind": None},
    {"category": {"hr": 0.9, "sales": 0.1}, "kind": {"human": 0.5, "bounce": 0.5}},
    "hr",
    "low",
)


@pytest.mark.parametrize(
    ("after", "changed", "counts"),
    [
        pytest.param(SURE, 0, (0, 0, 0, 0, 0), id="the same"),
        pytest.param(replace(SURE, labels={"category": "sales", "kind": None}), 1, (1, 0, 0, 0, 0), id="another label"),
        pytest.param(
            replace(SURE, labels={"category": None, "kind": None}, queue="review"), 1, (0, 1, 1, 0, 0), id="abstains"
        ),
        pytest.param(
            replace(SURE, labels={"category": "hr", "kind": "human"}), 1, (0, 1, 0, 0, 0), id="no longer abstains"
        ),
        pytest.param(replace(SURE, priority="high"), 1, (0, 0, 0, 1, 0), id="another priority"),
        pytest.param(Decision(quarantined=True), 1, (0, 0, 1, 1, 1), id="quarantined"),
    ],
)
def test_what_changed(after: Decision, changed: int, counts: tuple[int, ...]) -> None:
    found = next(one for one in results([Pair("women", SURE, after)]) if one.swap == "women")
    assert (found.pairs, found.changed) == (1, changed)
    assert (found.labels, found.abstentions, found.queues, found.priorities, found.quarantines) == counts


def test_the_largest_change_of_a_score() -> None:
    after = replace(SURE, scores={"category": {"hr": 0.85, "sales": 0.15}, "kind": {"human": 0.3, "bounce": 0.7}})
    found = next(one for one in results([Pair("men", SURE, after), Pair("men", SURE, SURE)]) if one.swap == "men")
    assert found.largest_score_change == pytest.approx(0.2)


def test_a_dialect_may_change_decisions_and_a_name_may_not() -> None:
    other = replace(SURE, queue="sales")
    assert is_fair(results([Pair("dialect", SURE, other)]))
    assert not is_fair(results([Pair("names of the culture", SURE, other)]))


def test_the_table_has_a_line_for_each_swap(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(results([Pair("women", SURE, SURE)] * 3))
    shown = capsys.readouterr().out
    assert [swap in shown for swap in ("women", "men", "dialect", "names of another culture")] == [True] * 4
