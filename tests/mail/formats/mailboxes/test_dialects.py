"""The dialects of mbox: which lines begin a message, and what an author wrote where a line begins with "From "."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.config import LimitSettings
from triage.mail.exports import discover, read
from triage.mail.formats.base import RawMessage
from triage.mail.formats.mailboxes.content_length import REACH
from triage.mail.formats.mailboxes.mbox import Mbox
from triage.mail.keys import mail_key
from triage.mail.parsing.message import parse

LIMITS = LimitSettings()
LINE = b"From a@example.org Mon May  1 22:09:39 2023\n"
INNER = b"From b@example.org Mon May  1 22:09:40 2023\nSubject: forwarded\n\n"


def message(body: bytes, length: int | None = None, subject: bytes = b"a") -> bytes:
    """A record with a Content-Length, by default the right one, and the empty line that ends it."""
    stated = len(body) if length is None else length
    return LINE + b"Subject: %s\nContent-Length: %d\n\n" % (subject, stated) + body + b"\n"


def messages(data: bytes, start: int = 0, end: int | None = None) -> list[RawMessage]:
    return list(Mbox().read(io.BytesIO(data), LIMITS, start, end))


QUOTING = b"hello\n\n" + INNER + b"text\n"
LONG = b"hello\n\n" + INNER + b"x" * REACH + b"\n"


@pytest.mark.parametrize(
    ("data", "count"),
    [
        pytest.param(message(QUOTING) + message(b"b\n"), 2, id="the length covers a separator"),
        pytest.param(message(QUOTING), 1, id="up to the end of the file"),
        pytest.param(message(QUOTING).replace(b"\n", b"\r\n"), 2, id="a length that counts other line ends"),
        pytest.param(message(QUOTING, len(QUOTING) - 5) + message(b"b\n"), 3, id="too short: it was edited"),
        pytest.param(message(QUOTING, len(QUOTING) + 5) + message(b"b\n"), 3, id="too long"),
        pytest.param(message(b"a\n", 10**11) + message(b"b\n"), 2, id="absurd"),
        pytest.param(message(b"a\n", 0) + message(b"b\n"), 2, id="zero"),
        pytest.param(message(LONG) + message(b"b\n"), 3, id="beyond its reach"),
        pytest.param(message(b"a\n") + message(b"b\n") + message(b"c\n"), 3, id="ordinary"),
        pytest.param(message(message(QUOTING)) + message(b"b\n"), 2, id="a mailbox in a message"),
    ],
)
def test_a_length_is_used_where_it_proves_right(data: bytes, count: int) -> None:
    found = messages(data)
    assert len(found) == count
    assert b"".join(record.data for record in found) == data


SHORT = [message(b"a\n"), message(QUOTING), message(QUOTING, 3), INNER + b"y\n\n", b"From what I see\n", b"\n",
         b"Content-Length: 70\n", message(b"", 130), message(b"z\n", 200), LINE]  # fmt: skip
FILES = st.lists(st.sampled_from(SHORT), max_size=9).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(FILES, st.integers(0, 2_000))
def test_two_ranges_give_the_messages_of_the_whole(data: bytes, cut: int) -> None:
    cut = min(cut, len(data))
    assert messages(data, 0, cut) + messages(data, cut) == messages(data)


@settings(max_examples=200, deadline=None)
@given(FILES)
def test_no_byte_is_lost_or_doubled(data: bytes) -> None:
    records = messages(data)
    first = records[0].offset if records else len(data)
    assert data[:first].strip() == b""
    assert b"".join(record.data for record in records) == data[first:]


def test_a_message_that_was_still_being_written_is_read_anew(tmp_path: Path) -> None:
    box, whole = tmp_path / "box", message(b"first\n") + message(QUOTING)
    box.write_bytes(whole + message(b"last\n"))
    cut = len(whole) - 8
    assert Mbox().resume_offset(str(box), cut) == len(message(b"first\n"))
    assert Mbox().resume_offset(str(box), len(whole)) == len(whole)


def test_a_proven_length_changes_no_key_of_another_message() -> None:
    """Only the message that was torn apart has a key that it did not have."""
    data = message(b"one\n", subject=b"1") + message(QUOTING, subject=b"2") + message(b"three\n", subject=b"3")
    apart = data.replace(b"Content-Length: %d" % len(QUOTING), b"Content-Length: 1")
    keys, torn = ({mail_key(record.data) for record in messages(one)} for one in (data, apart))
    assert (len(keys), len(torn), len(keys & torn)) == (3, 4, 2)


# What the file holds, and what the author wrote, by dialect; each row by the table in J. de Boyne Pollard's article.
WRITTEN = [
    ("a.mbox", b">From here", "From here"),
    ("a.mbox", b">>From here", ">>From here"),
    ("a.mboxo", b">From here", "From here"),
    ("a.mboxo", b">>From here", ">>From here"),
    ("a.mboxrd", b">From here", "From here"),
    ("a.mboxrd", b">>From here", ">From here"),
    ("a.mboxrd", b">>>From here\n>From there", ">>From here\nFrom there"),
    ("a.mboxcl", b">From here", "From here"),
    ("a.mboxcl2", b">From here", ">From here"),
    ("a.mboxcl2", b"From here\n>From there", "From here\n>From there"),
    ("a.mbox", b"From here\n>From there", "From here\n>From there"),
]


@pytest.mark.parametrize(("name", "stored", "written"), WRITTEN)
def test_what_the_author_wrote(tmp_path: Path, name: str, stored: bytes, written: str) -> None:
    body = b"Dear all,\n" + stored + b"\n"
    (tmp_path / name).write_bytes(message(body))
    [found] = discover(str(tmp_path))
    [record] = read(found.path, found.format, 0, None, LIMITS)
    assert parse(record.data, LIMITS).body == f"Dear all,\n{written}"
    assert mail_key(record.data) == mail_key(message(body))


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("INBOX", message(QUOTING) + message(b">From here\n"), "mboxcl2"),
        ("INBOX", message(b"a\n") + message(b">From here\n"), "mbox"),
        ("INBOX", message(QUOTING, 7), "mbox"),
        ("a.mboxrd", message(b"a\n"), "mboxrd"),
        ("a.mboxcl2", message(b"a\n"), "mboxcl2"),
        ("a.mboxcl", message(b"a\n"), "mbox"),
        ("a.mboxrd", b"\x00\x01", "unknown"),
    ],
)
def test_which_dialect_a_file_is_of(tmp_path: Path, name: str, data: bytes, format: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert [found.format for found in discover(str(tmp_path))] == [format]
