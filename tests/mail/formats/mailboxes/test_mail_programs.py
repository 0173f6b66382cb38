"""The folders of Thunderbird and Apple Mail as these lay them out."""

from __future__ import annotations

import plistlib
from pathlib import Path

import pytest

from tests.mail.formats.archives.packing import MAIL, zipped
from triage.config import LimitSettings
from triage.mail.exports import RawMessage, discover, read
from triage.mail.keys import mail_key
from triage.mail.parsing.message import parse

LIMITS = LimitSettings()
MOZILLA = b"From - Mon May 01 22:09:39 2023\nX-Mozilla-Status: %s\nX-Mozilla-Status2: 00000000\n" + MAIL + b"\n"
MORK = b'// <!-- <mdb:mork:z v="1.4"/> -->\n< <(a=c)> // (f=iso-8859-1)\n'


def emlx(message: bytes = MAIL, flags: int = 8590195713, length: int | None = None) -> bytes:
    notes = plistlib.dumps({"flags": flags, "subject": "hello", "date-received": 1682971779})
    return b"%-10d\n" % (len(message) if length is None else length) + message + notes


def all_records(folder: Path) -> dict[str, list[RawMessage]]:
    return {
        str(Path(file.path).relative_to(folder)): list(read(file.path, file.format, 0, None, LIMITS))
        for file in discover(str(folder))
    }


def test_a_profile_of_thunderbird(tmp_path: Path) -> None:
    files = {
        "Inbox": MOZILLA % b"0001" + MOZILLA.replace(b"hello", b"old") % b"0009",
        "Inbox.msf": MORK,
        "Inbox.sbd/Customers": MOZILLA % b"0001",
        "Inbox.sbd/Customers.msf": MORK,
        "Trash": b"",
        "msgFilterRules.dat": b'version="9"\nlogging="no"\n',
        "popstate.dat": b"# POP3 State File\n",
    }
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    found = all_records(tmp_path)
    assert {name: len(records) for name, records in found.items()} == {
        "Inbox": 2, "Inbox.msf": 0, "Inbox.sbd/Customers": 1, "Inbox.sbd/Customers.msf": 0, "Trash": 0,
        "msgFilterRules.dat": 0, "popstate.dat": 0,
    }  # fmt: skip
    kept, deleted = (parse(record.data, LIMITS).marks for record in found["Inbox"])
    assert ("STORED_TRASH" in kept, "STORED_TRASH" in deleted) == (False, True)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(emlx(), None, id="whole"),
        pytest.param(emlx()[: 11 + len(MAIL)], None, id="without notes"),
        pytest.param(emlx()[:-30], None, id="damaged notes"),
        pytest.param(emlx()[:30], "SOURCE_CORRUPT", id="cut in the message"),
        pytest.param(emlx(length=10**9), "MESSAGE_TOO_LARGE", id="a length beyond all limits"),
        pytest.param(emlx().replace(b"<plist", b'<!DOCTYPE x [<!ENTITY a "b">]><plist'), None, id="entities"),
    ],
)
def test_emlx(tmp_path: Path, data: bytes, fault: str | None) -> None:
    (tmp_path / "17.emlx").write_bytes(data)
    [record] = all_records(tmp_path)["17.emlx"]
    assert record.fault == fault
    assert fault or mail_key(record.data) == mail_key(MAIL)


def test_what_apple_mail_notes(tmp_path: Path) -> None:
    for name, flags in {"kept": 1, "deleted": 1 | 2, "flagged": 1 | 16, "draft": 64}.items():
        (tmp_path / f"{name}.partial.emlx").write_bytes(emlx(flags=flags))
    (tmp_path / "Info.plist").write_bytes(plistlib.dumps({}))
    found = {
        name.partition(".")[0]: {mark for mark in parse(records[0].data, LIMITS).marks if mark.startswith("STORED")}
        for name, records in all_records(tmp_path).items()
        if records
    }
    assert found == {
        "kept": set(),
        "deleted": {"STORED_TRASH"},
        "flagged": {"STORED_STARRED"},
        "draft": {"STORED_DRAFT"},
    }


def test_emlx_in_an_archive(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"Messages/1.emlx": emlx(), "Info.plist": plistlib.dumps({})}))
    assert [(record.member, mail_key(record.data)) for record in all_records(tmp_path)["a.zip"]] == [
        ("Messages/1.emlx", mail_key(MAIL))
    ]
