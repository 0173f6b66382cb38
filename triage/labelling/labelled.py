"""Labelled rows: from the sample's gold, or from somebody's CSV or JSONL file."""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as t

from triage.config import PROJECT
from triage.errors import ConfigError
from triage.labelling.taxonomy import NAME_PATTERN

GOLD = PROJECT / "triage" / "samples" / "data" / "gold.jsonl.gz"

_flags = ("auto_submitted", "bulk", "list_mail", "bounce", "reply", "has_html")
_text_fields = [
    t.StructField("row", t.LongType()),
    t.StructField("labels", t.MapType(t.StringType(), t.StringType())),
    t.StructField("body", t.StringType()),
]
_subject = t.StructField("subject", t.StringType())
_gold_fields = [
    *_text_fields,
    _subject,
    t.StructField("split", t.StringType()),
    t.StructField("language", t.StringType()),
    *(t.StructField(flag, t.BooleanType()) for flag in _flags),
    t.StructField("importance", t.IntegerType()),
    t.StructField("attachments", t.ArrayType(t.IntegerType())),
]


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A file with text and one label column; its rows count from 0, a header line not counted."""

    path: Path
    head: str
    label: str
    text: tuple[str, ...]

    def __post_init__(self) -> None:
        if not re.match(NAME_PATTERN, self.head):
            raise ConfigError(
                "The head's name may hold letters, digits, - and _ only.",
                where="--head",
                remedy="Choose another name.",
            )
        if not self.text or not all(self.text):
            raise ConfigError(
                "No text column is named.", where="--text", remedy="Example: --text subject,body"
            )


def read_gold(spark: SparkSession, path: Path = GOLD) -> DataFrame:
    """The sample's gold rows: row, labels, split, subject, body and the mail facts that silver has, too."""
    rows = [_gold_row(number, record) for number, record in enumerate(_records(path))]
    return spark.createDataFrame(rows, t.StructType(_gold_fields))


def _gold_row(number: int, record: dict[str, Any]) -> tuple[object, ...]:
    signs = record.get("signs") or {}
    flags = (signs.get(flag) for flag in _flags)
    attachments = [0] * int(signs.get("attachments") or 0)
    head = (number, record["labels"], record["text"], record["subject"], record["split"], record["language"])
    return (*head, *flags, signs.get("importance"), attachments)


def read_labelled(spark: SparkSession, file: LabelledFile) -> DataFrame:
    """All rows of the file as row, labels (head → label; empty where the file has none), body and maybe subject.

    A text column named `subject` is the subject; the others together are the body.
    Raises ConfigError when the file is missing or broken, or a column is not there.
    """
    rows = [_row(number, record, file) for number, record in enumerate(_records(file.path))]
    if not rows:
        raise ConfigError(
            "The labelled file has no rows.", where=str(file.path), remedy="Give a file with rows."
        )
    has_subject = any(_is_subject(column, file) for column in file.text)
    fields = [*_text_fields, _subject] if has_subject else _text_fields
    return spark.createDataFrame([row[: len(fields)] for row in rows], t.StructType(fields))


def _row(number: int, record: dict[str, Any], file: LabelledFile) -> tuple[object, ...]:
    values = {column: _value(record, column, number, file) for column in (*file.text, file.label)}
    subjects = [values[c] for c in file.text if _is_subject(c, file)]
    body = "\n".join(values[c] for c in file.text if not _is_subject(c, file))
    label = values[file.label].strip()
    return number, {file.head: label} if label else {}, body, " ".join(subjects)


def _is_subject(column: str, file: LabelledFile) -> bool:
    return len(file.text) > 1 and column.lower() == "subject"


def _value(record: dict[str, Any], column: str, number: int, file: LabelledFile) -> str:
    if column not in record:
        known = ", ".join(sorted(str(name) for name in record if name is not None))
        raise ConfigError(
            f"There is no column {column} in row {number}.",
            where=str(file.path),
            remedy=f"Its columns are: {known}.",
        )
    value = record[column]
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, (dict, list)):
        raise ConfigError(
            f"Column {column} of row {number} holds no single value.",
            where=str(file.path),
            remedy="Give each row one label and plain text; a head takes one label a mail.",
        )
    return "" if value is None else str(value)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    kind = suffixes[-1] if suffixes else ""
    readers = {".csv": _csv, ".jsonl": _jsonl, ".ndjson": _jsonl, ".json": _jsonl}
    if kind not in readers:
        raise ConfigError(
            "The kind of file is not known.", where=str(path), remedy="Give a .csv or .jsonl file (also .gz)."
        )
    try:
        with _opened(path) as stream:
            yield from readers[kind](stream, path)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise _broken("The compressed file is broken or cut off", path) from None
    except UnicodeDecodeError:
        raise _broken("The file is not UTF-8 text", path) from None
    except OSError as error:
        raise ConfigError(
            f"The file cannot be read: {error.strerror}.",
            where=str(path),
            remedy="Check the path and its rights.",
        ) from None


def _opened(path: Path) -> TextIO:
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open("r", encoding="utf-8-sig", newline="")


def _csv(stream: TextIO, path: Path) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(sys.maxsize)
    reader = csv.DictReader(stream, strict=True)
    try:
        for record in reader:
            if None in record or None in record.values():
                raise _broken(f"Line {reader.line_num} has another number of fields than the header", path)
            yield record
    except csv.Error:
        raise _broken(f"Near line {reader.line_num} it is no valid CSV", path) from None


def _jsonl(stream: TextIO, path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            raise _broken(f"Line {number} is no valid JSON", path) from None
        if not isinstance(record, dict):
            raise _broken(f"Line {number} is no JSON object", path)
        yield record


def _broken(what: str, path: Path) -> ConfigError:
    return ConfigError(f"{what}.", where=str(path), remedy="Repair the file and start again.")


def check_columns(frame: DataFrame, needed: Sequence[str]) -> None:
    """Raises ConfigError when training rows lack a column."""
    missing = sorted(set(needed) - set(frame.columns))
    if missing:
        raise ConfigError(f"Labelled rows lack {', '.join(missing)}.", remedy="Add the columns.")
