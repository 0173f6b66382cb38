"""Files as people and their spreadsheet programs leave them."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.learning.corrections.lakes import MAILS, NOW
from triage.errors import ConfigError
from triage.learning.corrections.files.read import Read, read_corrections
from triage.learning.corrections.files.rows import Context
from triage.learning.corrections.proposal import Code, Proposal

CONTEXT = Context("Ann Berg", NOW)
KEY = MAILS[0]
HEADER, ROW = ("mail_key", "head", "label", "reason"), (KEY, "category", "sales", "an offer")
MOVED = ("label", "x", "HEAD", "Mail key", "reason")
PLAIN = f"mail_key,head,label,reason\n{KEY},category,sales,an offer\n"


def read(tmp_path: Path, data: bytes, name: str = "answers.csv") -> Read:
    file = tmp_path / name
    file.write_bytes(data)
    return read_corrections(file, CONTEXT)


def workbook(*rows: Sequence[Any], title: str = "mails", before: str | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    if before:
        book.create_sheet(before, 0).append(["notes"])
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def line(**cells: Any) -> bytes:
    return json.dumps({"mail_key": KEY, "head": "category", "label": "sales"} | cells).encode()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PLAIN.encode(), id="as written"),
        pytest.param(PLAIN.encode("utf-8-sig"), id="with a BOM"),
        pytest.param(PLAIN.encode("utf-16"), id="UTF-16"),
        pytest.param(PLAIN.encode("utf-16-le"), id="UTF-16 without a BOM"),
        pytest.param(PLAIN.encode("utf-16-be"), id="UTF-16, big end first, without a BOM"),
        pytest.param(PLAIN.replace(",", ";").encode(), id="semicolons"),
        pytest.param(PLAIN.replace(",", "\t").encode(), id="tabs"),
        pytest.param(b"sep=;\r\n" + PLAIN.replace(",", ";").encode(), id="sep line"),
        pytest.param(PLAIN.replace("\n", "\r\n").encode(), id="CR LF"),
        pytest.param(PLAIN.replace("\n", "\r").encode(), id="CR"),
        pytest.param(b"sep=;\r" + PLAIN.replace("\n", "\r").replace(",", ";").encode(), id="sep line and CR"),
        pytest.param(PLAIN.replace("mail_key,head", "Mail Key, HEAD ").encode(), id="header in another case"),
        pytest.param(PLAIN.replace("label", "Right-Label").encode(), id="another name of the column"),
        pytest.param(PLAIN.replace("sales", "  sales\xa0").encode(), id="blanks around"),
        pytest.param(PLAIN.replace(KEY, KEY.upper()).encode(), id="key in capitals"),
        pytest.param(PLAIN.encode() + b",,,\n\n   ,,,\n", id="blank rows behind"),
        pytest.param(PLAIN.replace("\n", ",,\n").encode(), id="empty columns behind"),
        pytest.param(PLAIN.replace("an offer", '"an offer"').encode(), id="quoted"),
        pytest.param(workbook(HEADER, ROW), id="XLSX"),
        pytest.param(
            workbook(MOVED, ("sales", 1, "category", KEY, "an offer"), before="notes"),
            id="XLSX, columns moved, on the second sheet",
        ),
    ],
)  # fmt: skip
def test_a_correction_is_read_whatever_a_spreadsheet_program_did(data: bytes, tmp_path: Path) -> None:
    found = read(tmp_path, data)
    assert (found.rejected, found.unanswered) == ((), 0)
    [one] = found.proposals
    assert (one.mail_key, one.head, one.label.strip(), one.reason) == (KEY, "category", "sales", "an offer")
    assert (one.who, one.at, one.is_undated) == ("Ann Berg", NOW, True)


@pytest.mark.parametrize(
    ("text", "label"),
    [("Verärgert", "Verärgert"), ("'=1+1", "=1+1"), ("3.0", "3"), ("3,0", "3"), ("1.5", "1.5"), ("'tis", "'tis")],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_labels_keep_their_form(text: str, label: str, encoding: str, tmp_path: Path) -> None:
    data = f'mail_key;head;label\n{KEY};category;"{text}"\n'.encode(encoding)
    assert [one.label for one in read(tmp_path, data).proposals] == [label]


@pytest.mark.parametrize(("value", "label"), [(3.0, "3"), (3, "3"), (True, "True"), ("=1+1", "")])
def test_cells_of_a_workbook_become_text(value: Any, label: str, tmp_path: Path) -> None:
    """A formula that no program has computed has no value, so its row is not answered."""
    found = read(tmp_path, workbook(("mail_key", "head", "label"), (KEY, "category", value)), "answers.xlsx")
    assert [one.label for one in found.proposals] == ([label] if label else [])
    assert found.unanswered == (not label)


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    rows = [f'{KEY},category,sales,"two\nlines"', "", f"{KEY},category,,", f"{KEY},,hr,", f"{KEY},kind,bounce,"]
    found = read(tmp_path, "\n".join(["mail_key,head,label,reason", *rows]).encode())
    assert [one.row for one in found.proposals] == [2, 6]
    assert [(one.row, one.code) for one in found.rejected] == [(5, Code.MALFORMED)]
    assert found.unanswered == 1


def test_an_object_a_line_says_more(tmp_path: Path) -> None:
    at = "2026-03-01T12:00:00+01:00"
    data = b"\n".join(
        [
            line(by="Bo Lind", at=at, decided="billing", model_version=3, reason=None, correction_id="ticket-4711"),
            line(undoes="0" * 32, label=None),
            b"",
            b"[1]",
            b'{"mail_key": ',
            line(label=["a"]),
            line(at="yesterday"),
            b"[" * 100_000,
        ]
    )
    found = read(tmp_path, data, "answers.jsonl")
    first, second = found.proposals
    assert first == Proposal(
        row=1, who="Bo Lind", mail_key=KEY, head="category", label="sales", decided="billing", reason=None,
        model_version="3", at=datetime(2026, 3, 1, 11, tzinfo=UTC), correction_id="ticket-4711",
    )  # fmt: skip
    assert (second.row, second.undoes) == (2, "0" * 32)
    assert [(one.row, one.code) for one in found.rejected] == [(row, Code.MALFORMED) for row in (4, 5, 6, 7, 8)]


def test_a_column_id_is_no_name_of_a_correction(tmp_path: Path) -> None:
    """Files number their rows from 1, each of them anew."""
    assert [one.correction_id for one in read(tmp_path, line(id="TICKET-0001"), "answers.jsonl").proposals] == [None]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"mail_key,head\n1,2\n", id="no label column"),
        pytest.param(b"PK\x03\x04 not a workbook", id="broken archive"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", id="old or protected workbook"),
        pytest.param(workbook(("a", "b")), id="another workbook"),
        pytest.param(bytes(range(256)) * 8, id="no text"),
        pytest.param(b"x" * 200_000, id="one long line"),
        pytest.param(b'mail_key,head,label,"' + b"x" * 200_000 + b'"', id="a long name of a column"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_without_its_content(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"mail_key, head, label\. \[answers\.csv\]"):
        read(tmp_path, data)


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"The file is empty\. \[answers\.csv\]"):
        read(tmp_path, b"")


@pytest.mark.parametrize("column", ["mail_key", "undoes", "by", "reason", "correction_id", "x"])
def test_half_a_surrogate_pair_loses_no_other_row(column: str, tmp_path: Path) -> None:
    found = read(tmp_path, line() + b"\n" + line(**{column: "\ud800"}) + b"\r" + line(), "answers.jsonl")
    assert [one.row for one in found.proposals] == [1, 3]
    assert [(one.row, one.code) for one in found.rejected] == [(2, Code.MALFORMED)]


def far(data: bytes, row: int) -> bytes:
    """The workbook with one more row, which is empty and far below."""
    packed, stream = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        for name in packed.namelist():
            content = packed.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", b'<row r="%d"></row></sheetData>' % row)
            written.writestr(name, content)
    return stream.getvalue()


def test_a_far_row_of_a_workbook_costs_next_to_nothing(tmp_path: Path) -> None:
    """Rows that are not there take no memory, whatever the header's width."""
    wide = [f"more {number}" for number in range(190)]
    data = far(workbook((*HEADER, *wide), ROW), 60_000)
    tracemalloc.start()
    found = read(tmp_path, data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ([one.row for one in found.proposals], found.rejected, found.unanswered) == ([2], (), 0)
    assert most < 15 * 2**20


@pytest.mark.parametrize(
    ("is_by_one", "by", "who"),
    [
        pytest.param(True, "", "Ann Berg", id="nobody"),
        pytest.param(True, " ann  BERG ", "ann  BERG", id="the same person"),
        pytest.param(True, "Bo Lind", None, id="another person"),
        pytest.param(False, "Bo Lind", "Bo Lind", id="another person, of a file of several"),
    ],
)
def test_who_hands_in_a_file_answers_for_nobody_else(is_by_one: bool, by: str, who: str | None, tmp_path: Path) -> None:
    (tmp_path / "answers.jsonl").write_bytes(line(reviewer=by))
    found = read_corrections(tmp_path / "answers.jsonl", Context("Ann Berg", NOW, is_by_one))
    assert [one.who for one in found.proposals] == ([who] if who else [])
    assert [one.code for one in found.rejected] == ([] if who else [Code.OTHER_PERSON])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_corrections(tmp_path / "none.csv", CONTEXT)


def test_a_quotation_mark_that_is_never_closed_loses_no_earlier_row(tmp_path: Path) -> None:
    data = PLAIN + f'{KEY},category,hr,"never closed\n' + f"{KEY},kind,human,\n" * 5_000
    found = read(tmp_path, data.encode())
    assert found.proposals[0].label == "sales"
    assert [one.code for one in found.rejected][:1] == [Code.MALFORMED]
