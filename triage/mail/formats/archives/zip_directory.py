"""The list of members of a zip archive, read one by one.

Python's own reader holds all of it as objects, which take six times the bytes of the list. Fields and their places
are those of PKWARE's APPNOTE.TXT, 4.3.12 and 4.3.16.
"""

from __future__ import annotations

import io
import struct
import zipfile
from array import array
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, cast

_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_ENTRY_MARK = b"PK\1\2"
_LOCAL_HEADER = 30
# Places in what `zipfile._EndRecData` finds, and what zip64 has between the list and the last record.
_MARK, _SIZE, _OFFSET, _LOCATION = 0, 5, 6, 9
_ZIP64_MARK, _ZIP64_BYTES = b"PK\6\6", 56 + 20
_UTF8 = 0x800
_NEWEST_VERSION = 63


def directory_bytes(stream: BinaryIO) -> int:
    """The size that the archive states of its list of members; 0 where it has no such statement."""
    ending = zipfile._EndRecData(stream)  # type: ignore[attr-defined]  # noqa: SLF001 - as ZipFile itself finds it
    return int(ending[_SIZE]) if ending else 0


class MemberwiseZip(zipfile.ZipFile):
    """A zip archive to read whose members are found by `members` alone; `infolist` has none."""

    def _RealGetContents(self) -> None:  # noqa: N802 - zipfile's own name, called as the archive is opened
        ending = zipfile._EndRecData(self.fp)  # type: ignore[attr-defined]  # noqa: SLF001
        if not ending:
            raise zipfile.BadZipFile
        self._end_dir = ending[_LOCATION] - (_ZIP64_BYTES if ending[_MARK] == _ZIP64_MARK else 0)
        self.start_dir = self._end_dir - ending[_SIZE]
        self._shift = self.start_dir - ending[_OFFSET]  # bytes before the archive, as of a program that unpacks itself
        if self.start_dir < 0:
            raise zipfile.BadZipFile

    def members(self) -> Iterator[zipfile.ZipInfo]:
        """All members in the order of the list. Raises what `zipfile` raises of a list that is no list."""
        reader = cast("BinaryIO", io.BufferedReader(_From(cast("IO[bytes]", self.fp), self.start_dir), 2**16))
        at = self.start_dir
        while at < self._end_dir:
            fields = _ENTRY.unpack(_exactly(reader, _ENTRY.size))
            if fields[0] != _ENTRY_MARK:
                raise zipfile.BadZipFile
            name, extra, comment = (_exactly(reader, size) for size in fields[12:15])
            yield _info(fields, name, extra, self._shift)
            at += _ENTRY.size + len(name) + len(extra) + len(comment)

    def shares_bytes(self) -> bool:
        """Whether the bytes of a member lie in another's. Raises BadZipFile for one outside of the archive.

        Bombs of that kind are D. Fifield's (A better zip bomb, WOOT 2019). Only where they do not is the sum of what
        members unpack to bounded by the size of the archive.
        """
        import numpy as np

        places, ends = array("q"), array("q")
        for info in self.members():
            end = info.header_offset + _LOCAL_HEADER + info.compress_size
            if info.header_offset < 0 or end > self.start_dir:
                raise zipfile.BadZipFile
            places.append(info.header_offset)
            ends.append(end)
        begin = np.frombuffer(places, np.int64)
        order = np.argsort(begin)
        return bool(np.any(np.frombuffer(ends, np.int64)[order][:-1] > begin[order][1:]))


class _From(io.RawIOBase):
    """A file from a place on; it knows where it is, since reading a member moves the file."""

    def __init__(self, file: IO[bytes], at: int) -> None:
        self._file, self._at = file, at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        self._file.seek(self._at)
        data = self._file.read(len(view))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


def _exactly(reader: BinaryIO, size: int) -> bytes:
    data = reader.read(size)
    if len(data) != size:
        raise zipfile.BadZipFile
    return data


def _info(fields: tuple[Any, ...], name: bytes, extra: bytes, shift: int) -> zipfile.ZipInfo:
    info: Any = zipfile.ZipInfo(name.decode("utf-8" if fields[5] & _UTF8 else "cp437", "replace"))
    info.extra, info.header_offset = extra, fields[18]
    info.create_version, info.create_system, info.extract_version, info.reserved = fields[1:5]
    info.flag_bits, info.compress_type, info._raw_time = fields[5:8]  # noqa: SLF001 - as zipfile fills it
    info.CRC, info.compress_size, info.file_size = fields[9:12]
    info.volume, info.internal_attr, info.external_attr = fields[15:18]
    if info.extract_version > _NEWEST_VERSION:
        raise NotImplementedError
    info._decodeExtra()  # noqa: SLF001 - sizes and places of zip64
    info.header_offset += shift
    return cast("zipfile.ZipInfo", info)
