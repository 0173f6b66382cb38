"""The forms in which rows are written: one function and one line of the registry each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from triage.errors import ConfigError
from triage.spreadsheets import escape_formula

Form = Callable[[pa.RecordBatchReader, IO[bytes]], int]
"""Writes rows and gives their number."""

_WIDTH = 200
"""Columns of a table that goes elsewhere than to a terminal."""


def write_table(rows: pa.RecordBatchReader, target: IO[bytes]) -> int:
    """For people: numbers stand on the right."""
    table = RichTable(show_lines=False)
    for field in rows.schema:
        table.add_column(field.name, justify="right" if _is_number(field.type) else "left", overflow="fold")
    count = 0
    for row in _rows(rows):
        table.add_row(*(Text(cell_text(value)) for value in row))
        count += 1
    with _as_text(target) as text:
        console = Console(file=text, width=None if target.isatty() else _WIDTH, force_jupyter=False)
        console.print(table)
        console.print(f"{count:,} row{'' if count == 1 else 's'}", highlight=False)
    return count


def write_csv(rows: pa.RecordBatchReader, target: IO[bytes]) -> int:
    """With a head; a cell that a spreadsheet would run as a formula is quoted."""
    count = 0
    with _as_text(target) as text:
        writer = csv.writer(text, lineterminator="\n")  # a shell keeps the \r of the other
        writer.writerow(rows.schema.names)
        for row in _rows(rows):
            writer.writerow([escape_formula(cell_text(value)) for value in row])
            count += 1
    return count


def write_json(rows: pa.RecordBatchReader, target: IO[bytes]) -> int:
    """An object a line."""
    names, count = rows.schema.names, 0
    for row in _rows(rows):
        line = json.dumps(dict(zip(names, row, strict=True)), default=_json_value, ensure_ascii=False)
        target.write(f"{line}\n".encode())
        count += 1
    return count


def write_markdown(rows: pa.RecordBatchReader, target: IO[bytes]) -> int:
    """A table for a page or a ticket."""
    fields = list(rows.schema)
    lines = [[field.name for field in fields], ["---:" if _is_number(field.type) else "---" for field in fields]]
    count = 0
    for line in lines:
        target.write(_markdown_line(line))
    for row in _rows(rows):
        target.write(_markdown_line([_escaped(cell_text(value)) for value in row]))
        count += 1
    return count


def write_parquet(rows: pa.RecordBatchReader, target: IO[bytes]) -> int:
    """With types as they are; compressed with zstd."""
    count = 0
    with pq.ParquetWriter(target, rows.schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "table": write_table,
        "csv": write_csv,
        "json": write_json,
        "markdown": write_markdown,
        "parquet": write_parquet,
    }
)
"""By name."""

_BY_ENDING: Mapping[str, str] = MappingProxyType(
    {
        "": "table",
        ".txt": "table",
        ".csv": "csv",
        ".json": "json",
        ".jsonl": "json",
        ".ndjson": "json",
        ".md": "markdown",
        ".parquet": "parquet",
    }
)


def form_of(output: Path | None) -> str:
    """The name of the form that a file's ending says; `table` without a file. Raises ConfigError for another ending."""
    ending = output.suffix.casefold() if output else ""
    if ending in _BY_ENDING:
        return _BY_ENDING[ending]
    raise ConfigError(
        "The ending of the output says no form.", where=str(output), remedy=f"Give --format: {', '.join(FORMS)}."
    )


BINARY_FORMS = frozenset({"parquet"})
"""The forms that are no text for a terminal."""


@contextmanager
def _as_text(target: IO[bytes]) -> Iterator[IO[str]]:
    """A text file over a binary one, which stays open; half a surrogate pair of a mail is written as it is."""
    text = io.TextIOWrapper(target, "utf-8", "surrogatepass", newline="", write_through=True)
    try:
        yield text
    finally:
        text.detach()


def _rows(rows: pa.RecordBatchReader) -> Iterator[Sequence[Any]]:
    for batch in rows:
        columns = [column.to_pylist(maps_as_pydicts="strict") for column in batch.columns]
        yield from zip(*columns, strict=True) if columns else ()


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def cell_text(value: Any) -> str:
    """A value for people: empty for null, sealed bytes as their number, times in UTC, lists and maps as JSON."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case bytes():
            return f"({len(value)} sealed bytes)"
        case datetime():
            return _time(value)
        case list() | dict():
            return json.dumps(value, default=_json_value, ensure_ascii=False)
    return str(value)


def _time(value: datetime) -> str:
    return value.isoformat(" ").replace("+00:00", "Z")


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return f"({len(value)} sealed bytes)" if isinstance(value, bytes) else str(value)


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("|", "\\|").replace("\r", "").replace("\n", "<br>")


def _markdown_line(cells: Sequence[str]) -> bytes:
    return f"| {' | '.join(cells)} |\n".encode()
