"""Records of a CSV or JSONL file, with the rows put right that were written in another character set than the rest."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes

from triage.errors import ConfigError

OTHER_ENCODING = "rows in another encoding than UTF-8"
MOJIBAKE = "rows with doubly encoded characters"
MOJIBAKE_LEFT = "rows with doubly encoded characters that could not be undone"

Record = dict[str, Any]

_GUESS_BYTES = 2_000
"""Bytes beyond ASCII from which the character set is guessed from them; fewer are taken as Windows-1252."""

_BINARY_SHARE = 0.02
"""Share of control characters from which a file is no text."""

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b\0"))
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ESCAPED = re.compile("[\udc80-\udcff]")
_MOJIBAKE = re.compile("[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\x80-\xbf™œžŸ“”˜¦¢]")


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The records of a file in order, and how many of them were repaired, by what was wrong."""

    records: tuple[Record, ...]
    repaired: dict[str, int]


def read_records(path: Path) -> RecordFile:
    """All records of a .csv, .jsonl, .ndjson or .json file (also .gz), in UTF-8 or UTF-16.

    Values in another character set, UTF-16 within UTF-8 and text that was encoded twice are put right and counted.
    Raises ConfigError for a file that is missing, broken, binary, or of an unknown kind.
    """
    kind = _kind(path)
    data = _bytes(path)
    text, legacy = _text(data, path)
    repaired: dict[str, int] = {}
    records = []
    for record in _READERS[kind](text, path):
        faults: set[str] = set()
        records.append(_repaired(record, legacy, faults))
        for fault in faults:
            repaired[fault] = repaired.get(fault, 0) + 1
    return RecordFile(tuple(records), repaired)


def _kind(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    kind = suffixes[-1] if suffixes else ""
    if kind not in _READERS:
        raise ConfigError(
            "The kind of file is not known.", where=str(path), remedy="Give a .csv or .jsonl file (also .gz)."
        )
    return kind


def _bytes(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes()) if path.suffix.lower() == ".gz" else path.read_bytes()
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise _broken("The compressed file is broken or cut off", path) from None
    except OSError as error:
        raise ConfigError(
            f"The file cannot be read: {error.strerror}.",
            where=str(path),
            remedy="Check the path and its rights.",
        ) from None


def _text(data: bytes, path: Path) -> tuple[str, str]:
    """The file's text, bytes that are not UTF-8 escaped; and the character set that these seem to be in."""
    wide = _BOMS.get(data[:2]) or _wide_without_mark(data)
    if wide:
        try:
            return data.decode(wide), ""
        except UnicodeDecodeError:
            raise _broken("The file begins as UTF-16 but is not", path) from None
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > _BINARY_SHARE * len(data):
        raise _broken("The file holds binary data and no text", path)
    text = data.decode("utf-8-sig", "surrogateescape")
    return text, _legacy(text)


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 of mostly Latin letters has a zero in every other byte."""
    head = data[:4096]
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        other = head[1 - start :: 2]
        if head[start::2].count(0) > 0.6 * len(head) / 2 and other.count(0) < 0.1 * len(head) / 2:
            return name
    return None


def _legacy(text: str) -> str:
    lines = [line for line in text.splitlines() if _ESCAPED.search(line)]
    sample = "\n".join(lines).encode("utf-8", "surrogateescape")
    if len(_ESCAPED.findall(text)) < _GUESS_BYTES:
        return "cp1252"
    guess = from_bytes(sample[: 64 * 2**10]).best()
    return guess.encoding if guess else "cp1252"


def _repaired(value: Any, legacy: str, faults: set[str]) -> Any:
    if isinstance(value, dict):
        return {_repaired(key, legacy, faults): _repaired(item, legacy, faults) for key, item in value.items()}
    if isinstance(value, list):
        return [_repaired(item, legacy, faults) for item in value]
    return _repaired_text(value, legacy, faults) if isinstance(value, str) else value


def _repaired_text(value: str, legacy: str, faults: set[str]) -> str:
    if value.count("\0") > 1:
        faults.add(OTHER_ENCODING)
    value = value.replace("\0", "")
    if _ESCAPED.search(value):
        faults.add(OTHER_ENCODING)
        value = _decoded(value.encode("utf-8", "surrogateescape"), legacy)
    if _MOJIBAKE.search(value):
        once = _encoded_once(value)
        faults.add(MOJIBAKE_LEFT if once is None else MOJIBAKE)
        value = value if once is None else once
    return value


def _decoded(data: bytes, legacy: str) -> str:
    try:
        return data.decode(legacy)
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _encoded_once(value: str) -> str | None:
    """UTF-8 that was read as Windows-1252, read again; None where that is not what happened."""
    try:
        found = b"".join(_one_byte(character) for character in value).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return found


def _one_byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def _csv(text: str, path: Path) -> Iterator[Record]:
    csv.field_size_limit(sys.maxsize)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for record in reader:
            if None in record or None in record.values():
                if not any(map(_said, record.values())):
                    continue
                raise _broken(f"Line {reader.line_num} has another number of fields than the header", path)
            yield record
    except csv.Error:
        raise _broken(f"Near line {reader.line_num} it is no valid CSV", path) from None


def _said(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip("\0 "))


def _jsonl(text: str, path: Path) -> Iterator[Record]:
    for number, line in enumerate(io.StringIO(text), start=1):
        plain = line.replace("\0", "")
        if not plain.strip():
            continue
        try:
            record = json.loads(plain)
        except (json.JSONDecodeError, RecursionError):
            raise _broken(f"Line {number} is no valid JSON", path) from None
        if not isinstance(record, dict):
            raise _broken(f"Line {number} is no JSON object", path)
        yield record


def _broken(what: str, path: Path) -> ConfigError:
    return ConfigError(f"{what}.", where=str(path), remedy="Repair the file and start again.")


_READERS: dict[str, Callable[[str, Path], Iterator[Record]]] = {
    ".csv": _csv,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".json": _jsonl,
}
