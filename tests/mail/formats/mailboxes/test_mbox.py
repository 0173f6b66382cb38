"""mbox: where messages begin, byte ranges, bounds, and growth."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.config import LimitSettings
from triage.mail.exports import read
from triage.mail.formats.base import RawMessage
from triage.mail.formats.mailboxes.mbox import Mbox

LIMITS = LimitSettings()
A = b"From a@example.org Mon May  1 22:09:39 2023\nSubject: a\n\nbody a\n\n"
B = b"From b@example.org Mon May  1 22:09:40 2023\nSubject: b\n\nbody b\n\n"


def messages(data: bytes, start: int = 0, end: int | None = None) -> list[RawMessage]:
    return list(Mbox().read(io.BytesIO(data), LIMITS, start, end))


@pytest.mark.parametrize(
    ("separator", "splits"),
    [
        pytest.param(b"From b@example.org Mon May  1 22:09:40 2023", True, id="asctime"),
        pytest.param(b"From b@example.org  Mon May  1 22:09:40 CEST 2023", True, id="zone before year"),
        pytest.param(b"From b@example.org Mon May  1 22:09:40 2023 +0200", True, id="zone after year"),
        pytest.param(b"From b@example.org Mon, 1 May 2023 22:09:40 +0200", True, id="mail date"),
        pytest.param(b"From - Mon May 01 22:09:40 2023", True, id="mozilla"),
        pytest.param(
            b"From v@r|n@@ch@ @end|ng |rom y@hoo@|r  Mon May  1 22:09:39 2023", True, id="pipermail disguised"
        ),
        pytest.param(b"From maechler at stat.math.ethz.ch  Tue Apr  1 11:48:02 1997", True, id="pipermail at"),
        pytest.param(b"From b@example.org Mo Mai  1 22:09:40 2023", True, id="localized date, header follows"),
        pytest.param(b"From b@example.org", True, id="no date, header follows"),
        pytest.param(b"From what I see the year is 2023", False, id="prose with a year"),
        pytest.param(b"From what I see:", False, id="prose"),
        pytest.param(b'From "Bea Example" <b@example.org>', False, id="quoted header without its colon"),
        pytest.param(b">From b@example.org Mon May  1 22:09:40 2023", False, id="escaped"),
        pytest.param(b"From: b@example.org Mon May  1 22:09:40 2023", False, id="header field"),
    ],
)
def test_what_separates(separator: bytes, splits: bool) -> None:
    data = A + separator + b"\nSubject: b\n\nbody\n"
    assert len(messages(data)) == (2 if splits else 1)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", [], id="empty"),
        pytest.param(b"\n\n" + A, [(2, None)], id="blank lines first"),
        pytest.param(b"\xef\xbb\xbf" + A, [(3, None)], id="byte order mark first"),
        pytest.param(b"garbage\n\n" + A + B, [(0, "NO_SEPARATOR"), (9, None), (9 + len(A), None)], id="garbage first"),
        pytest.param(b"Subject: x\n\ny\n\n" + A, [(0, None), (15, None)], id="message without its line first"),
        pytest.param(A + A, [(0, None), (len(A), None)], id="twice the same"),
        pytest.param(A.rstrip(b"\n") + b"\n" + B, [(0, None), (len(A) - 1, None)], id="no empty line between"),
        pytest.param((A + B).replace(b"\n", b"\r\n"), [(0, None), (len(A) + 5, None)], id="crlf"),
    ],
)
def test_records(data: bytes, expected: list[tuple[int, str | None]]) -> None:
    assert [(record.offset, record.fault) for record in messages(data)] == expected


def test_an_oversized_message_is_named_and_its_neighbours_stay() -> None:
    limits = LimitSettings(stored_bytes=10_000)
    big = A + b"x" * 50_000 + b"\n\n"
    records = list(Mbox().read(io.BytesIO(A + big + B), limits))
    assert [(r.offset, r.data, r.fault) for r in records] == [
        (0, A, None),
        (len(A), b"", "MESSAGE_TOO_LARGE"),
        (len(A) + len(big), B, None),
    ]


PIECES = [
    A, B, b"From what I see\n", b"From c@example.org\n", b"Subject: c\n", b"\n", b"\r\n", b"From ", b"\n\nFrom ",
    b"From x Mon May  1 22:09:40 2023", b">From x Mon May  1 22:09:40 2023\n", b"\xef\xbb\xbf", b"\x00\xff", b"From",
    b"x" * 3000, b"From " + b"y" * 2000 + b" Mon May  1 22:09:40 2023\n", b"\r", b"text\n",
]  # fmt: skip
FILES = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(FILES, st.integers(0, 12_000))
def test_two_ranges_give_the_messages_of_the_whole(data: bytes, cut: int) -> None:
    cut = min(cut, len(data))
    assert messages(data, 0, cut) + messages(data, cut) == messages(data)


@settings(max_examples=200, deadline=None)
@given(FILES)
def test_no_byte_is_lost(data: bytes) -> None:
    records = messages(data)
    first = records[0].offset if records else len(data)
    assert data[:first].removeprefix(b"\xef\xbb\xbf").strip() == b""
    assert b"".join(record.data for record in records) == data[first:]


@settings(max_examples=100, deadline=None)
@given(FILES, st.integers(1, 5000))
def test_the_size_of_reads_changes_nothing(data: bytes, size: int) -> None:
    class Slow(io.BytesIO):
        def read(self, wanted: int | None = -1) -> bytes:
            return super().read(size)

    assert list(Mbox().read(Slow(data), LIMITS)) == messages(data)


@pytest.mark.parametrize(
    ("old", "appended", "expected"),
    [
        pytest.param(A, B, len(A), id="a message was appended"),
        pytest.param(A, b"", len(A), id="nothing was appended"),
        pytest.param(A + B, b"more of b\n\n", len(A), id="the last one was still being written"),
        pytest.param(A + B[:20], B[20:], len(A), id="cut in the separator"),
        pytest.param(b"", A, 0, id="was empty"),
    ],
)
def test_where_a_grown_mbox_is_read_on(tmp_path: Path, old: bytes, appended: bytes, expected: int) -> None:
    box = tmp_path / "box"
    box.write_bytes(old + appended)
    assert Mbox().resume_offset(str(box), len(old)) == expected


def test_counts_of_the_list_archives(shared_data: Path) -> None:
    counts = {}
    for path in sorted((shared_data / "r_mailing_lists").glob("*.mbox.gz")):
        records = list(read(str(path), "mbox.gz", 0, None, LIMITS))
        assert b"".join(record.data for record in records) == gzip.decompress(path.read_bytes())
        counts[path.name.removesuffix(".mbox.gz")] = len(records)
    assert counts == {
        "r-announce": 691, "r-devel": 806, "r-help": 730, "r-package-devel": 912, "r-sig-finance": 933,
        "r-sig-geo": 775, "r-sig-mac": 374, "r-sig-mixed-models": 364,
    }  # fmt: skip
