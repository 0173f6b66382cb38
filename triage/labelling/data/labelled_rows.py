"""Labelled rows: from the sample's gold, or from somebody's CSV or JSONL file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.config import PROJECT
from triage.errors import ConfigError
from triage.labelling.data.checks import check_rows
from triage.labelling.data.record_files import Record, RecordFile, read_records
from triage.labelling.data.report import DataReport, Row
from triage.labelling.taxonomy import NAME_PATTERN
from triage.mail.dates import sent_at
from triage.paths import file_digest

_SAMPLES = PROJECT / "triage" / "samples" / "data"
GOLD = _SAMPLES / "gold.jsonl.gz"
"""Labels of the sample mailbox."""

PLAIN = _SAMPLES / "plain.jsonl.gz"
"""Plain mails that are not in the mailbox."""

HAND_WRITTEN = _SAMPLES / "hand_written.jsonl"
"""Mails that people wrote for calibration: no model learns their words."""

_flags = ("auto_submitted", "bulk", "list_mail", "bounce", "reply", "has_html")
_text_fields = [
    t.StructField("row", t.LongType()),
    t.StructField("labels", t.MapType(t.StringType(), t.StringType())),
    t.StructField("body", t.StringType()),
]
_subject = t.StructField("subject", t.StringType())
_label_sets = t.StructField("label_sets", t.MapType(t.StringType(), t.ArrayType(t.StringType())))
_sent_at = t.StructField("sent_at", t.TimestampType())
_thread = t.StructField("thread_token", t.StringType())
_GOLD = (
    "labels map<string,string>, text string, subject string, split string, language string, "
    f"signs struct<{','.join(f'{flag}:boolean' for flag in _flags)},importance:int,attachments:int>"
)


ROWS_A_FILE = 10_000_000

TIME_COLUMNS = ("sent_at", "received_at", "date")
THREAD_COLUMNS = ("thread_id", "thread", "conversation_id", "conversation")
"""Names, in any case, under which a file's column says when a mail was sent and which thread it is of."""


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A file with text and one label column; its rows count from 0, a header line not counted.

    `multi`: a row may have several labels, as a JSON list or with ; or | between them. Columns called as in
    `TIME_COLUMNS` and `THREAD_COLUMNS`, unless they are text or label, order the split and keep threads together.
    """

    path: Path
    head: str
    label: str
    text: tuple[str, ...]
    multi: bool = False
    content: RecordFile | None = None
    """Rows in memory instead, which `path` then only names."""

    @property
    def digest(self) -> str:
        """SHA-256 of the file, or of the rows in memory as JSON."""
        if self.content is None:
            return file_digest(self.path)
        text = json.dumps(self.content.records, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def __post_init__(self) -> None:
        if not re.match(NAME_PATTERN, self.head):
            raise ConfigError(
                "The head's name may hold letters, digits, - and _ only.",
                where="--head",
                remedy="Choose another name.",
            )
        if not self.text or not all(self.text):
            raise ConfigError("No text column is named.", where="--text", remedy="Example: --text subject,body")
        if self.label in self.text:
            raise ConfigError(
                f"The label column {self.label} is also a text column, so the label would be read off the text.",
                where="--text",
                remedy="Leave it out of the text columns.",
            )


def read_gold(spark: SparkSession, *paths: Path) -> DataFrame:
    """The gold rows of the files, without any those that ship: row, labels, split, subject, body and facts of silver.

    Read by Spark, so that no text passes through the driver; spread over the cores, since a compressed file is one
    piece. Rows count from `ROWS_A_FILE` times the file's place, so that numbers do not depend on Spark's partitions.
    """
    files = enumerate(paths or (GOLD, PLAIN, HAND_WRITTEN))
    written = reduce(DataFrame.unionByName, (_numbered(spark, path, place * ROWS_A_FILE) for place, path in files))
    flags = (f.col(f"signs.{flag}").alias(flag) for flag in _flags)
    return written.repartition(spark.sparkContext.defaultParallelism, "row").select(
        "row",
        "labels",
        f.col("text").alias("body"),
        "subject",
        "split",
        "language",
        *flags,
        "signs.importance",
        f.array_repeat(f.lit(0), f.coalesce("signs.attachments", f.lit(0))).alias("attachments"),
    )


def _numbered(spark: SparkSession, path: Path, first: int) -> DataFrame:
    return spark.read.schema(_GOLD).json(str(path)).withColumn("row", f.monotonically_increasing_id() + f.lit(first))


def read_labelled(spark: SparkSession, file: LabelledFile) -> DataFrame:
    """All rows of the file as row, labels (head → label; empty where the file has none), body and maybe subject.

    A text column named `subject` is the subject; the others together are the body. With `file.multi`, labels are in
    label_sets (head → labels) and `labels` is empty. sent_at and thread_token follow where the file has them.
    Raises ConfigError when the file is missing or broken, or a column is not there.
    """
    return _frame(spark, file, _rows(file, _file(file)))


def read_checked(spark: SparkSession, file: LabelledFile, labels: Sequence[str] = ()) -> tuple[DataFrame, DataReport]:
    """As `read_labelled`, but rows that cannot be used have no labels; and the report of what was found wrong.

    `labels` are those that the head knows, none for a head that takes whatever labels the file has.
    The report may hold errors: `DataReport.require_usable` then raises. Raises ConfigError as `read_labelled` does.
    """
    content = _file(file)
    rows = _rows(file, content)
    report, kept = check_rows(rows, labels, content.repaired)
    return _frame(spark, file, kept), report


def _file(file: LabelledFile) -> RecordFile:
    content = file.content or read_records(file.path)
    if not content.records:
        raise ConfigError("The labelled file has no rows.", where=str(file.path), remedy="Give a file with rows.")
    return content


def _rows(file: LabelledFile, content: RecordFile) -> list[Row]:
    time, thread = (_named(content.records[0], names, file) for names in (TIME_COLUMNS, THREAD_COLUMNS))
    return [_row(number, record, file, time, thread) for number, record in enumerate(content.records)]


def _named(record: Record, names: Sequence[str], file: LabelledFile) -> str | None:
    """The record's column of the first of these names, unless it is text or label."""
    columns = {str(c).lower(): c for c in record if c not in (*file.text, file.label)}
    return next((columns[name] for name in names if name in columns), None)


def _row(number: int, record: Record, file: LabelledFile, time: str | None, thread: str | None) -> Row:
    return Row(
        number=number,
        labels=_labels(record, number, file),
        texts={column: _value(record, column, number, file) for column in file.text},
        sent_at=_time(record.get(time)) if time else None,
        thread=str(record.get(thread) or "").strip() or None if thread else None,
    )


def _labels(record: Record, number: int, file: LabelledFile) -> tuple[str, ...]:
    if not file.multi:
        label = _value(record, file.label, number, file).strip()
        return (label,) if label else ()
    given = record.get(file.label)
    if isinstance(given, str) and given.lstrip().startswith("["):
        try:
            given = json.loads(given)
        except json.JSONDecodeError:
            given = record.get(file.label)
    if not isinstance(given, list):
        given = re.split(r"[;|]", _value(record, file.label, number, file))
    labels = (str(label).strip() for label in given if isinstance(label, str | int))
    return tuple(dict.fromkeys(label for label in labels if label))


def _time(value: object) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 4e9:
        return datetime.fromtimestamp(value, UTC)
    return sent_at(value) if isinstance(value, str) else None


def _frame(spark: SparkSession, file: LabelledFile, rows: Sequence[Row]) -> DataFrame:
    fields = [*_text_fields]
    optional = {
        _subject: any(_is_subject(column, file) for column in file.text),
        _label_sets: file.multi,
        _sent_at: any(row.sent_at for row in rows),
        _thread: any(row.thread for row in rows),
    }
    fields += [field for field, there in optional.items() if there]
    values = (_values(row, file) for row in rows)
    return spark.createDataFrame([tuple(v[f.name] for f in fields) for v in values], t.StructType(fields))


def _values(row: Row, file: LabelledFile) -> dict[str, object]:
    single = {file.head: row.labels[0]} if row.labels and not file.multi else {}
    return {
        "row": row.number,
        "labels": single,
        "label_sets": {file.head: list(row.labels)} if row.labels else {},
        "body": "\n".join(text for column, text in row.texts.items() if not _is_subject(column, file)),
        "subject": " ".join(text for column, text in row.texts.items() if _is_subject(column, file)),
        "sent_at": row.sent_at,
        "thread_token": row.thread,
    }


def _is_subject(column: str, file: LabelledFile) -> bool:
    return len(file.text) > 1 and column.lower() == "subject"


def _value(record: Record, column: str, number: int, file: LabelledFile) -> str:
    if column not in record:
        raise ConfigError(
            f"There is no column {column} in row {number}.",
            where=str(file.path),
            remedy=f"Check the names given against its first line, which holds {len(record)} columns.",
        )
    value = record[column]
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, (dict, list)):
        raise ConfigError(
            f"Column {column} of row {number} holds no single value.",
            where=str(file.path),
            remedy="Give each row one label and plain text, or declare the head as multi in the taxonomy.",
        )
    return "" if value is None else str(value)
