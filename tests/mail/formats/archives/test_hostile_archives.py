"""Archives made to do harm: each gives records with a reason, in bounded time and memory, and writes nothing."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from triage.config import LimitSettings
from triage.mail.exports import discover, read
from triage.mail.formats.archives.zip_directory import MemberwiseZip
from triage.reasons import Reason

MAIL = b"From: a@example.org\nSubject: hello\n\ntext\n"
LIMITS = LimitSettings(stored_bytes=2**20, unpacked_bytes=2**22)
MEMORY = 24 * 2**20
"""Bytes that reading may take with these limits, whatever the archive says."""
GIB = 2**30


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def special(kind: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("special.eml")
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    return info


def entry(data: bytes, size: int, check: int, offset: int, extra: bytes = b"") -> bytes:
    """A line of a zip's directory about deflated data."""
    fields = (20, 20, 0, 8, 0, 0x21, check, len(data), size, 1, len(extra), 0, 0, 0, 0, offset)
    return struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", *fields) + b"k" + extra


def overlapping(times: int, size: int) -> bytes:
    """One member that the directory names again and again: `times * size` bytes (Fifield, A better zip bomb)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = b"From: a@b\n\n" + bytes(size)
    data = packer.compress(text) + packer.flush()
    check = zlib.crc32(text)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0x21, check, len(data), len(text), 1, 0) + b"k" + data
    directory = entry(data, len(text), check, 0) * times
    return local + directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, times, times, len(directory), len(local), 0)


def changed(archive: bytes, mark: bytes, at: int, value: bytes) -> bytes:
    """The archive with other bytes at a place behind the first mark."""
    where = archive.find(mark) + at
    return archive[:where] + value + archive[where + len(value) :]


def nested(depth: int) -> bytes:
    inner = zipped(("zeros", bytes(2**20)))
    for _level in range(depth):
        inner = zipped(*((f"{number}.zip", inner) for number in range(8)))
    return inner


def tarred(*members: tuple[str, bytes | bytearray, bytes], mode: str = "w", **headers: str) -> bytes:
    """Members as name, type and content; `headers` are attributes of each."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode, format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
        for name, kind, data in members:
            info = tarfile.TarInfo(name)
            info.type, info.size, info.linkname = bytes(kind), len(data), "/etc/passwd"
            info.pax_headers = {key.replace("__", "."): value for key, value in headers.items()}
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def extended(kind: bytes, data: bytes) -> bytes:
    """A tar header that says something of the next one."""
    info = tarfile.TarInfo("x")
    info.type, info.size = kind, len(data)
    return info.tobuf(tarfile.GNU_FORMAT) + data.ljust(-(-len(data) // 512) * 512, b"\0")


def old_sparse(real_size: int) -> bytes:
    """GNU's old form of a sparse file, of so many bytes of which 512 are there."""
    info = tarfile.TarInfo("sparse.mbox")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 512
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[386:410] = b"00000000000\x0000000001000\x00"
    header[483:495] = b"\x80" + real_size.to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\x00 " % sum(header)
    return bytes(header) + MAIL.ljust(512, b"x") + bytes(1024)


def attributes(count: int) -> bytes:
    """Attributes of a whole tar archive (POSIX pax, `length key=value`)."""
    lines = (b"k%06d=v\n" % number for number in range(count))
    return b"".join(b"%d %s" % (len(line) + 3, line) for line in lines)


GOOD = tarred(("good.eml", tarfile.REGTYPE, MAIL))
ONE = zipped(("a.eml", MAIL))
BOX = b"From a@example.org Mon May  1 22:09:39 2023\n" + MAIL
LONG = "n" * 65_000

ZIPS: dict[str, tuple[Callable[[], bytes], list[str | None]]] = {
    "names that lead out": (lambda: zipped(("../../up.eml", MAIL), ("/root/x.eml", MAIL), ("C:\\x.eml", MAIL)), [None] * 3),
    "a symbolic link": (lambda: zipped((special(stat.S_IFLNK), b"/etc/passwd"), ("a.eml", MAIL)), [None]),
    "a device": (lambda: zipped((special(stat.S_IFCHR), b""), ("a.eml", MAIL)), [None]),
    "a name of 64 kB, and NUL in one": (lambda: zipped((LONG, MAIL), ("a\0b.eml", MAIL)), [None] * 2),
    "encrypted": (lambda: changed(changed(ONE, b"PK\3\4", 6, b"\1"), b"PK\1\2", 8, b"\1"), ["MEMBER_ENCRYPTED"]),
    "members on the same bytes": (lambda: overlapping(3_000, 2**20), ["UNPACKED_TOO_LARGE"]),
    "zip in zip in zip": (lambda: nested(3), [None] * 3 + ["UNPACKED_TOO_LARGE"]),
    "one message of zeros": (lambda: zipped(("a.eml", bytes(2**26))), ["MESSAGE_TOO_LARGE"]),
    "one mailbox of zeros": (lambda: zipped(("a.mbox", BOX + bytes(2**26))), ["UNPACKED_TOO_LARGE"]),
    "bzip2": (lambda: zipped(("a.eml", bytes(2**26)), method=zipfile.ZIP_BZIP2), ["OTHER_ARCHIVE"]),
    "LZMA with a dictionary of 4 GiB": (
        lambda: changed(zipped(("a.eml", MAIL), method=zipfile.ZIP_LZMA), b"a.eml", 10, b"\xff" * 4),
        ["OTHER_ARCHIVE"],
    ),
    "a size that is too small": (lambda: changed(ONE, b"PK\1\2", 24, b"\3\0\0\0"), ["SOURCE_CORRUPT"]),
    "zip64 that lies": (
        lambda: changed(ONE, b"PK\1\2", 20, b"\xff" * 8), ["SOURCE_CORRUPT"],
    ),
    "a directory before the file": (lambda: changed(ONE, b"PK\5\6", 16, b"\0\0\0\x80"), ["SOURCE_CORRUPT"]),
    "more members than are there": (lambda: changed(ONE, b"PK\5\6", 8, b"\xff" * 4), [None]),
    "a directory of 1 GiB": (lambda: changed(ONE, b"PK\5\6", 12, b"\0\0\0\x40"), ["UNPACKED_TOO_LARGE"]),
    "cut off": (lambda: ONE[:50], ["SOURCE_CORRUPT"]),
}  # fmt: skip
TARS: dict[str, tuple[Callable[[], bytes], list[str | None]]] = {
    "names that lead out": (lambda: tarred(("../../up.eml", tarfile.REGTYPE, MAIL), ("/x", tarfile.REGTYPE, MAIL)), [None] * 2),
    "links, devices and a pipe": (
        lambda: tarred(*(("x", kind, b"") for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE,
                                                      tarfile.FIFOTYPE)), ("a.eml", tarfile.REGTYPE, MAIL)),
        [None],
    ),
    "a name of 64 kB": (lambda: tarred((LONG, tarfile.REGTYPE, MAIL)), [None]),
    "two of one name": (lambda: tarred(("a.eml", tarfile.REGTYPE, MAIL), ("a.eml", tarfile.REGTYPE, MAIL)), [None] * 2),
    "NUL in a name": (lambda: tarred(("a", tarfile.REGTYPE, MAIL), path="../a\0b"), [None]),
    "headers before headers": (lambda: extended(tarfile.GNUTYPE_LONGNAME, b"n\0") * 3_000 + GOOD, ["SOURCE_CORRUPT"]),
    "a name of 1 GiB": (
        lambda: extended(tarfile.GNUTYPE_LONGNAME, b"")[:124] + b"%011o\0" % GIB + GOOD, ["SOURCE_CORRUPT"],
    ),
    "attributes of the archive": (
        lambda: extended(tarfile.XGLTYPE, attributes(5_000)) + GOOD * 2_000, ["SOURCE_CORRUPT"],
    ),
    "a sparse file of 1 PiB": (lambda: old_sparse(2**50), ["UNKNOWN_FORMAT"]),
    "a sparse file of 1 PiB, by attributes": (
        lambda: tarred(("a.mbox", tarfile.REGTYPE, BOX), GNU__sparse__map="0,1", GNU__sparse__size=str(2**50)),
        ["UNKNOWN_FORMAT"],
    ),
    "a size beyond the file": (lambda: tarred(("a", tarfile.REGTYPE, MAIL), size=str(2**60)), ["SOURCE_CORRUPT"]),
    "a size below nothing": (lambda: tarred(("a", tarfile.REGTYPE, MAIL), size="-512"), ["EMPTY", "SOURCE_CORRUPT"]),
    "cut off": (lambda: GOOD[:530], ["SOURCE_CORRUPT"]),
}  # fmt: skip
GZIPS: dict[str, tuple[str, Callable[[], bytes], list[str | None]]] = {
    "a mailbox of zeros": ("a.mbox.gz", lambda: gzip.compress(BOX + bytes(2**26)), ["UNPACKED_TOO_LARGE"]),
    "two mails and zeros": ("a.mbox.gz", lambda: gzip.compress(BOX + b"\n" + BOX + bytes(2**26)), [None, "UNPACKED_TOO_LARGE"]),
    "lines of zeros": ("a.jsonl.gz", lambda: gzip.compress(bytes(2**26)), ["UNPACKED_TOO_LARGE"]),
    "a table of zeros": ("a.csv.gz", lambda: gzip.compress(b"subject,body\n" + b"0," * 2**25), [*["BAD_ROW"] * 4, "UNPACKED_TOO_LARGE"]),
    "a message of zeros": ("a.eml.gz", lambda: gzip.compress(MAIL + bytes(2**26)), ["MESSAGE_TOO_LARGE"]),
    "a tar archive of zeros": (
        "a.tar.gz", lambda: tarred(("a.mbox", tarfile.REGTYPE, BOX + bytes(2**26)), mode="w:gz"), ["UNPACKED_TOO_LARGE"],
    ),
    "a name that fills the file": (
        "a.eml.gz", lambda: changed(gzip.compress(MAIL), b"\x1f\x8b", 3, b"\x08")[:10] + b"n" * 2**18, ["OTHER_ARCHIVE"],
    ),
    "twenty thousand empty members": ("a.eml.gz", lambda: gzip.compress(b"") * 20_000 + gzip.compress(MAIL), [None]),
    "cut off": ("a.eml.gz", lambda: gzip.compress(MAIL * 9)[:-20], ["SOURCE_CORRUPT"]),
    "bzip2": ("a.eml.bz2", lambda: bz2.compress(bytes(2**26)), ["MESSAGE_TOO_LARGE"]),
    "xz": ("a.eml.xz", lambda: lzma.compress(bytes(2**26)), ["MESSAGE_TOO_LARGE"]),
}  # fmt: skip


def cases() -> Iterator[object]:
    for name, (data, faults) in ZIPS.items():
        yield pytest.param("a.zip", data, faults, id=f"zip: {name}")
    for name, (data, faults) in TARS.items():
        yield pytest.param("a.tar", data, faults, id=f"tar: {name}")
    for name, (file, data, faults) in GZIPS.items():
        yield pytest.param(file, data, faults, id=f"gzip: {name}")


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("name", "data", "faults"), cases())
def test_an_archive_made_to_do_harm(
    tmp_path: Path, name: str, data: Callable[[], bytes], faults: list[str | None]
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / name).write_bytes(data())
    tracemalloc.start()
    records = [record for file in discover(str(source)) for record in read(file.path, file.format, 0, None, LIMITS)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [record.fault for record in records] == faults
    assert peak < MEMORY
    assert [file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*")] == ["source", f"source/{name}"]
    for record in records:
        assert record.member is None or ("\0" not in record.member and len(record.member) <= 4096)


def found_in(folder: Path, archive: bytes, limits: LimitSettings) -> list[tuple[str | None, str | None]]:
    """Member and fault of each record of a zip archive."""
    (folder / "a.zip").write_bytes(archive)
    [file] = discover(str(folder))
    return [(record.member, record.fault) for record in read(file.path, file.format, 0, None, limits)]


def test_the_member_at_which_a_zip_is_given_up_is_named(tmp_path: Path) -> None:
    archive = zipped(("a.eml", MAIL), ("b.mbox", BOX + bytes(2**26)), ("c.eml", MAIL))
    assert found_in(tmp_path, archive, LIMITS) == [("a.eml", None), ("b.mbox", "UNPACKED_TOO_LARGE")]
    assert "what follows it was not" in Reason.UNPACKED_TOO_LARGE.meaning


def test_the_list_of_members_has_a_limit_that_can_be_raised(tmp_path: Path) -> None:
    names = ["a.eml", "b.eml", "c.eml"]
    archive = zipped(*((name, MAIL) for name in names))
    size = 3 * (46 + len("a.eml"))  # of a member's entry without extra fields (APPNOTE.TXT, 4.3.12)
    tight, enough = (LimitSettings(archive_directory_bytes=most) for most in (size - 1, size))
    assert found_in(tmp_path, archive, tight) == [(None, "UNPACKED_TOO_LARGE")]
    assert found_in(tmp_path, archive, enough) == [(name, None) for name in names]
    assert "limits.archive_directory_bytes" in Reason.UNPACKED_TOO_LARGE.meaning


def test_two_million_mails_fit_into_a_zip() -> None:
    """With names of 50 bytes, and the times and owners that Info-ZIP adds to an entry (24 bytes)."""
    assert LimitSettings().archive_directory_bytes >= 2_000_000 * (46 + 50 + 24)


def test_a_fault_of_a_reader_costs_its_file_and_not_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RecursionError

    (tmp_path / "a.zip").write_bytes(ONE)
    monkeypatch.setattr(MemberwiseZip, "members", broken)
    [found] = discover(str(tmp_path))
    assert [record.fault for record in read(found.path, found.format, 0, None, LIMITS)] == ["SOURCE_CORRUPT"]
