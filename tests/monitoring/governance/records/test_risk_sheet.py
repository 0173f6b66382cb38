"""The AI risk sheet: the points of Annex IV and the functions of the AI RMF, filled or said to be empty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.monitoring.governance.builders import AT, IN_FORCE, MADE, section
from triage.config import load_settings
from triage.monitoring.governance.approvals import Approval
from triage.monitoring.governance.document import Document, Items, Table, Text
from triage.monitoring.governance.figures import MOST_ROWS, LakeFigures, drifted, measured
from triage.monitoring.governance.in_force import InForce
from triage.monitoring.governance.records.risk_facts import RiskFacts
from triage.monitoring.governance.records.risk_sheet import risk_sheet
from triage.monitoring.registry import METRICS

MEASURE = {
    "run_id": "run-9",
    "by": "run",
    "slice": "",
    "value": 0.5,
    "low": 0.4,
    "high": 0.6,
    "usual": None,
    "mails": 90,
    "note": "",
}
DRIFT = {"feature": "language", "by": "run", "slice": "", "status": "watch", "psi": 0.12, "mails": 90}
ALERT = {
    "severity": "critical",
    "rule": "gate_failed",
    "state": "raised",
    "sentence": "It failed.",
    "owner": "engineering",
    "slice": "",
}
FIGURES = LakeFigures(
    published=90,
    queues={"billing": 60, "review": 30},
    heads={"category": (9, 90)},
    runs=("run-8", "run-9"),
    measures=[],
    drift=[DRIFT, DRIFT | {"status": "stable", "feature": "queue"}],
    alerts=[ALERT],
)
RULES = Approval(what="rules", version="f4d3b491716617f9", by="Ada", at=AT)
GENERAL, ELEMENTS = "1 General description of the system", "2 Elements of the system and its development"
MONITORING = "3 Monitoring, functioning and control"
APPROPRIATENESS, CHANGES = "4 Appropriateness of the performance metrics", "6 Changes through the lifecycle"
EVALUATION = "9 Evaluation of performance after putting into service"
OWN = {
    "Class of risk": "risk_class",
    APPROPRIATENESS: "metrics_rationale",
    "5 Risk management system": "risk_management",
    "7 Harmonised standards applied": "standards",
    "8 EU declaration of conformity": "declaration",
    EVALUATION: "post_market_plan",
    "Map": "intended_purpose",
    "Govern": "accountable",
}
"""Sections with what only people know, and the setting of `governance` that each asks for."""


def sheet(*overrides: str, in_force: InForce = IN_FORCE, figures: LakeFigures = FIGURES) -> Document:
    settings = load_settings(
        overrides=[one if one.startswith("monitoring.") else f"governance.{one}" for one in overrides]
    )
    return risk_sheet(RiskFacts(settings, in_force, [RULES], figures, (("Python", "3.11"),)), MADE)


def content(document: Document, title: str) -> str:
    found: list[str] = []
    for block in section(document, title).blocks:
        found += [block.text] if isinstance(block, Text) else []
        found += block.items if isinstance(block, Items) else []
        found += [f"{block.title}: {' | '.join(row)}" for row in block.rows] if isinstance(block, Table) else []
    return "\n".join(found)


def test_the_points_of_annex_iv_and_the_functions_stand_in_order() -> None:
    document = sheet()
    assert [part.title[0] for part in document.sections[1:10]] == list("123456789")
    assert [part.reference.split(",")[0] for part in document.sections[1:10]] == [
        f"Annex IV point {n}" for n in range(1, 10)
    ]
    assert [part.title for part in document.sections[10:]] == ["Govern", "Map", "Measure", "Manage"]


@pytest.mark.parametrize(("title", "setting"), OWN.items(), ids=OWN.values())
def test_what_only_people_know_is_asked_for_until_it_is_set(title: str, setting: str) -> None:
    assert f"governance.{setting}" in section(sheet(), title).notice
    filled = sheet(f"{setting}=as written in file 12")
    assert f"governance.{setting}" not in section(filled, title).notice
    assert "as written in file 12" in content(filled, title)


def test_the_class_of_risk_is_never_derived() -> None:
    found = section(sheet(), "Class of risk")
    assert "operator's decision" in content(sheet(), "Class of risk")
    assert found.reference == "EU AI Act, Art. 6 and Annex III"
    assert found.notice.startswith("No decision is recorded")


@pytest.mark.parametrize(
    ("title", "says"),
    [
        pytest.param(GENERAL, "Versions in force: rules | f4d3b491716617f9", id="versions"),
        pytest.param(ELEMENTS, "triage-labels version 3 | file | 1200 | CC BY 4.0 | 7", id="training"),
        pytest.param(MONITORING, "queues review | 33.3 % (30 of 90)", id="review"),
        pytest.param(MONITORING, "head category abstains | 10.0 % (9 of 90)", id="abstained"),
        pytest.param(APPROPRIATENESS, "category | triage-labels | accuracy 0.875, rows 614", id="card"),
        pytest.param(CHANGES, "Approvals: rules | f4d3b491716617f9 | Ada, 2026-03-02 02:30 UTC", id="approvals"),
        pytest.param(EVALUATION, "language | all mails | watch | 0.120 | 90", id="drift"),
        pytest.param("Govern", "1 of 2 parts in force are approved", id="approved"),
        pytest.param("Map", "billing | 66.7 % (60 of 90)", id="queues"),
        pytest.param("Manage", "critical | gate_failed | raised | It failed. | engineering", id="alerts"),
    ],
)
def test_sections_are_filled_from_measurements_and_configuration(title: str, says: str) -> None:
    assert says in content(sheet(), title)


def test_the_queues_of_review_are_a_setting() -> None:
    document = sheet("monitoring.review_queues=[billing, review]")
    assert "queues billing, review | 100.0 % (90 of 90)" in content(document, MONITORING)


def test_of_an_empty_lake_every_measured_section_says_what_is_missing() -> None:
    document = sheet(in_force=InForce(), figures=LakeFigures())
    measured_ones = ("2 Elements", "3 Monitoring", "6 Changes", "Measure", "Manage")
    found = [part for part in document.sections if part.title.startswith(measured_ones)]
    assert len(found) == 5
    assert all(part.notice for part in found if part.title != CHANGES)


@pytest.mark.parametrize("family", sorted({metric.family for metric in METRICS}))
def test_measurements_are_shown_with_their_family(family: str) -> None:
    name = next(metric.name for metric in METRICS if metric.family == family)
    figures = replace(FIGURES, measures=[MEASURE | {"metric": name}])
    [block] = measured(figures, family, "Title")
    assert isinstance(block, Table)
    assert block.title == "Title (run-9)"
    assert block.rows == ((name, "all mails", "0.5", "0.4 to 0.6", "90", ""),)


def test_a_value_that_cannot_be_known_is_unknown_with_its_reason() -> None:
    unknown = MEASURE | {"metric": METRICS[0].name, "value": None, "low": None, "high": None, "note": "FEW_MAILS"}
    [block] = measured(replace(FIGURES, measures=[unknown]), METRICS[0].family, "Title")
    assert isinstance(block, Table)
    assert block.rows[0][2:] == ("unknown", "", "90", "FEW_MAILS")


def test_long_tables_say_how_much_there_is() -> None:
    many = [MEASURE | {"metric": METRICS[0].name, "by": "language", "slice": f"l{n:03}"} for n in range(MOST_ROWS + 5)]
    [block] = measured(replace(FIGURES, measures=many), METRICS[0].family, "Title")
    assert isinstance(block, Table)
    assert (len(block.rows), block.title) == (MOST_ROWS, f"Title (run-9, {MOST_ROWS} of {MOST_ROWS + 5})")


def test_what_stayed_is_no_drift() -> None:
    [block] = drifted(FIGURES)
    assert isinstance(block, Table)
    assert [row[0] for row in block.rows] == ["language"]
