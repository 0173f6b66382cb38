"""The lineage of a mail: each step from its route back to the export, by hand-made rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.monitoring.governance.builders import (
    DIGEST,
    FILE_ROW,
    KEY,
    LABEL_ROW,
    MADE,
    QUARANTINE_ROW,
    RAW_ROW,
    TRACE,
    facts,
    section,
)
from triage.monitoring.governance.records.lineage import lineage
from triage.monitoring.governance.records.mail_trace import MailTrace

STEPS = (
    "Route", "Labels", "Anonymized mail", "Quarantine", "Message in the vault", "Source file and plan", "Run",
)  # fmt: skip


def test_the_steps_stand_in_order_from_the_route_back() -> None:
    assert tuple(part.title for part in lineage(TRACE, MADE).sections) == STEPS


@pytest.mark.parametrize(
    ("step", "of", "expected"),
    [
        pytest.param(
            "Route",
            "queue billing",
            {"decided by rule": "billing", "priority": "abstained", "due": "2026-03-02 02:30:00 UTC"},
            id="route",
        ),
        pytest.param(
            "Labels",
            "category: billing",
            {
                "decided by": "model",
                "best label": "billing, score 0.912",
                "threshold": "0.620",
                "model": "triage-labels version 3",
                "manifest SHA-256": DIGEST,
                "alias now": "champion",
            },
            id="label",
        ),
        pytest.param("Labels", "kind: abstained (EMPTY_TEXT)", {"best label": "billing, score 0.912"}, id="abstained"),
        pytest.param(
            "Anonymized mail",
            "silver/mail",
            {"key id": "858c78165629", "replaced findings": "3", "marks": "NO_NER", "batch": "4"},
            id="silver",
        ),
        pytest.param(
            "Message in the vault", "sealed message", {"offset of the record": "512", "batch": "1"}, id="vault"
        ),
        pytest.param(
            "Source file and plan",
            "read in batch 1",
            {
                "file": "/exports/<FILE_0129d037ec883f49>",
                "SHA-256 of the file": DIGEST,
                "bytes of this batch": "0 to 2048",
            },
            id="file",
        ),
        pytest.param("Source file and plan", "replay in batch 4", {"of mails quarantined for": "NO_BODY"}, id="replay"),
        pytest.param(
            "Run",
            "run batches-000002-000004",
            {
                "batches": "2, 3, 4",
                "label model in force": "3",
                "written in Delta version": "2 (WRITE, 2026-03-02 02:30:00 UTC)",
            },
            id="run",
        ),
    ],
)
def test_each_step_names_its_versions(step: str, of: str, expected: dict[str, str]) -> None:
    assert expected.items() <= facts(lineage(TRACE, MADE), step)[of].items()


def test_a_version_says_whether_it_is_in_force() -> None:
    document = lineage(TRACE, MADE)
    assert facts(document, "Route")["queue billing"]["rules version"] == "old-rules (in force now: f4d3b491716617f9)"
    assert facts(document, "Anonymized mail")["silver/mail"]["policy version"] == "f232b7c4231f (in force)"


def test_the_delta_version_is_that_of_the_batchs_transaction() -> None:
    assert facts(lineage(TRACE, MADE), "Route")["table gold/routes"] == {
        "written in Delta version": "1 (WRITE, 2026-03-02 02:30:00 UTC)",
        "rewritten since in": "3 (MERGE)",
        "present Delta version": "3",
    }


def test_a_version_that_the_log_has_lost_is_not_guessed() -> None:
    found = facts(lineage(TRACE, MADE), "Anonymized mail")["table silver/mail"]
    assert found["written in Delta version"].startswith("not in the log any more")
    assert found["present Delta version"] == "7"


def test_of_a_remote_lake_the_log_is_not_looked_up() -> None:
    found = facts(lineage(replace(TRACE, commits=None), MADE), "Route")["table gold/routes"]
    assert list(found) == ["Delta version"]


def test_a_model_that_the_registry_does_not_know_is_told() -> None:
    found = facts(lineage(replace(TRACE, models=()), MADE), "Labels")["category: billing"]
    assert "could not be asked" in found["registry"]
    assert "manifest SHA-256" not in found


@pytest.mark.parametrize(
    ("row", "decision"),
    [
        pytest.param(LABEL_ROW | {"labels": ["billing", "sales"]}, "billing, sales", id="several labels"),
        pytest.param(LABEL_ROW | {"labels": None}, "billing", id="a row from before there were several"),
        pytest.param(LABEL_ROW | {"labels": None, "label": None}, "none", id="none of several"),
        pytest.param(LABEL_ROW | {"abstained": True, "reason": None}, "abstained (LOW_SCORE)", id="an old abstention"),
    ],
)
def test_a_decision_in_words(row: dict[str, object], decision: str) -> None:
    trace = replace(TRACE, rows={**TRACE.rows, "gold/labels": [row]})
    assert f"category: {decision}" in facts(lineage(trace, MADE), "Labels")


@pytest.mark.parametrize(
    ("trace", "state"),
    [
        pytest.param(TRACE, "published", id="published"),
        pytest.param(
            MailTrace(KEY, {"quarantine/mail": [QUARANTINE_ROW], "vault/raw_mail": [RAW_ROW]}, [FILE_ROW]),
            "in quarantine",
            id="quarantined",
        ),
        pytest.param(MailTrace(KEY, {"vault/raw_mail": [RAW_ROW]}), "neither published nor in quarantine", id="read"),
    ],
)
def test_a_mail_in_any_state_is_answered(trace: MailTrace, state: str) -> None:
    document = lineage(trace, MADE)
    assert state in document.lead
    assert all(part.blocks or part.notice for part in document.sections)


def test_a_quarantined_mail_names_reasons_and_stage() -> None:
    document = lineage(MailTrace(KEY, {"quarantine/mail": [QUARANTINE_ROW]}, [FILE_ROW]), MADE)
    assert facts(document, "Quarantine")["quarantined in stage parse"]["reasons"] == "NO_BODY"
    assert section(document, "Route").is_empty
