"""Compression of one stream: gzip, bzip2, xz and Zstandard, each unpacked piece by piece in bounded memory.

Sources: RFC 1952 (gzip), the bzip2 manual (blocks of up to 900 kB), the .xz file format 1.2, RFC 8878 (Zstandard).
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol, cast

from triage.mail.formats.archives.metering import UnpackedTooLargeError

_PIECE = 2**16
_XZ_MEMORY = 128 * 2**20
"""Bytes that a dictionary of xz may take; `xz -9` asks for 65 MiB, and a header can ask for 4 GiB."""
_ZSTD_STEP = 128
"""Bytes asked of Arrow at a time: of a damaged stream it drops what it has unpacked for a request that fails."""
HEAD_BYTES = 2**20
"""Bytes of a packed file in which its first block ends, by the sizes that the formats allow (of zstd: 128 KiB)."""


class BrokenStreamError(Exception):
    """The packed data is damaged; `complete` where all of it had come and only a check sum or what follows is wrong."""

    def __init__(self, complete: bool = False) -> None:
        self.complete = complete
        super().__init__()


class PieceReader(Protocol):
    """Gives unpacked bytes."""

    def read1(self, size: int, /) -> bytes:
        """Some of the next bytes, up to `size`; none at the end.

        Raises BrokenStreamError, and UnpackedTooLargeError for a stream that needs too much memory.
        """


@dataclass(frozen=True, slots=True)
class Codec:
    """A way of compression: the ending that ledger and names have for it, its first bytes, and its reader.

    `suffixes` of packed files, with what takes their place in the name of what is in them.
    """

    name: str
    magic: bytes
    suffixes: tuple[tuple[str, str], ...]
    open: Callable[[BinaryIO], PieceReader]

    def unpacked_name(self, name: str) -> str:
        """The name of what a packed file holds: `box.mbox.gz` is `box.mbox`, `mails.tgz` is `mails.tar`."""
        for suffix, inner in self.suffixes:
            if name.endswith(suffix):
                return name[: -len(suffix)] + inner
        return name


class _Gzip:
    def __init__(self, packed: BinaryIO) -> None:
        self._stream = gzip.GzipFile(fileobj=packed)

    def read1(self, size: int, /) -> bytes:
        try:
            return self._stream.read1(size)
        except gzip.BadGzipFile:
            raise BrokenStreamError(complete=True) from None
        except (EOFError, zlib.error):
            raise BrokenStreamError from None


class _Stepwise:
    """A decompressor of the standard library, begun anew for each stream of several that stand in a row."""

    def __init__(self, packed: BinaryIO, start: Callable[[], Any]) -> None:
        self._packed, self._start = packed, start
        self._now, self._rest = start(), b""
        self._is_begun = False

    def read1(self, size: int, /) -> bytes:
        while True:
            if self._now.eof and not self._next_stream():
                return b""
            if self._now.needs_input and not self._rest:
                self._rest = self._packed.read(_PIECE)
                if not self._rest:
                    return self._ended()
            if data := self._decompressed(size):
                return data

    def _decompressed(self, size: int) -> bytes:
        piece, self._rest, self._is_begun = self._rest, b"", True
        try:
            return bytes(self._now.decompress(piece, size))
        except lzma.LZMAError as fault:
            if "memory" in str(fault).lower():  # no other sign tells MEMLIMIT_ERROR from damage
                raise UnpackedTooLargeError from None
            raise BrokenStreamError from None
        except (OSError, ValueError, EOFError):
            raise BrokenStreamError from None

    def _next_stream(self) -> bool:
        self._rest = self._now.unused_data or self._packed.read(_PIECE)
        self._rest = self._rest.lstrip(b"\0")  # xz pads streams by zeros
        if self._rest:
            self._now, self._is_begun = self._start(), False
        return bool(self._rest)

    def _ended(self) -> bytes:
        if self._is_begun:
            raise BrokenStreamError
        return b""


class _Zstandard:
    def __init__(self, packed: BinaryIO) -> None:
        import pyarrow as pa

        self._stream = pa.CompressedInputStream(pa.PythonFile(cast("io.IOBase", packed), mode="r"), "zstd")
        self._is_broken = False

    def read1(self, size: int, /) -> bytes:
        pieces: list[bytes] = []
        while size > 0 and not self._is_broken:
            try:
                piece = self._stream.read(min(size, _ZSTD_STEP))
            except OSError:
                self._is_broken = True
                break
            if not piece:
                break
            pieces.append(piece)
            size -= len(piece)
        if self._is_broken and not pieces:
            raise BrokenStreamError
        return b"".join(pieces)


GZIP = Codec("gz", b"\x1f\x8b", ((".tgz", ".tar"), (".gz", "")), _Gzip)
CODECS: tuple[Codec, ...] = (
    GZIP,
    Codec(
        "bz2",
        b"BZh",
        ((".tbz2", ".tar"), (".tbz", ".tar"), (".bz2", "")),
        lambda packed: _Stepwise(packed, bz2.BZ2Decompressor),
    ),
    Codec(
        "xz",
        b"\xfd7zXZ\x00",
        ((".txz", ".tar"), (".xz", "")),
        lambda packed: _Stepwise(packed, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY)),
    ),
    Codec("zst", b"\x28\xb5\x2f\xfd", ((".tzst", ".tar"), (".zst", "")), _Zstandard),
)


def codec_of(head: bytes) -> Codec | None:
    """The way in which a file that begins so is compressed; None where it is not."""
    return next((codec for codec in CODECS if head.startswith(codec.magic) and not is_endless_header(head)), None)


def is_endless_header(head: bytes) -> bool:
    """Whether the names in a gzip header (RFC 1952) fill all of the head: they are read byte by byte."""
    if not head.startswith(GZIP.magic):
        return False
    names = (head[3] & 0x08 > 0) + (head[3] & 0x10 > 0) if len(head) > 3 else 0
    return len(head) >= _PIECE and head.count(b"\0", 10) < names
