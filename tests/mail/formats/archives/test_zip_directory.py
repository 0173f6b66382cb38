"""The list of members of a zip archive is read as the standard library reads it, in less memory."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest

from triage.mail.formats.archives.zip_directory import MemberwiseZip, directory_bytes

FIELDS = (
    "filename", "orig_filename", "extra", "header_offset", "create_version", "create_system", "extract_version",
    "flag_bits", "compress_type", "CRC", "compress_size", "file_size", "external_attr", "internal_attr", "volume",
)  # fmt: skip


def archive(members: int = 3, *, before: bytes = b"", comment: bytes = b"") -> bytes:
    target = io.BytesIO(before)
    target.seek(len(before))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as made:
        for number in range(members):
            made.writestr(
                f"größe/{number}.eml" if number % 2 else f"{number}.eml", b"From: a@example.org\n\n" * (number % 7)
            )
        made.comment = comment
    return target.getvalue()


def zip64(monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 60)
    return archive(20)


KINDS = {
    "three members": lambda _: archive(),
    "none": lambda _: archive(0),
    "behind a program": lambda _: archive(before=b"#!/bin/sh\n" * 9),
    "a comment": lambda _: archive(comment=b"of 2024"),
    "more than a buffer": lambda _: archive(2_000),
    "zip64": zip64,
}


@pytest.mark.parametrize("kind", KINDS)
def test_members_are_those_of_the_standard_library(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = KINDS[kind](monkeypatch)
    monkeypatch.undo()
    with zipfile.ZipFile(io.BytesIO(data)) as known, MemberwiseZip(io.BytesIO(data)) as found:
        pairs = list(zip(known.infolist(), found.members(), strict=True))
        for one, other in pairs:
            assert [getattr(one, name) for name in FIELDS] == [getattr(other, name) for name in FIELDS]
        for one, other in zip(known.infolist(), found.members(), strict=True):  # each read while the list is
            assert found.read(other) == known.read(one)
        assert found.start_dir == known.start_dir
        assert not found.shares_bytes()
    assert directory_bytes(io.BytesIO(data)) == sum(
        46 + len(one.orig_filename.encode()) + len(one.extra) for one, _ in pairs
    )


def test_many_members_take_little_memory() -> None:
    data = archive(5_000)
    with MemberwiseZip(io.BytesIO(data)) as found:
        found.shares_bytes()  # imports what it needs
        tracemalloc.start()
        assert not found.shares_bytes()
        assert sum(1 for _ in found.members()) == 5_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000 * 80


@pytest.mark.parametrize("cut", [1, 30, 46, 60])
def test_a_list_that_ends_within_an_entry(cut: int) -> None:
    data = archive()
    start = data.index(b"PK\1\2")
    with pytest.raises(zipfile.BadZipFile), MemberwiseZip(io.BytesIO(data[:start] + data[start + cut :])) as found:
        list(found.members())
