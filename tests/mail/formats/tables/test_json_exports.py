"""Exports of programs as JSON and tables: which messages are in them, and which columns the configuration names."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.mail.formats.archives.packing import MAIL, zipped
from triage.config import LimitSettings, load_settings
from triage.errors import ConfigError
from triage.mail.exports import RawMessage, discover, read
from triage.mail.formats.tables.jsonlist import Json
from triage.mail.keys import mail_key
from triage.mail.parsing.message import parse
from triage.mail.threads import root_id

LIMITS = LimitSettings()


def records_of(folder: Path, name: str, data: bytes, columns: tuple[tuple[str, str], ...] = ()) -> list[RawMessage]:
    (folder / name).write_bytes(data)
    return [
        record for file in discover(str(folder)) for record in read(file.path, file.format, 0, None, LIMITS, columns)
    ]


def person(name: str) -> dict[str, object]:
    return {"emailAddress": {"name": name, "address": f"{name.lower()}@example.org"}}


def graph(number: int = 1, **changes: object) -> dict[str, object]:
    return {
        "@odata.etag": "W/1", "id": f"AAMk{number}", "internetMessageId": f"<{number}@example.org>",
        "subject": f"Grüße {number}", "body": {"contentType": "html", "content": "<p>Guten <b>Tag</b></p>"},
        "bodyPreview": "Guten Tag", "from": person("Jane"), "toRecipients": [person("Bob")], "ccRecipients": [person("Eve")],
        "sentDateTime": "2023-05-01T20:09:39Z", "conversationId": "c", "hasAttachments": False,
    } | changes  # fmt: skip


PAGE = {"@odata.context": "https://graph.example/$metadata", "value": [graph(1), graph(2)]}
LINES = b"".join(json.dumps(graph(number)).encode() + b"\n" for number in range(3))


@pytest.mark.parametrize(
    ("name", "data", "count"),
    [
        pytest.param("page.json", json.dumps(PAGE).encode(), 2, id="a page on one line"),
        pytest.param("page", json.dumps(PAGE, indent=2).encode(), 2, id="a page on many lines"),
        pytest.param("one.json", json.dumps(graph(), indent=2).encode(), 1, id="one message"),
        pytest.param("list.json", json.dumps([graph(1), graph(2)]).encode(), 2, id="a list"),
        pytest.param("lines.jsonl", LINES, 3, id="JSON lines"),
        pytest.param("lines.json", LINES, 3, id="JSON lines by another name"),
        pytest.param("pages.json", json.dumps(PAGE).encode() * 2, 4, id="pages in a row"),
        pytest.param("bom.json", b"\xef\xbb\xbf" + json.dumps(PAGE).encode(), 2, id="byte order mark"),
    ],
)
def test_graph(tmp_path: Path, name: str, data: bytes, count: int) -> None:
    found = records_of(tmp_path, name, data)
    assert [record.fault for record in found] == [None] * count
    mail = parse(found[0].data, LIMITS)
    assert (mail.body, [one.address for one in mail.recipients]) == (
        "Guten Tag",
        ["bob@example.org", "eve@example.org"],
    )
    assert mail.sender is not None
    assert (mail.sender.address, mail.has_html) == ("jane@example.org", True)


def test_attachments_and_the_internet_header_of_graph(tmp_path: Path) -> None:
    inner = {"name": "old", "item": graph(7, subject="inner")}
    file = {"name": "a.pdf", "contentType": "application/pdf", "contentBytes": base64.b64encode(b"%PDF").decode()}
    header = [{"name": "From", "value": "x@example.org"}, {"name": "Subject", "value": "from\nthe header"},
              {"name": "Content-Type", "value": "multipart/mixed"}]  # fmt: skip
    [record] = records_of(
        tmp_path, "a.json", json.dumps(graph(attachments=[file, inner], internetMessageHeaders=header)).encode()
    )
    mail = parse(record.data, LIMITS)
    assert [(one.name, one.media_type) for one in mail.attachments] == [
        ("a.pdf", "application/pdf"),
        ("", "message/rfc822"),
    ]
    assert (mail.subject, mail.body) == ("from the header", "Guten Tag")


ZENDESK = {
    "id": 35436, "subject": "Help", "description": "My printer is on fire", "requester_id": 1, "created_at": "2023-05-01T20:09:39Z",
    "requester": {"name": "Jane", "email": "jane@example.org"},
    "comments": [
        {"id": 1, "plain_body": "My printer is on fire", "created_at": "2023-05-01T20:09:39Z", "author": {"name": "Jane", "email": "jane@example.org"}},
        {"id": 2, "html_body": "<p>Use water</p>", "created_at": "2023-05-02T08:00:00Z", "public": True},
    ],
}  # fmt: skip
FRESHDESK = {
    "id": 9, "subject": "Help", "description": "<p>My printer</p>", "description_text": "My printer", "created_at": "2023-05-01T20:09:39Z",
    "requester": {"name": "Jane", "email": "jane@example.org"}, "to_emails": ["help@example.org"],
    "conversations": [{"id": 3, "body_text": "Use water", "from_email": "help@example.org", "to_emails": ["jane@example.org"]}],
}  # fmt: skip
JIRA = {
    "key": "HELP-9",
    "fields": {
        "summary": "Help", "description": "My printer", "created": "2023-05-01T20:09:39.000+0000",
        "reporter": {"displayName": "Jane", "emailAddress": "jane@example.org"},
        "comment": {"comments": [{"id": "3", "author": {"displayName": "Bob"}, "created": "2023-05-02T08:00:00.000+0000",
            "body": {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Use water"}]}]}}]},
    },
}  # fmt: skip
JIRA_CSV = (
    b"Summary,Issue key,Reporter,Created,Description,Comment,Comment\r\n"
    b'Help,HELP-9,jane,01/May/23 8:09 PM,"My\nprinter",02/May/23 8:00 AM;bob;Use water,\r\n'
)


@pytest.mark.parametrize(
    ("name", "data", "bodies"),
    [
        pytest.param(
            "z.json", json.dumps({"tickets": [ZENDESK]}).encode(), ["My printer is on fire", "Use water"], id="Zendesk"
        ),
        pytest.param(
            "z.jsonl", json.dumps(ZENDESK).encode(), ["My printer is on fire", "Use water"], id="Zendesk lines"
        ),
        pytest.param("f.json", json.dumps([FRESHDESK]).encode(), ["My printer", "Use water"], id="Freshdesk"),
        pytest.param(
            "f.json",
            json.dumps([{"helpdesk_ticket": FRESHDESK}]).encode(),
            ["My printer", "Use water"],
            id="Freshdesk, wrapped",
        ),
        pytest.param(
            "j.json", json.dumps({"issues": [JIRA], "total": 1}).encode(), ["My printer", "Use water"], id="Jira"
        ),
        pytest.param("j.csv", JIRA_CSV, ["My\nprinter", "Use water"], id="Jira, CSV"),
    ],
)
def test_tickets(tmp_path: Path, name: str, data: bytes, bodies: list[str]) -> None:
    found = records_of(tmp_path, name, data)
    assert [record.fault for record in found] == [None] * 2
    mails = [parse(record.data, LIMITS) for record in found]
    assert [(mail.subject, mail.body) for mail in mails] == [("Help", body) for body in bodies]
    assert mails[0].sender is not None
    if not name.endswith(".csv"):
        assert mails[0].sender.address == "jane@example.org"
        assert len({root_id(record.data) for record in found}) == 1
    assert len({mail_key(record.data) for record in found}) == 2


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        pytest.param(json.dumps({"name": "triage", "version": 1}, indent=1).encode(), ["UNKNOWN_FORMAT"], id="no mail"),
        pytest.param(json.dumps(list(range(99))).encode(), ["UNKNOWN_FORMAT"], id="numbers"),
        pytest.param(json.dumps([graph(), {"id": 1}, graph(2)]).encode(), [None, "BAD_ROW", None], id="one that is none"),
        pytest.param(json.dumps(PAGE).encode()[:-90], [None, "SOURCE_CORRUPT"], id="cut"),
        pytest.param(b"[" * 100_000, ["SOURCE_CORRUPT"], id="nested too deep"),
        pytest.param(b'{"subject"', ["SOURCE_CORRUPT"], id="cut in the first name"),
        pytest.param(json.dumps([ZENDESK | {"description": "", "comments": []}]).encode(), ["UNKNOWN_FORMAT"], id="empty ticket"),
    ],
)  # fmt: skip
def test_json_that_is_damaged_or_no_mail(tmp_path: Path, data: bytes, faults: list[str | None]) -> None:
    assert [record.fault for record in records_of(tmp_path, "a.json", data)] == faults


def test_an_element_that_is_too_large(tmp_path: Path) -> None:
    data = json.dumps([graph(), graph(body={"contentType": "text", "content": "x" * 9_000})]).encode()
    found = list(Json().read(io.BytesIO(data), LimitSettings(stored_bytes=2_000)))
    assert [record.fault for record in found][:1] in ([None], ["MESSAGE_TOO_LARGE"])
    assert found[-1].data == b"" or found[-1].fault is None


COLUMNS = (("subject", "Titel des Falls"), ("body", "payload.text"), ("from", "Kunde"))
ROW = {
    "Titel des Falls": "Hilfe",
    "payload": {"text": "Drucker brennt"},
    "Kunde": "a@example.org",
    "subject": "internal",
}


def test_columns_that_the_configuration_names(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([ROW])
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "b.jsonl").write_bytes(json.dumps(ROW).encode())
    (tmp_path / "d.zip").write_bytes(zipped({"d.jsonl": json.dumps(ROW).encode()}))
    found = records_of(tmp_path, "c.json", json.dumps([ROW]).encode(), COLUMNS)
    assert [record.fault for record in found] == [None] * 4
    assert len({mail_key(record.data) for record in found}) == 1
    mail = parse(found[0].data, LIMITS)
    assert (mail.subject, mail.body) == ("Hilfe", "Drucker brennt")
    flat = b"Titel des Falls;Kunde;Volltext\nHilfe;a@example.org;Drucker brennt\n"
    [record] = [
        one
        for one in records_of(tmp_path, "e.csv", flat, (*COLUMNS[::2], ("body", "Volltext")))
        if b"brennt" in one.data
    ][:1]
    assert parse(record.data, LIMITS).subject == "Hilfe"


def test_a_field_that_is_none_of_a_mail_is_a_wrong_setting() -> None:
    assert load_settings(overrides=["ingest.columns={subject: Titel}"]).ingest.columns == {"subject": "Titel"}
    with pytest.raises(ConfigError, match=r"ingest\.columns"):
        load_settings(overrides=["ingest.columns={subjekt: Titel}"])


def test_parquet(tmp_path: Path) -> None:
    rows = [{"subject": f"s{number}", "body": "b", "other": number} for number in range(1_200)]
    pq.write_table(pa.Table.from_pylist([*rows, {"subject": "", "body": None, "other": 0}]), tmp_path / "a.parquet")
    data = (tmp_path / "a.parquet").read_bytes()
    found = records_of(tmp_path, "a.parquet", data)
    assert [record.offset for record in found] == list(range(1_201))
    assert [record.fault for record in found] == [None] * 1_200 + ["BAD_ROW"]
    assert [record.fault for record in records_of(tmp_path, "a.parquet", data[:-20])] == ["SOURCE_CORRUPT"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param(
            "Items.csv", b"Item Identity,Document ID,Subject,Sender,Target Path\n1,2,hello,a@b,x\\1.eml\n", id="Purview"
        ),
        pytest.param("loadfile.dat", "\xfeDOCID\xfe\x14\xfeNATIVE_FILE\xfe\n".encode("latin-1"), id="Concordance"),
        pytest.param("loadfile.opt", b"DOC0001,VOL1,IMAGES\\0001.tif,Y,,,2\n", id="Opticon"),
    ],
)
def test_load_files_of_an_ediscovery_export_have_no_records(tmp_path: Path, name: str, data: bytes) -> None:
    found = records_of(tmp_path, "export.zip", zipped({name: data, "x/1.eml": MAIL}))
    assert [(record.member, record.fault) for record in found] == [("x/1.eml", None)]
    (tmp_path / "export.zip").unlink()
    assert records_of(tmp_path, name, data) == []
    assert [file.format for file in discover(str(tmp_path))] == ["load_file"]
