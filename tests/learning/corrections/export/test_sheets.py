"""What people fill in comes back, and nothing that a mail says becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.learning.corrections.lakes import DECIDED, MAILS, NOW, stored
from triage.config import Settings, load_settings
from triage.errors import ConfigError
from triage.lake.store import Store
from triage.lake.tables import REVIEW_QUEUE
from triage.learning.corrections.add import add_corrections
from triage.learning.corrections.export.rows import ExportRow, queue_rows, recent_rows, shown_text
from triage.learning.corrections.export.sheets import COLUMNS, csv_bytes, xlsx_bytes
from triage.learning.corrections.files.read import read_corrections
from triage.learning.corrections.files.rows import Context
from triage.privacy.pseudonyms.keys import Keys

LABELS = {"category": ("billing", "sales", "a,b"), "kind": ("human", "bounce")}
HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://example.com";"x")']
Write = Callable[[list[ExportRow], dict[str, tuple[str, ...]], str], bytes]


def row(head: str = "category", **given: object) -> ExportRow:
    fields = {"subject": "Hello", "text": "A text", "suggested": "billing", "decided": "billing", "model_version": "3"}
    return ExportRow(**(fields | {"mail_key": MAILS[0], "head": head, "team": "t", "score": 0.5} | given))  # type: ignore[arg-type]


def cells_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    [cells] = cells_of(csv_bytes([row(subject=text, text=text, suggested=text, team=text)], LABELS, "e1"))
    assert all(not value.startswith(tuple("=+-@\t\r")) for value in cells.values())
    assert cells["subject"] == f"'{text}"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_workbook_is_a_formula(text: str) -> None:
    data = xlsx_bytes([row(subject=text, text=text)], LABELS | {"category": (text, "billing")}, "e1")
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert {cell.data_type for sheet in book for cells in sheet.iter_rows() for cell in cells if cell.value} == {"s"}


def test_a_workbook_offers_each_heads_own_labels() -> None:
    rows = [row(), row(), row("kind")]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(rows, LABELS, "e1")))
    lists = sheet["labels"]
    assert lists.sheet_state == "hidden"
    assert [[cell.value for cell in column if cell.value] for column in lists.iter_cols()] == [
        ["category", "billing", "sales", "a,b"],
        ["kind", "human", "bounce"],
    ]
    letter = openpyxl.utils.get_column_letter(list(COLUMNS).index("label") + 1)
    offered = {str(one.sqref): one.formula1 for one in sheet["mails"].data_validations.dataValidation}
    assert offered == {
        f"{letter}2:{letter}3": "=labels!$A$2:$A$4",
        f"{letter}4": "=labels!$B$2:$B$3",
    }


def test_what_no_workbook_may_hold_is_left_out() -> None:
    data = xlsx_bytes([row(text="a\x00b\x0bc")], LABELS, "e1")
    assert openpyxl.load_workbook(io.BytesIO(data))["mails"]["C2"].value == "a b c"


@pytest.mark.parametrize(("name", "write"), [("x.csv", csv_bytes), ("x.xlsx", xlsx_bytes)], ids=["CSV", "XLSX"])
def test_an_untouched_file_says_nothing(
    name: str, write: Write, lake: Store, settings: Settings, tmp_path: Path
) -> None:
    rows = recent_rows(lake, settings, None, list(DECIDED), 5)
    (tmp_path / name).write_bytes(write(rows, LABELS, "e1"))
    read = read_corrections(tmp_path / name, Context("Ann Berg", NOW))
    assert (read.proposals, read.rejected, read.unanswered) == ((), (), 20)


def test_a_filled_in_workbook_goes_in_once(lake: Store, settings: Settings, keys: Keys, tmp_path: Path) -> None:
    rows = recent_rows(lake, settings, None, ["category", "sentiment"], 2)
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(rows, LABELS, "e1")))
    for number, label in ((2, "Sales"), (4, "negative")):
        book["mails"].cell(number, list(COLUMNS).index("label") + 1, label)
    book.save(tmp_path / "x.xlsx")
    for added in (2, 0):
        read = read_corrections(tmp_path / "x.xlsx", Context("Ann Berg", NOW))
        outcome = add_corrections(lake, settings, keys, read.proposals, "file")
        assert (outcome.added, outcome.rejected, read.unanswered) == (added, (), 2)
    assert {(one["mail_key"], one["head"], one["decided"], one["label"]) for one in stored(lake)} == {
        (MAILS[4], "category", "billing", "sales"),
        (MAILS[4], "sentiment", None, "negative"),
    }


def test_the_newest_mails_come_first_and_heads_together(lake: Store, settings: Settings) -> None:
    rows = recent_rows(lake, settings, "billing", ["kind", "category"], 2)
    assert [(one.head, one.mail_key) for one in rows] == [
        ("category", MAILS[4]),
        ("category", MAILS[3]),
        ("kind", MAILS[4]),
        ("kind", MAILS[3]),
    ]
    assert recent_rows(lake, settings, "legal", [], 2) == []
    assert {one.head for one in recent_rows(lake, settings, None, [], 9)} == {"category"}


def test_an_unknown_head_is_named_with_the_nearest(lake: Store, settings: Settings) -> None:
    with pytest.raises(ConfigError, match="Did you mean kind"):
        recent_rows(lake, settings, None, ["kinds"], 2)


def test_open_items_of_the_queue_are_written(lake: Store, settings: Settings) -> None:
    item = {
        "item_id": "i1", "draw_id": "d", "drawn_at": NOW.replace(year=2999), "mail_key": MAILS[1], "head": "category",
        "team": "billing", "place": 1, "purpose": "uncertain", "value": 1.0, "suggested": "sales", "score": 0.4,
        "answers": 1, "model_version": "3",
    }  # fmt: skip
    lake.add(REVIEW_QUEUE, [item, item | {"item_id": "i2", "mail_key": MAILS[2], "team": "legal"}])
    shown = settings.model_copy(update={"learning": load_settings([], ["learning.page.blind_share=0"]).learning})
    [one] = queue_rows(lake, shown, "billing")
    assert (one.mail_key, one.suggested, one.decided, one.subject) == (MAILS[1], "sales", "billing", "=Invoice 1")
    assert len(queue_rows(lake, shown, None)) == 2


def answered(text: str, label: str) -> str:
    """The CSV with this label in each row."""
    stream, rows = io.StringIO(), csv.DictReader(io.StringIO(text))
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    writer.writerows(row | {"label": label} for row in rows)
    return stream.getvalue()


@pytest.mark.parametrize("purpose", ["audit", "gold_question", "unsettled"])
def test_what_measures_is_exported_without_a_suggestion(
    lake: Store, settings: Settings, keys: Keys, tmp_path: Path, purpose: str
) -> None:
    """And its answer is stored beside what the model had decided, whatever that was."""
    item = {
        "item_id": "i1", "draw_id": "d", "drawn_at": NOW.replace(year=2999), "mail_key": MAILS[1], "head": "category",
        "team": "billing", "place": 1, "purpose": purpose, "value": 1.0, "suggested": "sales", "score": 0.4,
        "answers": 1, "model_version": "3",
    }  # fmt: skip
    lake.add(REVIEW_QUEUE, [item])
    file = tmp_path / "x.csv"
    file.write_bytes(csv_bytes(queue_rows(lake, settings, None), LABELS, "e1"))
    text = file.read_text("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert {row[name] for name in ("suggested", "score", "decided", "model_version")} == {""}
    file.write_text(answered(text, "hr"), "utf-8")
    read = read_corrections(file, Context("Ann Berg", NOW))
    assert add_corrections(lake, settings, keys, read.proposals, "file").added == 1
    assert [(one["decided"], one["label"]) for one in stored(lake)] == [("billing", "hr")]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("a\n\n \n\nb", "a\nb"),
        ("\n" * 50 + "a", "a"),
        ("\n".join("ab" for _ in range(20)), "\n".join("ab" for _ in range(12))),
        ("x" * 700, "x" * 600 + " …"),
        ("x" * 590 + " <PERSON_aaaaaa_0123456789abcdef> and more", "x" * 590 + " …"),
    ],
    ids=["blank lines", "leading lines", "many lines", "long", "a token is not cut"],
)
def test_the_first_lines_are_shown(body: str, shown: str) -> None:
    assert shown_text(body) == shown
