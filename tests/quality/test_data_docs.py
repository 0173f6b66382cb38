"""The pages of suites and verdicts: whole, alone, bounded, and without a value of a row."""

from __future__ import annotations

import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from triage.lake.tables import SILVER_MAIL, TABLES
from triage.quality import data_docs
from triage.quality.data_docs import write_data_docs
from triage.quality.expectation_texts import FILE, suites_of

UNIQUE, LANGUAGE = "expect_column_values_to_be_unique(mail_key)", "expect_column_values_to_match_regex(language)"


def verdict(batch: int, measure: str, passed: bool | None) -> dict[str, Any]:
    return {"batch_id": batch, "stage": "gate", "measure": measure, "value": 1.0, "passed": passed, "slice": None}


VERDICTS = [
    *(verdict(batch, UNIQUE, True) for batch in range(1, 41)),
    *(verdict(batch, LANGUAGE, batch > 30) for batch in range(1, 41)),
    verdict(1, "new", None),
]


class Page(HTMLParser):
    """Links and the text of each row of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.rows: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "srcset", "action"}]
        if tag == "tr":
            self.rows.append("")

    def handle_data(self, data: str) -> None:
        if self.rows:
            self.rows[-1] += f"{data} "


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports") / "data-docs"
    assert write_data_docs(VERDICTS, folder, "batches-000001-000040") == folder / "run-batches-000001-000040.html"
    return folder


@pytest.fixture
def known(folder: Path, tmp_path: Path) -> Path:
    """A folder with the texts of all expectations and no page."""
    shutil.copy(folder / FILE, tmp_path)
    return tmp_path


def test_a_run_shows_what_failed_first_and_where(folder: Path) -> None:
    [_, first, second] = Page(folder / "run-batches-000001-000040.html").rows
    assert LANGUAGE in first and "language values must match this regular expression" in first
    assert "failed in 30: 1, 2, 3" in first and "20, …" in first and "21" not in first
    assert UNIQUE in second and "mail_key values must be unique." in second and "passed" in second


def test_every_condition_of_the_declaration_is_on_the_suites_page(folder: Path) -> None:
    rows = Page(folder / "suite-silver.mail.html").rows[1:]
    assert len(rows) == len(SILVER_MAIL.columns)
    for column, row in zip(SILVER_MAIL.columns, rows, strict=True):
        assert column.name in row and column.comment in row and column.privacy.value in row
        assert ("must never be null" in row) == column.required
        assert column.pattern in row
        assert ("greater than or equal to" in row) == (column.minimum is not None)


def test_no_page_needs_another_host(folder: Path) -> None:
    pages = sorted(folder.glob("*.html"))
    assert len(pages) == len(TABLES) + 2
    for page in pages:
        for link in Page(page).links:
            assert not re.match(r"\w+:|//", link), link
            assert link.startswith("../") or (folder / link).is_file(), link


def test_the_pages_are_small(folder: Path) -> None:
    assert sum(path.stat().st_size for path in folder.iterdir()) < 300_000


def test_a_batch_that_was_validated_again_counts_once(known: Path) -> None:
    page = write_data_docs([verdict(1, UNIQUE, False), verdict(1, UNIQUE, True)], known, "r")
    assert "must be unique. passed 1 " in Page(page).rows[1]


def test_a_run_without_verdicts_says_so(known: Path) -> None:
    assert "No batch was validated in this run." in write_data_docs([], known, "r").read_text()


def test_pages_of_old_runs_go(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_docs, "MOST_RUNS", 3)
    for number in range(5):
        page = write_data_docs(VERDICTS, known, f"run-{number}")
        os.utime(page, (number, number))
    write_data_docs(VERDICTS, known, "run-5")
    assert sorted(path.name for path in known.glob("run-*.html")) == [f"run-run-{n}.html" for n in (3, 4, 5)]
    assert [link for link in Page(known / "index.html").links if link.startswith("run-")] == [
        "run-run-5.html",
        "run-run-4.html",
        "run-run-3.html",
    ]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"digest": "of another declaration", "suites": {}}'])
def test_texts_that_do_not_fit_are_written_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    suites = suites_of([SILVER_MAIL], tmp_path)
    assert suites[SILVER_MAIL.name][0].text == "mail_key values must be unique."
    assert suites_of([SILVER_MAIL], tmp_path) == suites
