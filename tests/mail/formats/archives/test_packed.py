"""Compressed exports, and archives within archives: read alike whatever packed them, bounded, whole as far as they go."""

from __future__ import annotations

import random
import zlib
from pathlib import Path

import pytest

from tests.mail.formats.archives.packing import BOX, MAIL, PACKERS, tarred, zipped
from triage.config import LimitSettings
from triage.mail.exports import RawMessage, discover, read

LIMITS = LimitSettings(stored_bytes=2**20, unpacked_bytes=2**22)
INSIDE: dict[str, tuple[bytes, int]] = {
    "a.mbox": (BOX * 3, 3),
    "a.jsonl": (b'{"subject": "s", "body": "b"}\n' * 2, 2),
    "a.csv": (b"subject,body\ns,b\nt,c\n", 2),
    "a.tar": (tarred({"a.eml": MAIL, "b.mbox": BOX * 2}), 3),
    "a.eml": (MAIL, 1),
}


def records_of(folder: Path, name: str, data: bytes, limits: LimitSettings = LIMITS) -> tuple[str, list[RawMessage]]:
    """The format that a file has in the ledger, and its records."""
    (folder / name).write_bytes(data)
    [found] = discover(str(folder))
    return found.format, list(read(found.path, found.format, 0, None, limits))


@pytest.mark.parametrize("codec", PACKERS)
@pytest.mark.parametrize("name", INSIDE)
def test_what_is_packed_is_read_as_what_is_not(tmp_path: Path, name: str, codec: str) -> None:
    data, count = INSIDE[name]
    format, found = records_of(tmp_path, f"{name}.{codec}", PACKERS[codec](data))
    assert format == f"{name.partition('.')[2]}.{codec}"
    assert [record.fault for record in found] == [None] * count
    (tmp_path / f"{name}.{codec}").unlink()
    assert found == records_of(tmp_path, name, data)[1]


@pytest.mark.parametrize(("short", "codec"), [("tgz", "gz"), ("tbz2", "bz2"), ("txz", "xz"), ("tzst", "zst")])
def test_short_names_of_packed_archives(tmp_path: Path, short: str, codec: str) -> None:
    format, found = records_of(tmp_path, f"a.{short}", PACKERS[codec](INSIDE["a.tar"][0]))
    assert (format, len(found)) == (f"tar.{codec}", 3)


@pytest.mark.parametrize("codec", ["bz2", "xz"])
def test_several_streams_in_a_row_are_one(tmp_path: Path, codec: str) -> None:
    """As pbzip2 and `cat a.xz b.xz` give them; xz may be padded by zeros."""
    pack = PACKERS[codec]
    padding = bytes(8) if codec == "xz" else b""
    _, found = records_of(tmp_path, f"a.mbox.{codec}", pack(BOX) + padding + pack(BOX))
    assert [record.data for record in found] == [BOX, BOX]


@pytest.mark.parametrize("codec", PACKERS)
def test_a_large_first_block_is_recognized(tmp_path: Path, codec: str) -> None:
    """bzip2 gives nothing before 900 kB are whole."""
    rng = random.Random(1)
    text = b"".join(BOX.replace(b"text", rng.randbytes(600).hex().encode()) for _ in range(900))
    limits = LimitSettings(unpacked_bytes=2**24)
    format, found = records_of(tmp_path, f"export.{codec}", PACKERS[codec](text), limits)
    assert (format, len(found)) == (f"mbox.{codec}", 900)


@pytest.mark.parametrize("codec", PACKERS)
def test_what_came_before_the_damage_is_read(tmp_path: Path, codec: str) -> None:
    rng = random.Random(2)
    mails = [BOX.replace(b"text", rng.randbytes(3000).hex().encode()) for _ in range(600)]
    packed = PACKERS[codec](b"".join(mails))
    limits = LimitSettings(unpacked_bytes=2**24)
    _, found = records_of(tmp_path, f"a.mbox.{codec}", packed[: len(packed) * 7 // 8], limits)
    assert len(found) > 200
    assert [record.data for record in found[:-1]] == mails[: len(found) - 1]
    assert [record.fault for record in found] == [None] * (len(found) - 1) + ["SOURCE_CORRUPT"]


@pytest.mark.parametrize("codec", PACKERS)
def test_a_bomb_ends_where_its_limits_do(tmp_path: Path, codec: str) -> None:
    _, found = records_of(tmp_path, f"a.mbox.{codec}", PACKERS[codec](BOX + BOX + bytes(2**26)))
    assert [record.fault for record in found] == [None, "UNPACKED_TOO_LARGE"]


def test_a_dictionary_of_xz_that_asks_for_too_much_is_not_begun(tmp_path: Path) -> None:
    """Its size stands in a byte of the block's header (the .xz file format, 5.3.1); 40 is 4 GiB."""
    data = bytearray(PACKERS["xz"](BOX))
    size = 4 * (data[12] + 1)
    data[16] = 40
    data[12 + size - 4 : 12 + size] = zlib.crc32(data[12 : 12 + size - 4]).to_bytes(4, "little")
    format, found = records_of(tmp_path, "a.mbox.xz", bytes(data))
    assert (format, [record.fault for record in found]) == ("mbox.xz", ["UNPACKED_TOO_LARGE"])


NESTED = {
    "zip in zip": (zipped({"in.zip": zipped({"a.eml": MAIL, "b.mbox": BOX * 2})}), ["in.zip/a.eml", "in.zip/b.mbox", "in.zip/b.mbox#86"]),
    "tar.gz in zip": (zipped({"in.tgz": PACKERS["gz"](tarred({"a.eml": MAIL}))}), ["in.tgz/a.eml"]),
    "mbox.xz in tar": (tarred({"in.mbox.xz": PACKERS["xz"](BOX * 2)}), ["in.mbox.xz", "in.mbox.xz#86"]),
    "zip in tar": (tarred({"in.zip": zipped({"a.eml": MAIL}), "b.eml": MAIL}), ["in.zip/a.eml", "b.eml"]),
    "csv.bz2 in zip": (zipped({"in.csv.bz2": PACKERS["bz2"](INSIDE["a.csv"][0])}), ["in.csv.bz2", "in.csv.bz2#17"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", NESTED)
def test_archives_within_archives(tmp_path: Path, kind: str) -> None:
    data, members = NESTED[kind]
    _, found = records_of(tmp_path, "export", data)
    assert [(record.member, record.fault) for record in found] == [(member, None) for member in members]
    assert [record.offset for record in found] == list(range(len(members)))


@pytest.mark.parametrize(("depth", "fault"), [(1, "OTHER_ARCHIVE"), (2, "OTHER_ARCHIVE"), (3, None)])
def test_archives_are_opened_as_deep_as_the_limit_says(tmp_path: Path, depth: int, fault: str | None) -> None:
    data = zipped({"x.zip": zipped({"y.zip": zipped({"a.eml": MAIL})}), "good.eml": MAIL})
    _, found = records_of(tmp_path, "a.zip", data, LimitSettings(archive_depth=depth))
    assert [record.fault for record in found] == [fault, None]


def test_a_damaged_archive_inside_costs_what_is_damaged(tmp_path: Path) -> None:
    members = {"a.zip": zipped({"x.eml": MAIL})[:-10], "b.mbox.gz": PACKERS["gz"](BOX * 9)[:-20], "c.eml": MAIL}
    _, found = records_of(tmp_path, "export.tar", tarred(members))
    assert [(record.member or "").partition("#")[0] for record in found if record.fault is None][-1] == "c.eml"
    assert {record.member for record in found if record.fault == "SOURCE_CORRUPT"} == {"a.zip", "b.mbox.gz"}


def test_bombs_in_an_archive_count_together(tmp_path: Path) -> None:
    bomb = PACKERS["xz"](MAIL + bytes(3 * 2**20))
    _, found = records_of(tmp_path, "a.zip", zipped({"good.eml": MAIL, "1.xz": bomb, "2.xz": bomb, "late.eml": MAIL}))
    assert [(record.member, record.fault) for record in found] == [
        ("good.eml", None),
        ("1.xz", "MESSAGE_TOO_LARGE"),
        ("2.xz", "UNPACKED_TOO_LARGE"),
    ]


def test_members_are_counted_over_all_archives(tmp_path: Path) -> None:
    inner = zipped({f"{number}.eml": MAIL for number in range(5)})
    limits = LimitSettings(archive_members=8)
    _, found = records_of(tmp_path, "a.tar", tarred({"1.zip": inner, "2.zip": inner}), limits)
    assert [record.fault for record in found] == [None] * 6 + ["UNPACKED_TOO_LARGE"]
