"""The mails that were written by hand for calibration."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from tests.labelling.first_day.hand_written import FILES, read_mails
from triage.samples.files.shipped import HAND_WRITTEN
from triage.samples.model import FURTHER_LANGUAGES, HEADS, LANGUAGES
from triage.samples.plain.rows import plain_rows


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in HAND_WRITTEN.read_text("utf-8").splitlines()]


def test_they_calibrate_and_nothing_else(rows: list[dict[str, Any]]) -> None:
    assert {row["split"] for row in rows} == {"calibration"}
    assert len(rows) >= 150


def test_they_are_of_all_departments_and_languages(rows: list[dict[str, Any]]) -> None:
    departments = Counter(row["labels"].get("category") for row in rows)
    assert min(departments[name] for name in HEADS["category"]) >= 15
    assert {row["language"] for row in rows} == {*LANGUAGES, *FURTHER_LANGUAGES}
    assert all(label in HEADS[head] for row in rows for head, label in row["labels"].items())


def test_none_of_them_measures_a_first_day_or_is_generated(rows: list[dict[str, Any]]) -> None:
    others = {mail.body.strip() for mail in read_mails(FILES)} | {
        str(row["text"]).strip() for row in plain_rows(300, 1)
    }
    assert [row["text"] for row in rows if row["text"].strip() in others] == []


def test_they_hold_no_address_and_no_link(rows: list[dict[str, Any]]) -> None:
    assert [row["text"] for row in rows if "@" in row["text"] or "http" in row["text"]] == []
