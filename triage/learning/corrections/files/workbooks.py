"""Corrections in an XLSX workbook."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from triage.learning.corrections.files.rows import READ, REQUIRED, column_name
from triage.learning.corrections.files.text_files import Numbered

_MOST_BYTES = 256 * 2**20
"""Bytes of a workbook when it is unpacked; more is no file that people filled in."""
_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 200


def xlsx_rows(data: bytes) -> Iterator[Numbered]:
    """The rows below the header that hold anything, of the first sheet that has the required columns.

    Of a formula the value counts that was stored with it. Raises ValueError where there is no such sheet or the
    workbook cannot be read.
    """
    try:
        yield from _rows(data)
    except Exception as fault:  # a damaged workbook makes openpyxl raise nearly anything
        raise ValueError("no workbook") from fault


def _rows(data: bytes) -> Iterator[Numbered]:
    for sheet in _sheets(data):
        header = _header(sheet)
        if set(REQUIRED) <= header.keys():
            rows = sheet.iter_rows(min_row=2, max_row=_MOST_ROWS, max_col=max(header.values()) + 1, values_only=True)
            for number, row in enumerate(rows, start=2):
                if row.count(None) < len(row):  # a far row makes a million empty ones before it
                    yield number, {name: _text(row[place]) for name, place in header.items() if place < len(row)}
            return
    raise ValueError("a column is missing")


def _header(sheet: Any) -> dict[str, int]:
    """The places of the columns that are read; others would take memory for nothing."""
    cells = next(sheet.iter_rows(max_row=1, max_col=_MOST_COLUMNS, values_only=True), ())
    names = [column_name(_text(cell)) for cell in cells]
    return {name: place for place, name in enumerate(names) if name in READ}


def _sheets(data: bytes) -> Iterator[Any]:
    import openpyxl  # slow to import, and most corrections come another way

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > _MOST_BYTES:
            raise ValueError("too large")
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a file says of its size may be wrong
        yield sheet


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime) else str(value)
