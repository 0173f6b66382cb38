"""Which terms one file holds: in its name, its bytes, inside Parquet pages and archives, and in sealed values."""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from triage.errors import ContractError
from triage.lake.objects.files import ObjectFile
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import unseal
from triage.rights.search.scanner import Scanner, Term, path_words

_CHUNK, _OVERLAP = 8 * 2**20, 4_096
Piece = TypeVar("Piece")
_ROWS, _SEALED_ROWS = 256, 16
_BROKEN = (OSError, EOFError, RuntimeError, pa.ArrowException, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
"""What broken, encrypted and unknown archives raise; zipfile's NotImplementedError is a RuntimeError."""
SEALED_PATHS = ("sealed_path", "sealed_member")
"""Sealed columns that hold paths."""
Source = Path | ObjectFile
"""A file on this machine, or an object of a remote lake."""
SealedColumns = Mapping[str, Sequence[tuple[str, str]]]
"""Sealed columns and their contexts, by table name."""


@dataclass(slots=True)
class FileScan:
    """What was read of a file, and which terms occur in it; `unreadable` holds the type of the error that ended it."""

    bytes: int = 0
    sealed_values: int = 0
    terms: set[Term] = field(default_factory=set)
    unreadable: str | None = None


class Part(NamedTuple):
    """A share of a file's bytes and rows: part `number`, from 0, of `of` that are equally large."""

    number: int = 0
    of: int = 1


WHOLE = Part()


def scan_file(
    path: Source, name: str, scanner: Scanner, sealed: SealedColumns, keys: Keys, part: Part = WHOLE
) -> FileScan:
    """Scans a file, or a part of it, by its name, its bytes and what they hold.

    `name` is the path below the scanned folder, whose first two parts name a table. Raises ContractError, without
    any value, for a file that cannot be read at all.
    """
    in_name = scanner.find(path_words(name.encode("utf-8", "surrogateescape")))
    scan = FileScan(terms=set(in_name))
    try:
        for chunk in _of_part(_chunks(path), part):
            scan.bytes += len(chunk)
            scan.terms |= scanner.find(chunk, bounded=False)
        for data, bounded in _inside(path, name, sealed, keys, scan, part):
            scan.terms |= scanner.find(data, bounded=bounded)
    except _BROKEN as fault:
        scan.unreadable = type(fault).__name__
    except Exception as fault:  # noqa: BLE001 - what a broken file raises may quote it
        where = "a file whose name names a person" if in_name else name
        raise ContractError(f"A file cannot be scanned: {type(fault).__name__}.", where=where) from None
    return scan


def _chunks(path: Source) -> Iterator[bytes]:
    """A file's bytes, each chunk with the end of the one before, so that no term is cut in two.

    The overlap is longer than the longest address (RFC 5321: 254 octets) in quoted-printable over quoted-printable.
    """
    with path.open("rb") as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            yield tail + chunk
            tail = chunk[-_OVERLAP:]


def _of_part(pieces: Iterable[Piece], part: Part) -> Iterator[Piece]:
    return (piece for number, piece in enumerate(pieces) if number % part.of == part.number)


def _inside(
    path: Source, name: str, sealed: SealedColumns, keys: Keys, scan: FileScan, part: Part
) -> Iterator[tuple[bytes, bool]]:
    """What a file holds once opened, each piece with whether it is a text of its own, to be searched bounded.

    Pages and members run together what belongs apart, so there a letter may adjoin an address.
    """
    if name.endswith(".parquet"):
        yield from _parquet(path, sealed.get("/".join(Path(name).parts[:2]), ()), keys, scan, part)
    elif part.number:
        return
    elif name.endswith(".gz"):
        with path.open("rb") as file, gzip.open(file) as inner:
            yield inner.read(), False
    else:
        with path.open("rb") as file:
            yield from _zip(file)


def _zip(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                yield member.filename.encode() + b"\n" + archive.read(member), False


def _parquet(
    path: Source, sealed: Sequence[tuple[str, str]], keys: Keys, scan: FileScan, part: Part
) -> Iterator[tuple[bytes, bool]]:
    file = pq.ParquetFile(path if isinstance(path, Path) else path.open("rb"))
    for batch in _of_part(file.iter_batches(batch_size=_SEALED_ROWS if sealed else _ROWS), part):
        for values in batch.columns:
            yield b"\n".join(_texts(values)), False
        for column, context in sealed:
            if not {column, context} <= set(batch.schema.names):
                continue
            keys_of_rows: list[Any] = batch[context].to_pylist()
            for value, key in zip(batch[column].to_pylist(), keys_of_rows, strict=True):
                if value is not None:
                    scan.sealed_values += 1
                    clear = unseal(value, key.encode(), keys)
                    yield (path_words(clear) if column in SEALED_PATHS else clear), True


def _texts(array: Any) -> Iterator[bytes]:
    """Each distinct text or byte string in an Arrow array, however nested."""
    if pa.types.is_dictionary(array.type):
        yield from _texts(array.dictionary_decode())
    elif pa.types.is_struct(array.type):
        for field in array.flatten():
            yield from _texts(field)
    elif pa.types.is_map(array.type):
        yield from _texts(array.keys)
        yield from _texts(array.items)
    elif pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        yield from _texts(array.flatten())
    elif pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        yield from _texts(array.cast(pa.large_binary()))
    elif pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type):
        yield from array.unique().drop_null().to_pylist()
