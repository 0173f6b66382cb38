"""The model card: what it says, what it must not say, and that it has no empty section."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from triage.labelling.card.figures import head_figures
from triage.labelling.card.inputs import Head, TrainingFacts
from triage.labelling.card.page import model_card
from triage.labelling.description import Calibration, HeadDescription, ModelDescription, Provenance, Threshold
from triage.labelling.energy import processor_time
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


def compute(seconds: float) -> None:
    begin, total = os.times().user, 0
    while os.times().user - begin < seconds:
        total += sum(range(10_000))


def test_processor_time_counts_what_was_computed() -> None:
    before = processor_time()
    compute(0.3)
    assert processor_time().since(before) >= 0.25


WORKER = "import os, time\nwhile os.times().user < 0.6: pass\nprint(flush=True)\ntime.sleep(9)"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {WORKER!r}]).wait()"


def test_a_worker_that_nobody_waits_for_takes_no_time_away() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        before = processor_time()
        parent.kill()
        parent.wait()
        compute(0.3)
        after = processor_time()
        parent.stdout.close()
    assert after.family < before.family
    assert after.since(before) >= 0.25
