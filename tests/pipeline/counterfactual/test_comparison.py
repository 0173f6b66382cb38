"""What counts as a changed decision."""

from __future__ import annotations

from dataclasses import replace

import pytest

from triage.pipeline.counterfactual.comparison import Pair, is_fair, print_table, results
from triage.pipeline.counterfactual.decisions import Decision, text_digest

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


@pytest.mark.parametrize(
    ("after", "same", "changed"),
    [
        pytest.param(replace(SURE, text="a"), 1, 0, id="same text, same decision"),
        pytest.param(replace(SURE, text="a", queue="sales"), 1, 1, id="same text, another queue"),
        pytest.param(replace(SURE, text="b", queue="sales"), 0, 0, id="another text"),
        pytest.param(Decision(quarantined=True), 0, 0, id="quarantined"),
    ],
)
def test_decisions_about_the_same_anonymized_text_are_counted_apart(after: Decision, same: int, changed: int) -> None:
    found = next(one for one in results([Pair("women", replace(SURE, text="a"), after)]) if one.swap == "women")
    assert (found.same_text, found.same_text_changed) == (same, changed)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ask <PERSON_5b21e0_7f3a9c0de1b2a394>", "Ask <PERSON_5b21e0_0000000000000001>", True),
        ("Ask <PERSON_5b21e0_7f3a9c0de1b2a394>", "Ask <LOCATION_5b21e0_7f3a9c0de1b2a394>", False),
        ("Ask <PERSON_5b21e0_7f3a9c0de1b2a394>", "Ask Dawn", False),
    ],
    ids=["another person", "another entity", "a name that was not found"],
)
def test_texts_are_the_same_where_pseudonyms_of_the_same_entities_differ(one: str, other: str, same: bool) -> None:
    assert (text_digest("Re: bill", one) == text_digest("Re: bill", other)) is same
