"""Corrections in CSV and JSONL."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator

from triage.learning.corrections.files.rows import REQUIRED, column_name

_DELIMITERS = ",;\t|"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MOST_CHARS = 131_072
"""Characters of a cell; a quotation mark that is never closed would make one cell of the rest of the file."""
_LINE_END = re.compile(r"\r\n|\r|\n")
"""Excel for Mac ends lines by CR."""

Numbered = tuple[int, dict[str, str] | None]
"""The number of a row, 1 is the first of the file, with its cells by column; None where it cannot be read."""


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16, else in Windows-1252, in which spreadsheet programs write CSV.

    Raises ValueError where it is no text.
    """
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None) or _guessed(data)
    text = data.decode(encoding)
    if "\0" in text:
        raise ValueError("no text")
    return text


def _guessed(data: bytes) -> str:
    """UTF-16 of mostly Latin text has a zero in every second byte."""
    head = data[:1_000]
    if head and head.count(0) > len(head) // 3:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def csv_rows(text: str, required: Collection[str] = REQUIRED) -> Iterator[Numbered]:
    """The rows below the header. Raises ValueError where the required columns are missing."""
    csv.field_size_limit(_MOST_CHARS)
    lines, skipped = _without_separator_line(text)
    try:
        reader = csv.reader(io.StringIO(lines, newline=""), delimiter=_delimiter(lines, required))
        header = [column_name(cell) for cell in next(reader, [])]
    except csv.Error as fault:
        raise ValueError("no header") from fault
    if not set(required) <= set(header):
        raise ValueError("a column is missing")
    number = 1 + skipped
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None
            continue
        yield number, dict(zip(header, row, strict=False))


def _without_separator_line(text: str) -> tuple[str, int]:
    """Excel's own first line `sep=;` is no row."""
    first, *rest = _LINE_END.split(text, maxsplit=1)
    return ("".join(rest), 1) if first.strip().strip('"').casefold().startswith("sep=") else (text, 0)


def _delimiter(text: str, required: Collection[str]) -> str:
    """The one that splits the header into the most of the required columns."""
    header = _LINE_END.split(text, maxsplit=1)[0]

    def known(delimiter: str) -> int:
        cells = next(csv.reader([header], delimiter=delimiter), [])
        return len({column_name(cell) for cell in cells} & set(required))

    return max(_DELIMITERS, key=known)


def jsonl_rows(text: str) -> Iterator[Numbered]:
    """One object a line; numbers count lines. A line that is no object of plain values has no cells."""
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if line.strip():
            yield number, _object(line)


def _object(line: str) -> dict[str, str] | None:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or any(isinstance(value, dict | list) for value in content.values()):
        return None
    return {column_name(name): "" if value is None else str(value) for name, value in content.items()}
