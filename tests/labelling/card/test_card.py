"""The model card: what it says, what it must not say, and that it has no empty section."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from triage.errors import ContractError, ModelError
from triage.labelling.card.blocks import Items, Section, Table, Text, validate_filled
from triage.labelling.card.figures import head_figures
from triage.labelling.card.inputs import Head, TrainingFacts, evaluated_head
from triage.labelling.card.limits import limits_of
from triage.labelling.card.page import model_card
from triage.labelling.description import Calibration, HeadDescription, ModelDescription, Provenance, Threshold
from triage.labelling.energy import processor_seconds
from triage.labelling.evaluation.evaluated_rows import Evaluated
from triage.monitoring.value.compute import watt_hours

LABELS = ("billing", "hr", "legal")
SECTIONS = [
    "Purpose",
    "Data",
    "category: quality",
    "category: calibration",
    "category: when a person decides",
    "category: confusion",
    "category: slices",
    "topics: quality",
    "topics: calibration",
    "topics: when a person decides",
    "topics: slices",
    "category: known limits",
    "topics: known limits",
    "Time and energy of training",
    "Provenance and licence",
]


def description(name: str = "category", **changes: object) -> HeadDescription:
    given = {"name": name, "labels": LABELS, "candidate": "linear", "threshold": Threshold(default=0.6)}
    return HeadDescription.model_validate(
        {**given, "calibration": Calibration(temperature=0.5), "languages": ("en", "de"), **changes}
    )


def evaluated(name: str = "category", rows: int = 240, *, multi: bool = False) -> Evaluated:
    """Right for three of four rows in English and one of two in German; sure of every second answer."""
    number = np.arange(rows)
    truth = number % 3
    german = number % 4 == 3
    wrong = np.where(german, number % 8 == 3, number % 5 == 0)
    said = np.where(wrong, (truth + 1) % 3, truth)
    after = np.full((rows, 3), 0.25)
    after[number, said] = 0.5
    after[number[number % 2 == 0], :] = np.where(np.eye(3)[said[number % 2 == 0]] == 1, 0.8, 0.1)
    return Evaluated(
        head=name,
        truth=np.eye(3, dtype=np.bool_)[truth] if multi else truth,
        before=np.sqrt(after) / np.sqrt(after).sum(axis=1, keepdims=True),
        after=after,
        languages=np.where(german, "de", "en"),
        lengths=np.where(number % 2 == 0, 100, 3000),
        senders=np.where(number % 6 == 0, "list", "person"),
    )


def model() -> ModelDescription:
    provenance = Provenance(
        data="sample gold",
        data_digest="d" * 64,
        rows=900,
        seed=7,
        commit="0123abc",
        lock_sha256="e" * 64,
        licence="Apache-2.0",
    )
    return ModelDescription(heads=(description(), description("topics", multi=True)), provenance=provenance)


def facts() -> TrainingFacts:
    counts = {label: {"en": 200, "de": 100} for label in LABELS}
    return TrainingFacts(
        purpose={"category": "Which team answers.", "topics": "What it is about."},
        training_rows={"category": counts, "topics": counts},
        dropped={"category": {"unknown label": 12, "no text": 0}},
        seconds=30.0,
        processor_seconds=7200.0,
        watts_per_core=12.0,
        cores=2,
    )


def card() -> dict[str, str]:
    return model_card("labels", model(), [evaluated(), evaluated("topics", multi=True)], facts())


class Page(HTMLParser):
    """Headlines, and everything that refers to another place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headlines: list[str] = []
        self.elsewhere: list[str] = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag == "h2"
        refers = [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]
        self.elsewhere += [value for value in refers if not value.startswith("#")]
        self.elsewhere += [tag] if tag in ("script", "link", "iframe", "img") else []

    def handle_data(self, data: str) -> None:
        if self._open:
            self.headlines.append(data)
            self._open = False


def test_both_forms_have_all_sections() -> None:
    texts = card()
    assert Page(texts["card.html"]).headlines == SECTIONS
    assert re.findall(r"^## (.*)$", texts["card.md"], re.MULTILINE) == SECTIONS


def test_the_page_needs_no_other_place() -> None:
    page = card()["card.html"]
    assert Page(page).elsewhere == []
    assert not re.search(r"https?://|url\((?!#)|@import", page)
    assert page.count("<svg") == 5  # two a head, and one confusion plot


def test_equal_input_gives_equal_bytes() -> None:
    assert card() == card()


def test_figures_are_those_of_the_rows() -> None:
    found = head_figures(Head(description(), evaluated()))
    by_name = {part.name: part for part in found.slices}
    assert found.measured.accuracy.value == pytest.approx((180 * 0.8 + 30) / 240)
    assert by_name["de"].accuracy.value == pytest.approx(0.5)
    assert by_name["de"].rows == 60
    assert by_name["0 to 199 characters"].rows == by_name["1000 to 4999 characters"].rows == 120
    assert found.whole.labelled.value == pytest.approx(0.5)
    assert found.whole.precision.value == by_name["0 to 199 characters"].accuracy.value
    assert sum(confusion.rows for confusion in found.confusions) == 240 - 174
    assert {part.kind for part in found.slices} == {"language", "length", "sender"}


def test_energy_is_hours_times_watts_and_said_to_be_an_estimate() -> None:
    assert watt_hours(7200, 12.0) == 24.0
    page = card()["card.md"]
    assert "| energy, estimated | 24 Wh |" in page
    assert "The energy is an estimate" in page


def test_processor_time_counts_what_was_computed() -> None:
    before, own = processor_seconds(), os.times()
    total = 0
    while os.times().user - own.user < 0.3:
        total += sum(range(10_000))
    assert total
    assert processor_seconds() - before >= 0.25


def limits(rows: Evaluated | None = None, training: TrainingFacts | None = None) -> str:
    found = head_figures(evaluated_head(description(), evaluated() if rows is None else rows))
    return "\n".join(limits_of(found, facts() if training is None else training))


def test_limits_are_read_from_the_figures() -> None:
    found = limits()
    assert "Weaker for language de: accuracy 0.500" in found
    assert "en 67 %, de 33 %" in found
    assert "Mail in any other language is not decided." in found
    assert "Fewer than" not in found
    assert "excluded" not in found


@pytest.mark.parametrize(
    ("limit", "change"),
    [
        pytest.param(
            "Fewer than 30 training rows: legal.",
            {"training_rows": {"category": {"billing": {"en": 90}, "hr": {"en": 90}, "legal": {"en": 29}}}},
            id="small label",
        ),
        pytest.param(
            "that are not in the training rows: de.",
            {"training_rows": {"category": {label: {"en": 90} for label in LABELS}}},
            id="unseen language",
        ),
        pytest.param(
            "that are not in the evaluated rows: fr.",
            {"training_rows": {"category": {label: {"en": 90, "de": 30, "fr": 30} for label in LABELS}}},
            id="unmeasured language",
        ),
        pytest.param("100 of 1000 rows were excluded", {"dropped": {"category": {"no text": 100}}}, id="much dropped"),
    ],
)
def test_limits_of_the_training(limit: str, change: dict[str, dict[str, object]]) -> None:
    assert limit in limits(training=replace(facts(), **change))  # type: ignore[arg-type]


def test_limits_of_few_rows_and_of_labels_without_rows() -> None:
    found = limits(evaluated(rows=30))
    assert "Fewer than 30 rows to evaluate, so the intervals are wide: billing, hr, legal." in found
    rows = evaluated(rows=60)
    never = replace(rows, truth=np.zeros(60, dtype=np.int64))
    assert "No row to evaluate: hr, legal." in limits(never)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        pytest.param({"purpose": {"category": "x"}}, "Purpose: Heads", id="purpose"),
        pytest.param({"training_rows": {}}, "Data: Training rows of category", id="rows"),
        pytest.param({"processor_seconds": 0.0}, "Time and energy", id="energy"),
        pytest.param({"seconds": 0.0}, "Time and energy", id="time"),
        pytest.param({"digests": {"embeddings": " "}}, "Data: Digests", id="digest"),
    ],
)
def test_an_empty_section_fails(change: dict[str, object], where: str) -> None:
    rows = [evaluated(), evaluated("topics", multi=True)]
    with pytest.raises(ModelError, match=where):
        model_card("labels", model(), rows, replace(facts(), **change))  # type: ignore[arg-type]


def test_no_licence_fails() -> None:
    given = model()
    bare = given.model_copy(update={"provenance": given.provenance.model_copy(update={"licence": ""})})
    with pytest.raises(ModelError, match="Provenance"):
        model_card("labels", bare, [evaluated(), evaluated("topics", multi=True)], facts())


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="no head"),
        pytest.param([evaluated()], id="one head missing"),
        pytest.param([evaluated(), evaluated("topics", rows=0, multi=True)], id="a head without rows"),
    ],
)
def test_heads_without_rows_fail(rows: list[Evaluated]) -> None:
    with pytest.raises(ModelError):
        model_card("labels", model(), rows, facts())


@pytest.mark.parametrize(
    "section",
    [
        pytest.param(Section("x", ()), id="no block"),
        pytest.param(Section("x", (Text(" "),)), id="blank text"),
        pytest.param(Section("x", (Items(()),)), id="no item"),
        pytest.param(Section("x", (Table("t", ("a",), ()),)), id="no row"),
        pytest.param(Section("x", (Table("t", ("a",), (("",),)),)), id="blank cell"),
    ],
)
def test_blocks_are_filled(section: Section) -> None:
    with pytest.raises(ModelError):
        validate_filled([section])


@pytest.mark.parametrize("name", ["anna.berg@example.org", "Anna Berg", "", "x" * 30])
def test_no_slice_names_a_person(name: str) -> None:
    rows = evaluated(rows=9)
    with pytest.raises(ContractError) as fault:
        replace(rows, senders=np.full(9, name))
    assert not name or name not in str(fault.value)


def test_rows_that_do_not_match_are_rejected() -> None:
    with pytest.raises(ContractError):
        replace(evaluated(rows=9), lengths=np.zeros(8, dtype=np.int64))


def test_labels_are_text_in_both_forms() -> None:
    labels = ("<b>a</b>|x", "b*c*", "[d](e)")
    given = ModelDescription(heads=(description(labels=labels),), provenance=model().provenance)
    training = replace(facts(), training_rows={"category": {label: {"en": 50} for label in labels}})
    texts = model_card("labels", given, [evaluated()], training)
    assert "<b>a" not in texts["card.html"]
    assert "<b>a" not in texts["card.md"]
    assert "&lt;b>a&lt;/b>\\|x" in texts["card.md"]
    assert "[d](e)" not in texts["card.md"]
