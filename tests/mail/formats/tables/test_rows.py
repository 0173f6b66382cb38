"""Tables of mail fields: which columns are read, and the message that a row becomes."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from triage.config import LimitSettings
from triage.mail.formats.base import Format, RawMessage
from triage.mail.formats.tables.csvtable import Csv
from triage.mail.formats.tables.jsonl import Jsonl
from triage.mail.parsing.message import parse

LIMITS = LimitSettings()


def records(format: Format, data: bytes, start: int = 0, end: int | None = None) -> list[RawMessage]:
    return list(format.read(io.BytesIO(data), LIMITS, start, end))


@pytest.mark.parametrize(
    ("row", "subject", "body", "sender"),
    [
        pytest.param({"Subject": "Grüße", "Body": "Hallo"}, "Grüße", "Hallo", None, id="any case, not ASCII"),
        pytest.param({"from": "a@b.example", "subject": "s\nX-Evil: 1"}, "s X-Evil: 1", "", "a@b.example", id="line end"),
        pytest.param({"From: (Address)": "a@b.example", "text": "t"}, "", "t", None, id="column in parentheses"),
        pytest.param({"sender": {"name": "A", "email": "a@b.example"}, "text": "t"}, "", "t", "a@b.example", id="object"),
        pytest.param({"header": {"From": "a@b.example", "Subject": "s"}, "text": "t"}, "s", "t", "a@b.example", id="nested"),
        pytest.param({"raw": "From: a@b.example\nSubject: s\n\nt"}, "s", "t", "a@b.example", id="raw"),
        pytest.param({"message": "Message-ID: <1@b>\nSubject: s\n\nt"}, "s", "t", None, id="message that is raw"),
        pytest.param({"message": "just text", "subject": "s"}, "s", "just text", None, id="message that is text"),
        pytest.param({"html": "<p>Hi <b>you</b></p>"}, "", "Hi you", None, id="html"),
    ],
)  # fmt: skip
def test_a_row_becomes_a_message(row: dict[str, object], subject: str, body: str, sender: str | None) -> None:
    [record] = records(Jsonl(), json.dumps(row).encode())
    mail = parse(record.data, LIMITS)
    assert (mail.subject, mail.body) == (subject, body)
    if sender:
        assert mail.sender is not None and mail.sender.address == sender


@pytest.mark.parametrize(
    "date",
    [
        "2023-05-01T20:09:39Z",
        "2023-05-01 20:09:39",
        "1682971779",
        "1682971779000",
        "Mon, 1 May 2023 22:09:39 +0200",
    ],
)
def test_dates_of_rows(date: str) -> None:
    [record] = records(Jsonl(), json.dumps({"date": date, "body": "x"}).encode())
    assert parse(record.data, LIMITS).sent_at == datetime(2023, 5, 1, 20, 9, 39, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [b"[1]", b"{broken", b"{}", b'{"label": 1}', b"[" * 100_000, b'{"body": {"deep": 1}}', b"\xff\xfe{"],
)
def test_a_bad_line_is_kept(line: bytes) -> None:
    good = b'{"body": "x"}'
    found = records(Jsonl(), line + b"\n" + good + b"\n")
    assert [(record.data, record.fault) for record in found[:1]] == [(line + b"\n", "BAD_ROW")]
    assert found[1].fault is None


def test_ranges_of_lines() -> None:
    data = b"".join(b'{"body": "mail %d"}\n' % number for number in range(5))
    for cut in range(len(data) + 1):
        assert records(Jsonl(), data, 0, cut) + records(Jsonl(), data, cut) == records(Jsonl(), data)


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        pytest.param(b'subject,body\na,"b\nc, d"\ne,f\n', [None, None], id="quoted line end"),
        pytest.param(b"betreff;text\na;b\n", [None], id="semicolon, German names"),
        pytest.param(b"\xef\xbb\xbfsubject,body\r\na,b\r\n", [None], id="byte order mark"),
        pytest.param(b"subject,body\na,b,c\nd,e\n", ["BAD_ROW", None], id="too many cells"),
        pytest.param(b"subject,body,id\n,,7\n", ["BAD_ROW"], id="no mail in it"),
        pytest.param(b"subject,body\n\n\na,b\n", [None], id="empty lines"),
        pytest.param(b"subject,body\nGr\xfc\xdfe,b\n", [None], id="windows-1252"),
        pytest.param(b"a,b\n1,2\n", ["UNKNOWN_FORMAT"], id="no mail column"),
        pytest.param(b"", ["UNKNOWN_FORMAT"], id="empty"),
    ],
)
def test_csv(data: bytes, faults: list[str | None]) -> None:
    found = records(Csv(), data)
    assert [record.fault for record in found] == faults
    assert all(record.data in data for record in found if record.fault)


@pytest.mark.parametrize(
    ("header", "is_mail"),
    [
        pytest.param("Betreff,Von,Volltext", True, id="as configured"),
        pytest.param("Betreff,Von,Text", True, id="a text by its usual name"),
        pytest.param("Betreff,Von,Voltext", False, id="the text is called otherwise"),
        pytest.param("Betreff,Von", False, id="no text"),
    ],
)
def test_no_mail_loses_its_text_to_a_mistyped_column(header: str, is_mail: bool) -> None:
    row = ",".join("abc"[: header.count(",") + 1])
    found = records(Csv(columns=(("body", "Volltext"),)), f"{header}\n{row}\n".encode())
    assert [record.fault for record in found] == [None if is_mail else "UNKNOWN_FORMAT"]
