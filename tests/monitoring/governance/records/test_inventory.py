"""The inventory: every version in force, and whether it is approved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.monitoring.governance.builders import AT, DIGEST, IN_FORCE, MADE, section
from triage.errors import ConfigError
from triage.monitoring.governance.approvals import Approval
from triage.monitoring.governance.document import Document, Table
from triage.monitoring.governance.in_force import InForce, Threshold, content_digest, thresholds_digest
from triage.monitoring.governance.records.inventory import inventory, unapproved

BY_ADA = Approval(what="model:triage-labels", version="3", digest=DIGEST, by="Ada", at=AT, note="four eyes")


def rows(document: Document, title: str) -> tuple[tuple[str, ...], ...]:
    [block] = section(document, title).blocks
    assert isinstance(block, Table)
    return block.rows


def test_what_is_approved_says_by_whom_and_when_and_all_else_that_it_is_not() -> None:
    found = {row[0]: row[-1] for row in rows(inventory(IN_FORCE, [BY_ADA], MADE), "In force and approved")}
    assert found == {
        "model:triage-labels": "Ada, 2026-03-02 02:30 UTC: four eyes",
        "rules": "not approved",
    }


def test_what_is_missing_is_named_with_the_command() -> None:
    notice = section(inventory(IN_FORCE, [BY_ADA], MADE), "In force and approved").notice
    assert "rules" in notice
    assert "model:" not in notice
    assert "jobs/govern.py approve" in notice


def test_an_approval_of_other_files_under_the_same_number_does_not_count() -> None:
    other = BY_ADA.model_copy(update={"digest": "cd" * 32})
    assert [item.what for item in unapproved(IN_FORCE, [other])] == ["model:triage-labels", "rules"]


def test_a_model_says_who_registered_it_when_and_from_what() -> None:
    [row] = rows(inventory(IN_FORCE, [], MADE), "Label models")
    assert row[:5] == ("triage-labels", "3", "champion", "2026-03-02 02:30", "ada")
    assert {"trained on file", "rows 1200", "licence CC BY 4.0", f"SHA-256 of the manifest {DIGEST}"} <= set(
        row[5].split("; ")
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "Heads in force",
            ("category", "triage-labels version 3", "billing, sales", "terms", "accuracy 0.875, rows 614"),
        ),
        ("Thresholds in force", ("a head decides from", "category, de", "0.62", "triage-labels version 3")),
        ("Routing rules, in order", ("billing", "billing", "as labelled", "category is billing")),
        ("Alert rules", ("gate_failed", "critical", "engineering", "docs/runbook/gate_failed.md")),
        ("Models of language", ("fr_core_news_sm", "3.8.0", "LGPL-LR", "names in fr")),
        (
            "Decisions on the reference of drift, the latest in force",
            ("2026-03-02 02:30", "set", "run-1, run-2", "ada", "new queue", "the labels in force"),
        ),
        ("Keys, by id", ("858c78165629",)),
    ],
)
def test_each_part_has_its_rows(title: str, expected: tuple[str, ...]) -> None:
    assert rows(inventory(IN_FORCE, [], MADE), title) == (expected,)


def test_a_reference_of_other_labels_is_told() -> None:
    document = inventory(replace(IN_FORCE, labels_version="v2"), [], MADE)
    [row] = rows(document, "Decisions on the reference of drift, the latest in force")
    assert row[-1] == "other labels: not usable"


def test_of_nothing_every_section_is_empty() -> None:
    document = inventory(InForce(), [], MADE)
    assert all(part.is_empty for part in document.sections)


def test_a_part_that_could_not_be_read_says_why() -> None:
    faulty = replace(IN_FORCE, models=(), heads=(), faults={"models": "The registry does not answer."})
    assert "does not answer" in section(inventory(faulty, [], MADE), "Label models").notice


def test_an_unknown_part_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"model:triage-labels, rules"):
        IN_FORCE.item("rule")


def test_the_digest_of_thresholds_is_of_their_values_and_not_of_their_order() -> None:
    one, two = Threshold("a", "x", 0.5, "here"), Threshold("b", "y", 0.6, "here")
    assert thresholds_digest([one, two]) == thresholds_digest([two, one])
    assert thresholds_digest([one, two]) != thresholds_digest([one, replace(two, value=0.61)])


def test_the_digest_of_content_is_sha_256_of_its_json() -> None:
    # printf '{"a": 1, "b": [2]}' | sha256sum
    assert content_digest({"b": [2], "a": 1}) == "ae8a9a5052464275"
