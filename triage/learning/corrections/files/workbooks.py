"""Corrections in an XLSX workbook."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from triage.learning.corrections.files.rows import REQUIRED, column_name
from triage.learning.corrections.files.text_files import Numbered

_MOST_BYTES = 256 * 2**20
"""Bytes of a workbook when it is unpacked; more is no file that people filled in."""
_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 200


def xlsx_rows(data: bytes) -> list[Numbered]:
    """The rows below the header, of the first sheet that has the required columns.

    Of a formula the value counts that was stored with it. Raises ValueError where there is no such sheet or the
    workbook cannot be read.
    """
    try:
        return _rows(data)
    except Exception as fault:  # a damaged workbook makes openpyxl raise nearly anything
        raise ValueError("no workbook") from fault


def _rows(data: bytes) -> list[Numbered]:
    for rows in _sheets(data):
        header = [column_name(_text(cell)) for cell in next(rows, ())]
        if set(REQUIRED) <= set(header):
            cells = (dict(zip(header, map(_text, row), strict=False)) for row in rows)
            return list(enumerate(cells, start=2))
    raise ValueError("a column is missing")


def _sheets(data: bytes) -> Iterator[Iterator[Sequence[Any]]]:
    import openpyxl  # slow to import, and most corrections come another way

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > _MOST_BYTES:
            raise ValueError("too large")
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a file says of its size may be wrong
        yield sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime) else str(value)
