"""Finding the files of a source, and reading each format whole, broken, hostile."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.mail.formats.archives.packing import PACKERS, tarred, zipped
from triage.config import LimitSettings
from triage.errors import SourceError
from triage.mail.exports import RawMessage, discover, read
from triage.reasons import Reason

LIMITS = LimitSettings()
MAIL = b"From: a@example.org\nSubject: hello\n\ntext\n"
BOX = b"From a@example.org Mon May  1 22:09:39 2023\n" + MAIL + b"\n"


def read_all(source: Path, limits: LimitSettings = LIMITS) -> list[RawMessage]:
    files = discover(str(source))
    return [record for file in files for record in read(file.path, file.format, 0, None, limits)]


def gzipped_tar(members: Mapping[str, bytes]) -> bytes:
    return PACKERS["gz"](tarred(members))


CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MSG_STREAM = "__properties_version1.0".encode("utf-16-le")


def packed_document(first: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(first, b"application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", b"<x/>")
    return target.getvalue()


MEMBERS = {
    "../up.eml": MAIL,
    "folder/b": BOX + BOX,
    "c.eml": BOX,
    "empty.eml": b"",
    "inner.zip": zipped({"x": MAIL}),
}
MEMBER_FAULTS = [None, None, None, None, "EMPTY", None]


@pytest.mark.parametrize(
    ("name", "data", "format", "faults"),
    [
        pytest.param("box.mbox", BOX * 3, "mbox", [None] * 3, id="mbox"),
        pytest.param("box.mbox.gz", gzip.compress(BOX * 3), "mbox.gz", [None] * 3, id="mbox.gz"),
        pytest.param("Inbox", BOX * 2, "mbox", [None] * 2, id="mbox without extension"),
        pytest.param("Trash", b"", "mbox", [], id="empty mailbox"),
        pytest.param("a.eml", MAIL, "eml", [None], id="eml"),
        pytest.param("a.eml", BOX, "eml", [None], id="eml with a From line"),
        pytest.param("a.eml", b"", "eml", ["EMPTY"], id="empty eml"),
        pytest.param("00001.7c53336b", MAIL, "eml", [None], id="raw message"),
        pytest.param("a.eml.gz", gzip.compress(MAIL), "eml.gz", [None], id="eml.gz"),
        pytest.param("m.zip", zipped(MEMBERS), "zip", MEMBER_FAULTS, id="zip"),
        pytest.param("m.tar", tarred(MEMBERS), "tar", MEMBER_FAULTS, id="tar"),
        pytest.param("m.tgz", gzipped_tar(MEMBERS), "tar.gz", MEMBER_FAULTS, id="tar.gz"),
        pytest.param("notes.txt", b"Dear all: nothing here\n", "unknown", ["UNKNOWN_FORMAT"], id="text"),
        pytest.param("x.bin", bytes(range(256)), "unknown", ["UNKNOWN_FORMAT"], id="binary"),
        pytest.param("a.msg", CFB + MSG_STREAM, "msg", ["SOURCE_CORRUPT"], id="damaged msg"),
        pytest.param("a", CFB + bytes(2**21) + MSG_STREAM, "unknown", ["OUTLOOK_MESSAGE"], id="msg with a late list"),
        pytest.param("a.doc", CFB + bytes(99), "unknown", ["OFFICE_DOCUMENT"], id="doc"),
        pytest.param("a.docx", packed_document("[Content_Types].xml"), "unknown", ["OFFICE_DOCUMENT"], id="docx"),
        pytest.param("a.odt", packed_document("mimetype"), "unknown", ["OFFICE_DOCUMENT"], id="odt"),
        pytest.param("a.dbx", b"\xcf\xad\x12\xfe" + bytes(99), "unknown", ["OTHER_MAILBOX"], id="Outlook Express"),
        pytest.param("a.nsf", b"\x1a\0\0\4\0\0" + bytes(99), "unknown", ["OTHER_MAILBOX"], id="Lotus Notes"),
        pytest.param("a.pdf", b"%PDF-1.7\n", "unknown", ["PDF_DOCUMENT"], id="PDF"),
        pytest.param("a.7z", b"7z\xbc\xaf\x27\x1c\0\4", "unknown", ["OTHER_ARCHIVE"], id="7z"),
        pytest.param("a.txt.bz2", bz2.compress(b"Dear all\n"), "unknown", ["OTHER_ARCHIVE"], id="bzip2 without mail"),
        pytest.param("a.txt.xz", lzma.compress(b"Dear all\n"), "unknown", ["OTHER_ARCHIVE"], id="xz without mail"),
        pytest.param("l.csv", b"id,subject,label\n1,hi,x\n", "csv", ["UNKNOWN_FORMAT"], id="csv without mail"),
    ],
)
def test_sniffed_and_read(tmp_path: Path, name: str, data: bytes, format: str, faults: list[str | None]) -> None:
    (tmp_path / name).write_bytes(data)
    [found] = discover(str(tmp_path))
    assert (found.format, found.size) == (format, len(data))
    assert [record.fault for record in read_all(tmp_path)] == faults


@pytest.mark.parametrize(
    ("name", "data", "whole"),
    [
        pytest.param("b.mbox.gz", gzip.compress(BOX * 500)[:-30], None, id="gz cut"),
        pytest.param("b.mbox.gz", gzip.compress(BOX * 5)[:-8] + b"12345678", 5, id="gz check sum"),
        pytest.param("m.zip", zipped({"a.eml": MAIL})[:-30], 0, id="zip cut"),
        pytest.param("m.tar", tarred({"a.eml": MAIL, "b.eml": MAIL})[:1560], 1, id="tar cut in a member"),
        pytest.param("m.tar", tarred({"a.eml": MAIL})[:1024], 1, id="tar without its end mark"),
        pytest.param("m.tar", tarred({"a.eml": MAIL})[:1024] + b"x" * 2048, 1, id="tar with a broken header"),
        pytest.param("m.tgz", gzipped_tar({"a.eml": MAIL})[:-4] + b"1234", 1, id="tar.gz check sum"),
    ],
)
def test_a_broken_file_gives_what_can_be_read_and_says_so(
    tmp_path: Path, name: str, data: bytes, whole: int | None
) -> None:
    (tmp_path / name).write_bytes(data)
    records = read_all(tmp_path)
    assert [record.fault for record in records].count(Reason.SOURCE_CORRUPT) == 1
    assert records[-1].fault == "SOURCE_CORRUPT"
    if whole is not None:
        assert len(records) == whole + 1
    assert all(record.data in (MAIL, BOX) for record in records[:-1])


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.eml": MAIL}))
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "m.zip").write_bytes(bytes(data))
    assert [record.fault for record in read_all(tmp_path)] == ["MEMBER_ENCRYPTED"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("pack", [zipped, gzipped_tar], ids=["zip", "tar.gz"])
def test_a_bomb_is_bounded(tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    (tmp_path / "m").write_bytes(pack({"bomb.eml": b"\0" * 50_000_000, "a.eml": MAIL}))
    records = read_all(tmp_path, LimitSettings(stored_bytes=1_000_000))
    assert [(record.data, record.fault) for record in records] == [(b"", "MESSAGE_TOO_LARGE"), (MAIL, None)]


def test_maildir(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("cur/1.host:2,S", "new/2.host", "tmp/3.host", ".Sent/cur/4.host:2,"):
        (tmp_path / name).write_bytes(MAIL)
    for name in ("dovecot.index", "dovecot-uidlist", "maildirsize", "subscriptions", "cur/.hidden"):
        (tmp_path / name).write_bytes(b"x")
    found = [(Path(file.path).name, file.format) for file in discover(str(tmp_path))]
    assert found == [("4.host:2,", "maildir"), ("1.host:2,S", "maildir"), ("2.host", "maildir")]


def test_links_are_not_followed_and_not_hidden(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "secret.eml").write_bytes(MAIL)
    (root / "a.eml").write_bytes(MAIL)
    (root / "again.eml").symlink_to(root / "a.eml")
    (root / "loop").symlink_to(root)
    (root / "out").symlink_to(outside)
    (root / "lost").symlink_to(root / "nowhere")
    os.mkfifo(root / "pipe")
    faults = {Path(file.path).name: file.format for file in discover(str(root))}
    assert faults == {"a.eml": "eml", "lost": "unreadable", "out": "unreadable", "pipe": "unreadable"}
    assert [record.fault for record in read_all(root)] == [None, *["SOURCE_UNREADABLE"] * 3]


def test_a_folder_of_a_maildir_that_cannot_be_listed_is_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("cur", "new"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "2.host").write_bytes(MAIL)
    listed = os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("cur"):
            raise PermissionError
        return listed(path)

    monkeypatch.setattr(os, "scandir", refused)
    found = {Path(file.path).name: file.format for file in discover(str(tmp_path))}
    assert found == {"cur": "unreadable", "2.host": "maildir"}


def test_a_missing_source_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        list(discover(str(tmp_path / "nowhere")))


def test_a_file_that_vanishes_is_a_record(tmp_path: Path) -> None:
    [record] = read(str(tmp_path / "gone.mbox"), "mbox", 0, None, LIMITS)
    assert record.fault == "SOURCE_UNREADABLE"


@pytest.mark.parametrize("format_name", ["mbox", "eml", "tar", "tar.gz", "mbox.gz", "jsonl"])
def test_a_file_that_stops_being_readable_is_no_damaged_one(format_name: str) -> None:
    """The kernel refuses to read this file at its begin, as a network mount may do at any place."""
    faults = [record.fault for record in read("/proc/self/mem", format_name, 0, None, LIMITS)]
    assert faults[-1] == "SOURCE_UNREADABLE"


def test_a_name_that_is_no_utf8_can_be_kept_and_read(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.eml")).write_bytes(MAIL)
    [file] = discover(str(tmp_path))
    file.path.encode("utf-8")
    assert [record.data for record in read(file.path, file.format, 0, None, LIMITS)] == [MAIL]


@pytest.mark.parametrize(
    ("source", "expected"), [("enron_categories", 1175), ("spamassassin_raw", 3124), ("hard_mail", 724)]
)
def test_counts_of_real_archives(shared_data: Path, source: str, expected: int) -> None:
    path = str(shared_data / source / "messages.tar.gz")
    assert [file.format for file in discover(path)] == ["tar.gz"]
    assert sum(1 for _ in read(path, "tar.gz", 0, None, LIMITS)) == expected
