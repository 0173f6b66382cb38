"""The record of processing activities: each point of GDPR Art. 30(1), filled or said to be empty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.monitoring.governance.builders import MADE, section
from triage.config import Settings, load_settings
from triage.monitoring.governance.document import EMPTY, Document, Items, Table
from triage.monitoring.governance.figures import LakeFigures
from triage.monitoring.governance.page import render_markdown
from triage.monitoring.governance.records.processing_record import Receivers, processing_record
from triage.monitoring.governance.records.security import PrivacyFacts

PRIVACY = PrivacyFacts(
    "f232", {"PERSON": "pseudonym", "AGE": "generalize"}, False, ("de", "en"), "mark", "key file", True
)
FIGURES = LakeFigures(
    published=98,
    quarantined=2,
    entities={"PERSON": 120},
    marks={"SPECIAL_HEALTH": 3, "NO_NER": 9},
    rows={"ops/erasures": 4},
)
CONTROLLER, PURPOSES = "Controller and data protection officer", "Purposes"
CATEGORIES = "Categories of data subjects and of personal data"
RECIPIENTS, TRANSFERS = "Categories of recipients", "Transfers to third countries"
LIMITS, SECURITY = "Envisaged time limits for erasure", "Technical and organisational security measures"

FILLED = {
    "governance.controller": "Example Ltd, 1 Example Street",
    "governance.joint_controllers": "none",
    "governance.representative": "none",
    "governance.data_protection_officer": "dpo@example.com",
    "governance.purposes": "answering customers",
    "governance.data_subjects": "customers",
    "governance.recipients": "none",
    "governance.transfers": "none",
    "governance.security_measures": "training of staff",
    "retention.raw_mail": "90",
    "retention.quarantine": "90",
    "retention.silver": "365",
    "retention.labels": "365",
    "retention.routes": "365",
    "retention.corrections": "365",
    "retention.gold_set": "730",
    "retention.review_queue": "365",
    "retention.training_sets": "730",
    "retention.shadow_labels": "365",
    "retention.metrics": "730",
}
"""Every setting that a section asks for."""


def with_settings(**changes: str) -> Settings:
    return load_settings(overrides=[f"{name}={value}" for name, value in changes.items()])


def record(settings: Settings | None = None, privacy: PrivacyFacts = PRIVACY) -> Document:
    receivers = Receivers(("billing", "review"), ("webhook",))
    return processing_record(settings or load_settings(), privacy, receivers, FIGURES, MADE)


def lines(document: Document, title: str) -> list[str]:
    """The entries of a section's lists and the rows of its tables, each as one line."""
    found: list[str] = []
    for block in section(document, title).blocks:
        if isinstance(block, Items):
            found += block.items
        elif isinstance(block, Table):
            found += [" | ".join(row) for row in block.rows]
    return found


def test_every_point_of_the_article_has_its_section_in_order() -> None:
    references = [part.reference for part in record().sections[:7]]
    assert [reference[:12] for reference in references] == [f"Art. 30(1)({point})"[:12] for point in "abcdefg"]
    assert [reference[11] for reference in references] == list("abcdefg")


@pytest.mark.parametrize(
    ("title", "setting"),
    [
        (CONTROLLER, "governance"),
        (PURPOSES, "governance.purposes"),
        (CATEGORIES, "governance.data_subjects"),
        (RECIPIENTS, "governance.recipients"),
        (TRANSFERS, "governance.transfers"),
        (LIMITS, "retention.silver"),
        (SECURITY, "governance.security_measures"),
    ],
)
def test_what_only_people_know_is_said_to_be_missing_until_it_is_set(title: str, setting: str) -> None:
    assert setting in section(record(), title).notice
    assert section(record(with_settings(**FILLED)), title).notice == ""


@pytest.mark.parametrize("title", [CONTROLLER, PURPOSES, TRANSFERS])
def test_a_section_without_content_is_empty(title: str) -> None:
    assert section(record(), title).notice.startswith(EMPTY)


def test_the_shipped_settings_state_no_controller() -> None:
    assert f"{EMPTY} Not given: controller, joint controllers, representative" in render_markdown(record())


def test_categories_of_data_come_from_the_policy_with_counts_of_the_lake() -> None:
    assert {"AGE | generalize | 0", "PERSON | pseudonym | 120"} <= set(lines(record(), CATEGORIES))


@pytest.mark.parametrize(
    ("is_marked", "says"),
    [pytest.param(True, "SPECIAL_HEALTH | 3", id="marked"), pytest.param(False, "not looked for", id="not marked")],
)
def test_special_categories(is_marked: bool, says: str) -> None:
    found = lines(record(privacy=replace(PRIVACY, marks_special_categories=is_marked)), CATEGORIES)
    assert any(says in line for line in found)
    assert not any("NO_NER" in line for line in found)


def test_recipients_are_the_queues_and_sinks_beside_those_that_are_named() -> None:
    found = lines(record(with_settings(**{"governance.recipients": "auditors"})), RECIPIENTS)
    assert found[0] == "auditors"
    assert any("queue billing" in line for line in found)
    assert any("webhook" in line and "no mail" in line for line in found)


def test_time_limits_are_those_of_retention() -> None:
    found = lines(record(with_settings(**{"retention.silver": "365"})), LIMITS)
    assert any(line.startswith("silver/mail") and "365 days" in line for line in found)
    assert any(line.startswith("gold/routes") and "no limit is set" in line for line in found)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        pytest.param("spark.options.spark.authenticate=true", "spark.authenticate on", id="set"),
        pytest.param("spark.options.spark.authenticate=false", "spark.authenticate off", id="off"),
        pytest.param("mode=local", "spark.authenticate not set, ", id="absent"),
        pytest.param("mode=local", "spark.io.encryption.enabled on", id="on by default"),
        pytest.param("mode=production", "accepts no development key", id="production"),
    ],
)
def test_security_measures_are_derived(setting: str, says: str) -> None:
    assert any(says in line for line in lines(record(load_settings(overrides=[setting])), SECURITY))


def test_a_secret_among_sparks_options_is_not_shown() -> None:
    settings = load_settings(overrides=["spark.options.spark.authenticate.secret=hunter2"])
    assert "hunter2" not in render_markdown(record(settings))


def test_equal_input_gives_an_equal_record() -> None:
    assert render_markdown(record()) == render_markdown(record())
