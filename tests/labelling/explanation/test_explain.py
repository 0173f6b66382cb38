"""Terms that add up to the model's own logits, decisions replayed, and changes that do change them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as f

from tests.labelling.builders import HEADS, SOURCE, labelled, small_settings
from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.explanation.contributions import contributions
from triage.labelling.explanation.counterfactuals import Goal, Trials, smallest_changes
from triage.labelling.explanation.explain import explain
from triage.labelling.explanation.occlusion import Unit, raw_logits, unit_of, without
from triage.labelling.explanation.replays import Removal
from triage.labelling.explanation.schema import Explanation
from triage.labelling.explanation.terminal import as_json, print_explanation
from triage.labelling.models import Champion
from triage.labelling.promotion import bundle
from triage.labelling.promotion.first_model import ensure_champion
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.serving.inference import label
from triage.labelling.training.train import train
from triage.lake.store import Store
from triage.lake.tables import LABELS, QUARANTINE, RAW_MAIL, ROUTES, SILVER_MAIL, Table
from triage.routing.route import route
from triage.routing.rules import load_rules

RULES = """
default: {queue: review, due_hours: 24}
rules:
  - {name: list_mail, when: {bulk: true}, queue: newsletters}
  - {name: pressing_bill, when: {category: billing, priority: high}, queue: billing, due_hours: 4}
  - {name: billing, when: {category: billing}, queue: billing}
  - {name: hr, when: {category: hr}, queue: hr}
"""
MAILS = {
    "a" * 64: (
        "urgent matter later",
        "the invoice of <PERSON_00000000000000aa> is overdue, please refund it, the amount soon; my contract",
    ),
    "b" * 64: ("some time later", "my holiday, my salary and the contract"),
    "c" * 64: ("", "nothing that was learnt"),
}
BILL, LEAVE, STRANGE = MAILS


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("explain")
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    made = small_settings(folder)
    return made.model_copy(update={"routing": made.routing.model_copy(update={"rules": str(folder / "rules.yaml")})})


@pytest.fixture(scope="module")
def champion(spark: SparkSession, settings: Settings) -> Champion:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "read_gold", labelled)
        return ensure_champion(spark, settings)


@pytest.fixture(scope="module")
def store(spark: SparkSession, settings: Settings, champion: Champion) -> Store:
    """A lake with three mails, labelled and routed as a run does it."""
    made = Store(spark, settings.lake.root)
    made.append(SILVER_MAIL, published(spark), 1)
    silver = made.read(SILVER_MAIL)
    made.append(LABELS, label(silver, champion), 1)
    heads = {head.name: head.labels for head in champion.taxonomy.heads}
    made.append(ROUTES, route(silver, made.read(LABELS), load_rules(settings, heads)), 1)
    held = {
        "mail_key": "d" * 64,
        "batch_id": 1,
        "file_key": "f" * 64,
        "reasons": ["RESIDUE"],
        "stage": "privacy",
    }
    made.append_rows(QUARANTINE, [held], 1)
    made.append_rows(RAW_MAIL, [{"mail_key": "e" * 64, "batch_id": 1}], 1)
    return made


def published(spark: SparkSession) -> DataFrame:
    """Rows of silver/mail: what is not said is false, null or a fixed time."""
    rows = spark.createDataFrame(
        [(key, subject, body) for key, (subject, body) in MAILS.items()],
        "mail_key string, subject string, body string",
    )
    usual: dict[str, Any] = {"batch_id": f.lit(1), "received_at": f.lit("2026-01-05").cast("timestamp")}
    usual |= {name: f.lit(text) for name, text in {"language": "en", "policy_version": "p1", "key_id": "k"}.items()}
    flags = ("auto_submitted", "bulk", "list_mail", "bounce", "reply", "has_html")
    usual |= {flag: f.lit(False) for flag in flags}
    given = {c.name: usual.get(c.name, f.lit(None)).cast(c.type) for c in SILVER_MAIL.columns}
    given |= {name: f.col(name) for name in ("mail_key", "subject", "body")}
    return rows.select(*(column.alias(name) for name, column in given.items()))


def one(store: Store, key: str) -> DataFrame:
    return store.read(SILVER_MAIL).where(f.col("mail_key") == key)


@pytest.fixture(scope="module")
def explained(store: Store, settings: Settings) -> Callable[[str], Explanation]:
    """Explanations by key, each made once."""
    return cache(lambda key: explain(store, settings, key))


@pytest.mark.slow
@pytest.mark.parametrize("key", MAILS, ids=["bill", "leave", "strange"])
@pytest.mark.parametrize("head", [head.name for head in HEADS])
def test_terms_and_bias_add_up_to_the_pipeline_s_logits(store: Store, champion: Champion, key: str, head: str) -> None:
    mail = one(store, key)
    assert champion.bundle
    found = contributions(champion.bundle, mail, head)
    assert found is not None
    np.testing.assert_allclose(found.logits, raw_logits(champion.bundle, mail, head)[key], atol=1e-9, rtol=0)
    assert np.abs(found.bias).sum() > 0


@pytest.mark.slow
def test_terms_are_named_by_words_marks_and_kinds_of_pseudonyms(store: Store, champion: Champion) -> None:
    assert champion.bundle
    found = contributions(champion.bundle, one(store, BILL), "category")
    assert found is not None
    assert {"invoice", "overdue", "subject=urgent", "entity=person"} <= set(found.terms)
    best = found.labels.index("billing")
    assert found.terms["invoice"][best] > 0 > found.terms["invoice"][found.labels.index("hr")]


@pytest.mark.slow
def test_a_stored_decision_is_replayed(explained: Callable[[str], Explanation]) -> None:
    found = explained(BILL)
    heads = {head.head: head for head in found.heads}
    assert (found.state, found.notes, found.policy_version) == ("published", (), "p1")
    assert (heads["category"].label, heads["priority"].label) == ("billing", "high")
    assert all(head.agrees and head.model_version == "1" for head in found.heads)
    assert all(head.score == pytest.approx(head.stored_score, abs=1e-6) for head in found.heads)
    assert found.route is not None
    assert (found.route.queue, found.route.rule, found.route.agrees) == ("billing", "pressing_bill", True)
    path = [(tried.rule, tried.failed) for tried in found.route.path]
    assert path == [("list_mail", "bulk is true"), ("pressing_bill", None)]


@pytest.mark.slow
@pytest.mark.parametrize("key", [BILL, STRANGE], ids=["bill", "strange"])
def test_both_engines_explain_alike(store: Store, settings: Settings, key: str) -> None:
    """Without Spark first, on a store that would fail where it asks for a session.

    Of words with like effect the search may remove others, since sums differ by rounding: what is reached is compared.
    """

    def no_session() -> SparkSession:
        raise AssertionError("Spark was asked for")

    plain = explain(Store(no_session, store.root), settings, key)
    lake = settings.lake.model_copy(update={"without_spark_bytes": 0})
    by_spark = explain(store, settings.model_copy(update={"lake": lake}), key)
    ours, sparks = flat(asdict(plain)), flat(asdict(by_spark))
    assert len(ours) > 50
    different = {place: (ours.get(place), sparks.get(place)) for place in ours.keys() | sparks.keys()}
    assert {place: pair for place, pair in different.items() if is_compared(place) and not is_alike(*pair)} == {}


def is_compared(place: str) -> bool:
    return "/changes/" not in place or place.endswith("/wanted")


def flat(value: Any, place: str = "") -> dict[str, Any]:
    """Every single value, by its place."""
    inner = value if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list | tuple) else None
    if inner is None:
        return {place: value}
    return {name: one for key, part in inner.items() for name, one in flat(part, f"{place}/{key}").items()}


def is_alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < 1e-9
    return bool(one == other)


@pytest.mark.slow
def test_logits_are_bias_terms_and_rest(explained: Callable[[str], Explanation]) -> None:
    for head in explained(LEAVE).heads:
        for name, logit in head.logits.items():
            parts = head.bias[name] + head.rest[name] + sum(term.logits[name] for term in head.terms)
            assert logit == pytest.approx(parts, abs=1e-9)
        assert head.exact


@pytest.mark.slow
def test_what_would_change_it_does_change_it(explained: Callable[[str], Explanation]) -> None:
    found = explained(BILL)
    changes = {(head.head, change.wanted): change for head in found.heads for change in head.changes}
    other = changes["category", "another best label"]
    assert other.best_label == "hr"
    assert set(other.removed) <= {
        "invoice",
        "overdue",
        "refund",
        "amount",
        "urgent",
        "matter",
        "entity=person",
        *MAILS[BILL][1].split(),
    }
    assert other.queue in {"hr", "review"}
    priority = changes["priority", "another best label"]
    assert set(priority.removed) & {"urgent", "matter"}
    assert priority.rule != "pressing_bill"


@pytest.mark.slow
def test_an_abstention_says_why_and_what_would_end_it(explained: Callable[[str], Explanation]) -> None:
    found = explained(STRANGE)
    assert found.route is not None
    for head in found.heads:
        if head.abstained:
            assert head.reason is not None
            assert head.label is None
            assert head.score < head.threshold or head.reason != "LOW_SCORE"


@pytest.mark.slow
def test_only_anonymized_words_are_shown(
    explained: Callable[[str], Explanation], capsys: pytest.CaptureFixture[str]
) -> None:
    found = explained(BILL)
    print_explanation(found)
    out = capsys.readouterr().out
    content = json.loads(as_json(found))
    assert "for billing over" in out
    assert "pressing_bill" in out
    assert content["route"]["due_at"] == "2026-01-05T04:00:00+00:00"
    assert "00000000000000aa" not in out + json.dumps(content)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "fault"),
    [
        pytest.param("0" * 64, "has no mail", id="unknown"),
        pytest.param("0xyz", "64 hexadecimal", id="no key"),
    ],
)
def test_an_unknown_mail_is_wrong_use(store: Store, settings: Settings, key: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault) as raised:
        explain(store, settings, key)
    assert raised.value.exit_code == 2


@pytest.mark.slow
def test_a_quarantined_mail_has_its_reasons(
    store: Store, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    found = explain(store, settings, "d" * 64)
    print_explanation(found)
    assert found.state == "in quarantine"
    assert set(found.reasons or {}) == {"RESIDUE"}
    assert "RESIDUE: Personal data was still found" in capsys.readouterr().out


@pytest.mark.slow
def test_a_mail_that_was_only_read_is_explained(store: Store, settings: Settings) -> None:
    assert explain(store, settings, "e" * 64).state == "not published yet"


@pytest.mark.slow
def test_changed_rules_are_noted_and_the_current_ones_explained(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "rules.yaml").write_text(RULES.replace("list_mail", "newsletter"), "utf-8")
    rules = settings.routing.model_copy(update={"rules": str(tmp_path / "rules.yaml")})
    found = explain(store, settings.model_copy(update={"routing": rules}), LEAVE)
    assert any("rules changed since" in note and "went to hr (rule hr)" in note for note in found.notes)
    assert found.route is not None and found.route.agrees is None
    assert found.route.path[0].rule == "newsletter"


@pytest.mark.slow
def test_a_mail_that_full_teams_moved_says_where_it_went(
    store: Store, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(Store):
        def rows(self, table: Table, columns: Sequence[str], **among: Collection[Any]) -> Iterator[dict[str, Any]]:
            moved = {"queue": "review", "moved_from": "hr", "moved_by": "overflow"} if table is ROUTES else {}
            return (row | moved for row in super().rows(table, columns, **among))

    found = explain(Full(store.spark, store.root), settings, LEAVE)
    print_explanation(found)
    assert found.route is not None and found.route.agrees
    assert any("went to review instead of hr, moved by overflow" in note for note in found.notes)
    assert "as stored before the mail was moved" in capsys.readouterr().out


@pytest.mark.slow
def test_the_version_that_decided_answers_though_another_is_champion(
    spark: SparkSession, store: Store, settings: Settings
) -> None:
    registry, name = ModelRegistry(settings), settings.mlflow.registered_model
    trained = train(spark, labelled(spark), HEADS, settings, SOURCE)
    registry.promote(name, registry.register(name, trained))
    try:
        assert {head.model_version for head in explain(store, settings, BILL).heads} == {"1"}
    finally:
        registry.promote(name, "1")


@pytest.mark.slow
def test_without_stored_labels_the_models_in_force_answer(store: Store, settings: Settings) -> None:
    class Erased(Store):
        def rows(self, table: Table, columns: Sequence[str], **among: Collection[Any]) -> Iterator[dict[str, Any]]:
            return iter(()) if table is LABELS else super().rows(table, columns, **among)

    found = explain(Erased(store.spark, store.root), settings, BILL)
    assert any("gold/labels has no row" in note for note in found.notes)
    assert all(head.agrees is None and head.stored_score is None for head in found.heads)


@pytest.mark.slow
def test_a_version_that_is_missing_is_noted(store: Store, settings: Settings) -> None:
    class Later(Store):
        def rows(self, table: Table, columns: Sequence[str], **among: Collection[Any]) -> Iterator[dict[str, Any]]:
            later = {"model_version": "99"} if table is LABELS else {}
            return (row | later for row in super().rows(table, columns, **among))

    found = explain(Later(store.spark, store.root), settings, BILL)
    assert any("version 99, which decided category, priority, cannot be used" in note for note in found.notes)
    assert {head.model_version for head in found.heads} == {"1"}
    assert all(head.agrees is None for head in found.heads)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("invoice", ("invoice", "subject body")),
        ("subject=invoice", ("invoice", "subject body")),
        ("fact=bulk", ("fact=bulk", "bulk")),
        ("fact=importance=1", ("fact=importance", "importance")),
        ("fact=language=en", None),
        ("fact=deadline", None),
        ("entity=person", ("entity=person", "subject body")),
        ("two words", None),
    ],
)
def test_the_unit_of_a_term(term: str, expected: tuple[str, str] | None) -> None:
    unit = unit_of(term, SILVER_MAIL.column_names)
    assert (unit and (unit.name, unit.column or "subject body")) == expected


@pytest.mark.slow
def test_words_are_removed_whole_and_facts_become_unknown(store: Store) -> None:
    units = [unit_of(term, SILVER_MAIL.column_names) for term in ("the", "entity=person", "fact=bulk")]
    removal = frozenset(unit for unit in units if unit is not None)
    rows = without(one(store, BILL), [frozenset(), removal]).orderBy("mail_key").collect()
    assert rows[0].body == MAILS[BILL][1]
    assert rows[1].body.split() == "invoice of is overdue, please refund it, amount soon; my contract".split()
    assert (rows[1].subject, rows[1].bulk, rows[1].language) == ("urgent matter later", False, "en")


def test_the_smallest_set_is_found_and_no_part_of_it_can_stay() -> None:
    words = {name: Unit(name, rf"\b{name}\b") for name in ("one", "two", "three", "four")}

    def label_without(removals: Sequence[Removal]) -> list[Row]:
        rows = []
        for number, removal in enumerate(removals):
            is_x = not {words["two"], words["four"]} <= removal
            score = 0.9 if is_x else 0.4
            found = {"best_label": "x" if is_x else "y", "score": score, "scores": {"x": score, "y": 1 - score}}
            rows.append(Row(mail_key=str(number), head="h", abstained=False, **found))
        return rows

    goal = Goal("h", "another best label", tuple(words.values()))
    assert smallest_changes(Trials(label_without), [goal]) == {goal: frozenset({words["two"], words["four"]})}
    assert smallest_changes(Trials(label_without), [replace(goal, order=(words["one"],))]) == {}
