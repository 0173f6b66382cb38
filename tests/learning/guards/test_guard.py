"""What corrections count after all guards."""

from __future__ import annotations

from random import Random

import pytest

from tests.learning.guards.builders import HEAD, NOW, PLAIN, Row, attack, clean_month, correction, facts, person
from triage.learning.guards.guard import guarded
from triage.learning.guards.outcome import Attack, Guarded, LeftOut
from triage.learning.guards.votes import Key

GOLD: dict[Key, str] = {("g", HEAD): "hr"}


def plain(rows: list[Row], gold: dict[Key, str] | None = None) -> Guarded:
    return guarded(rows, {}, gold or {}, PLAIN, NOW, move_weight=0.25)


def weight_of(found: Guarded, mail: str) -> float | None:
    return next((one.weight for one in found.examples if one.mail_key == mail), None)


WEIGHTS: dict[str, tuple[Row, float]] = {
    "a fresh one": (correction("m", "hr"), 0.9),
    "a year old": (correction("m", "hr", days=365), 0.45),
    "from the future, by a clock that is wrong": (correction("m", "hr", days=-3), 0.9),
    "a moved mail": (correction("m", "hr", source="move"), 0.225),
    "a label that was right": (correction("m", "sales"), 0.9),
}


@pytest.mark.parametrize("case", WEIGHTS)
def test_a_correction_counts(case: str) -> None:
    row, weight = WEIGHTS[case]
    found = plain([row])
    assert weight_of(found, "m") == pytest.approx(weight)
    assert found.examples[0].source == row["source"]


APART: dict[str, tuple[list[Row], LeftOut]] = {
    "an answer to a gold question": ([correction("g", "hr")], LeftOut.GOLD),
    "another head of a gold mail": ([correction("g", "low", head="priority")], LeftOut.GOLD),
    "the audit slice": ([correction("m", "hr", source="audit")], LeftOut.AUDIT),
    "a page's correction of an audited mail": (
        [correction("m", "hr", source="audit", days=2), correction("m", "hr", "bob")], LeftOut.AUDIT,
    ),
    "an audited mail whose audit was taken back": (
        [correction("m", "hr", source="audit", number="1", days=3), correction("m", "hr", undoes="1", days=2),
         correction("m", "hr", "bob")], LeftOut.AUDIT,
    ),
    "a conflict": ([correction("m", "hr"), correction("m", "legal", "bob")], LeftOut.CONFLICT),
}  # fmt: skip


@pytest.mark.parametrize("case", APART)
def test_what_is_never_learnt(case: str) -> None:
    rows, why = APART[case]
    found = plain(rows, GOLD)
    assert not found.examples
    assert set(found.left_out.values()) == {why}


def test_who_answers_gold_questions_wrongly_counts_nothing_and_is_reported() -> None:
    gold: dict[Key, str] = {(f"g{n}", HEAD): "hr" for n in range(4)}
    rows = [*(correction(f"g{n}", "legal", "eve") for n in range(4)), correction("m", "hr", "eve")]
    found = plain([*rows, correction("n", "hr")], gold)
    assert [one.mail_key for one in found.examples] == ["n"]
    assert found.left_out["m", HEAD] == LeftOut.UNTRUSTED
    assert [(one.code, one.who) for one in found.findings] == [(Attack.UNTRUSTED, (person("eve"),))]


def test_who_was_cleared_counts_by_trust_and_is_not_reported() -> None:
    gold: dict[Key, str] = {(f"g{n}", HEAD): "hr" for n in range(4)}
    rows = [*(correction(f"g{n}", "legal", "eve") for n in range(4)), correction("m", "hr", "eve")]
    settings = PLAIN.model_copy(update={"cleared": (person("eve"),)})
    found = guarded(rows, {}, gold, settings, NOW)
    assert weight_of(found, "m") == pytest.approx(0.9 * 5 / 9)  # the prior's answers among all
    assert not found.findings


def test_what_weighs_nothing_by_the_settings_is_not_called_untrusted() -> None:
    rows = [correction(f"m{n}", "hr" if n % 2 else "legal", f"p{n % 4}") for n in range(60)]
    views = {(row["mail_key"], HEAD): {row["label"]: 0.9} for row in rows}
    views["m1", HEAD] = {"hr": 0.01, "legal": 0.99}
    nothing = PLAIN.model_copy(update={"noise_weight": 0.0})
    moved = [*rows, correction("moved", "hr", "ann", source="move")]
    found = guarded(moved, {}, {}, nothing, NOW, views, move_weight=0.0)
    assert found.left_out == {("m1", HEAD): LeftOut.DOUBTED, ("moved", HEAD): LeftOut.MOVE}


def test_near_duplicates_count_once() -> None:
    rows = [correction(f"m{n}", "hr", f"p{n}") for n in range(10)]
    known = {f"m{n}": facts(7 if n < 9 else 8) for n in range(10)}
    found = guarded(rows, known, {}, PLAIN, NOW)
    assert sum(one.weight for one in found.examples) == pytest.approx(2 * 0.9)


def test_a_contradicted_correction_counts_less() -> None:
    rows = [correction(f"m{n}", "hr" if n % 2 else "legal", f"p{n % 4}") for n in range(40)]
    sure = {(f"m{n}", HEAD): {"hr": 0.95, "legal": 0.05} if n % 2 else {"hr": 0.05, "legal": 0.95} for n in range(40)}
    found = guarded(rows, {}, {}, PLAIN, NOW, sure | {("m1", HEAD): {"hr": 0.01, "legal": 0.99}})
    assert weight_of(found, "m1") == pytest.approx(0.9 * PLAIN.noise_weight)
    assert weight_of(found, "m3") == pytest.approx(0.9)


SURE = {"hr": 0.02, "legal": 0.98}
EVEN = {"hr": 0.5, "legal": 0.5}
CORRECTORS: dict[str, tuple[list[str], dict[str, float], set[str]]] = {
    "one person, whom only the sample contradicts": (["ann"] * 120, SURE, set()),
    "one other person": (["ann"] * 60 + ["bob"] * 60, SURE, set()),
    "two others": (["ann"] * 40 + ["bob"] * 40 + ["cy"] * 40, SURE, {"ann", "bob", "cy"}),
    "two others who corrected little": (["ann"] * 100 + ["bob"] * 5 + ["cy"] * 5, SURE, {"bob", "cy"}),
    "few corrections": (["ann", "bob", "cy", "dan"], SURE, set()),
    "a model that knows nothing": (["ann"] * 40 + ["bob"] * 40 + ["cy"] * 40, EVEN, set()),
}


@pytest.mark.parametrize("case", CORRECTORS)
def test_who_is_contradicted_by_others(case: str) -> None:
    people, said, contradicted = CORRECTORS[case]
    # every second correction is to hr; of each person's, the model says that it is legal
    rows = [correction(f"m{n}", "hr" if n % 2 else "legal", who) for n, who in enumerate(people)]
    views = {(row["mail_key"], HEAD): said if row["label"] == "hr" else {"hr": 0.1, "legal": 0.9} for row in rows}
    views = {key: EVEN if said is EVEN else view for key, view in views.items()}
    uncapped = PLAIN.model_copy(update={"reviewer_share": 1.0, "label_share": 1.0})
    found = guarded(rows, {}, {}, uncapped, NOW, views)
    who = {row["mail_key"]: row["corrected_by"] for row in rows}
    assert {who[one.mail_key] for one in found.examples if one.weight < 0.8} == {person(one) for one in contradicted}
    noisy = [one for one in found.findings if one.code == Attack.NOISE]
    assert bool(noisy) == (len(contradicted) == 3)
    assert all("a model of the sample and of other people's corrections" in one.sentence for one in noisy)


def test_rows_in_any_order_give_the_same_answer() -> None:
    month = clean_month(3, rows=200)
    attack(month, "one", 3, 0.2)
    shuffled = Random(1).sample(month.corrections, len(month.corrections))
    first, second = (
        guarded(rows, month.facts, {}, PLAIN, NOW, month.suggested) for rows in (month.corrections, shuffled)
    )
    assert first == second
    assert first.findings


def test_no_corrections_give_nothing() -> None:
    assert plain([]) == Guarded((), (), {}, {})
