"""Messages of Outlook and TNEF parts: what they hold, and that damaged ones cost themselves only."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest

from tests.mail.formats.archives.packing import MAIL, zipped
from tests.mail.formats.outlook import messages as outlook
from triage.config import LimitSettings
from triage.mail.exports import RawMessage, discover, read
from triage.mail.parsing.message import parse
from triage.mail.parsing.parsed import Address, ParsedMail
from triage.reasons import Reason

LIMITS = LimitSettings()
PEOPLE = (
    {outlook.NAME: "Information", outlook.ADDRESS: "info@example.org", outlook.ROLE: 1},
    {outlook.NAME: "Björn Ström", outlook.ADDRESS: "bjorn@example.org", outlook.ROLE: 2},
)
DRAFT = {
    outlook.SUBJECT: "Grüße\r\nBcc: x@example.org",
    outlook.SENDER: 'Jane "JD" Doe',
    outlook.SENDER_ADDRESS: "jane@example.org",
    outlook.BODY: "Guten Tag,\r\nbitte prüfen.",
}


def only(folder: Path, name: str, data: bytes, limits: LimitSettings = LIMITS) -> RawMessage:
    (folder / name).write_bytes(data)
    [found] = discover(str(folder))
    [record] = read(found.path, found.format, 0, None, limits)
    return record


def parsed(folder: Path, data: bytes) -> ParsedMail:
    record = only(folder, "a.msg", data)
    assert record.fault is None
    return parse(record.data, LIMITS)


def test_the_header_of_the_internet_is_kept(tmp_path: Path) -> None:
    found = parsed(tmp_path, outlook.plain_msg())
    assert (found.subject, found.body, found.message_id) == ("hello", "The invoice is missing.", "1@example.org")
    assert found.sender == Address("Jane Doe", "jane@example.org")
    assert found.attachments == ()


def test_a_header_is_made_where_none_is_kept(tmp_path: Path) -> None:
    found = parsed(tmp_path, outlook.msg(values=DRAFT, people=PEOPLE))
    assert (found.subject, found.body) == ("Grüße Bcc: x@example.org", "Guten Tag,\nbitte prüfen.")
    assert found.sender == Address("Jane 'JD' Doe", "jane@example.org")
    assert [(one.role, one.name, one.address) for one in found.recipients] == [
        ("to", "Information", "info@example.org"),
        ("cc", "Björn Ström", "bjorn@example.org"),
    ]


HTML = "<p>Bitte <b>prüfen</b>.</p>"
RTF = rb"{\rtf1\ansi\ansicpg1252 Bitte pr\'fcfen.\par}"


@pytest.mark.parametrize(
    ("values", "body"),
    [
        pytest.param({outlook.BODY: "nur Text"}, "nur Text", id="text"),
        pytest.param({outlook.HTML: HTML.encode()}, "Bitte prüfen.", id="HTML"),
        pytest.param({outlook.BODY: "Text", outlook.HTML: HTML.encode()}, "Text", id="both"),
        pytest.param({outlook.RTF: outlook.packed_rtf(RTF)}, "Bitte prüfen.", id="RTF"),
        pytest.param({outlook.RTF: b"damaged"}, "", id="damaged RTF"),
        pytest.param({outlook.BODY: "x" * 9000}, "x" * 9000, id="a stream of several sectors"),
    ],
)
def test_the_body(tmp_path: Path, values: dict[int, str | bytes | int], body: str) -> None:
    codepage = {0x3FDE: 65001}
    found = parsed(tmp_path, outlook.msg(values={outlook.HEADERS: outlook.HEADER, **codepage, **values}))
    assert found.body == body


def test_attachments_and_attached_messages(tmp_path: Path) -> None:
    inner = outlook.message_tree({outlook.SUBJECT: "inner", outlook.BODY: "what she wrote"}, header=24)
    files = (
        {
            outlook.FILE_NAME: "Über.pdf",
            outlook.FILE: b"%PDF-1.7 x",
            outlook.MIME_TAG: "application/pdf",
            outlook.METHOD: 1,
        },
    )
    found = parsed(tmp_path, outlook.msg(values={outlook.HEADERS: outlook.HEADER}, files=files, embedded=[inner]))
    assert [(one.name, one.media_type) for one in found.attachments] == [
        ("Über.pdf", "application/pdf"),
        ("", "message/rfc822"),
    ]
    assert found.attachments[0].size_bytes == len(b"%PDF-1.7 x")
    assert found.body == "inner\n\nwhat she wrote"


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    data = outlook.msg(values=DRAFT, people=PEOPLE, files=({outlook.FILE_NAME: "a", outlook.FILE: b"b"},))
    assert only(tmp_path, "a.msg", data) == only(tmp_path, "a.msg", data)


def test_a_message_in_an_archive(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"1.msg": outlook.plain_msg(), "2.eml": MAIL}))
    [found] = discover(str(tmp_path))
    records = list(read(found.path, found.format, 0, None, LIMITS))
    assert [(record.member, record.fault) for record in records] == [("1.msg", None), ("2.eml", None)]
    assert parse(records[0].data, LIMITS).body == "The invoice is missing."


@pytest.mark.parametrize("size", [0, 9, 512, 700, 1500, 2500])
def test_a_damaged_message_has_a_reason_and_its_bytes(tmp_path: Path, size: int) -> None:
    data = outlook.plain_msg()[:size]
    record = only(tmp_path, "a.msg", data)
    assert record.fault is not None or b"Subject: hello" in record.data
    assert record.fault is None or record.data == data


def test_a_message_that_takes_too_much_ends_its_child_only(tmp_path: Path) -> None:
    tight = LimitSettings(memory_bytes=8 * 2**20)
    large = outlook.plain_msg("x" * 3 * 2**20)
    assert only(tmp_path, "a.msg", large, tight).fault in {Reason.MEMORY_LIMIT, Reason.DETECTOR_KILLED}
    assert only(tmp_path, "a.msg", outlook.plain_msg(), tight).fault is None


def wrapped(
    stream: bytes, text: bytes = b"", name: bytes = b"winmail.dat", kind: bytes = b"application/ms-tnef"
) -> bytes:
    parts = [b"Content-Type: text/plain\n\n" + text] if text else []
    head = b"Content-Type: " + kind + b'; name="' + name + b'"\nContent-Transfer-Encoding: base64\n\n'
    parts.append(head + base64.encodebytes(stream))
    body = b"".join(b"--x\n" + part + b"\n" for part in parts)
    return MAIL.partition(b"\n\n")[0] + b"\nContent-Type: multipart/mixed; boundary=x\n\n" + body + b"--x--\n"


FILES = {"bill.pdf": b"%PDF-", "empty.txt": b""}


@pytest.mark.parametrize(
    ("mail", "body", "names"),
    [
        pytest.param(wrapped(outlook.tnef("Grüße", FILES)), "Grüße", list(FILES), id="text and files"),
        pytest.param(wrapped(outlook.tnef("Grüße", FILES), b"as text"), "as text", list(FILES), id="a text beside it"),
        pytest.param(wrapped(outlook.tnef("x"), kind=b"application/octet-stream"), "x", [], id="told by its name"),
        pytest.param(wrapped(outlook.tnef("x"), name=b"a.bin"), "x", [], id="told by its type"),
        pytest.param(wrapped(b"damaged"), "", ["winmail.dat"], id="damaged: an attachment"),
        pytest.param(wrapped(outlook.tnef("x")[:20]), "", ["winmail.dat"], id="cut: an attachment"),
        pytest.param(wrapped(outlook.tnef("", dict.fromkeys(map(str, range(2_000)), b""))), "", ["winmail.dat"], id="a bomb"),
    ],
)  # fmt: skip
def test_tnef(mail: bytes, body: str, names: list[str]) -> None:
    found = parse(mail, LIMITS)
    assert (found.faults, found.body) == ((), body)
    assert [one.name for one in found.attachments] == names


def test_damaged_tnef_never_costs_the_mail() -> None:
    rng = random.Random(4)
    stream = outlook.tnef("Guten Tag", FILES)
    for _ in range(200):
        changed = bytearray(stream)
        changed[rng.randrange(len(changed))] = rng.randrange(256)
        assert parse(wrapped(bytes(changed)), LIMITS).faults == ()


def test_messages_and_parts_of_other_programs(shared_data: Path, tmp_path: Path) -> None:
    counts: dict[str, int] = {}
    for record in read(str(shared_data / "hard_mail" / "messages.tar.gz"), "tar.gz", 0, None, LIMITS):
        name = record.member or ""
        if name.startswith("tnefparse/") and name.endswith(".tnef"):
            found = parse(wrapped(record.data), LIMITS)
            counts["with a text" if found.body else "without"] = (
                counts.get("with a text" if found.body else "without", 0) + 1
            )
        elif name.endswith("mail_outlook_1"):
            found = parse(record.data, LIMITS)
            assert (found.faults, len(found.attachments), bool(found.body)) == ((), 5, True)
    assert counts == {"with a text": 15, "without": 5}
