"""Records of a request as rows of silver/mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from pyspark.sql import types as t

from triage.errors import ConfigError
from triage.labelling.registry.signature import TEXTS, input_schema
from triage.lake.tables import SILVER_MAIL
from triage.mail.dates import sent_at
from triage.mail.language import language

Record = Mapping[Any, Any]


def rows_of(records: Sequence[Record]) -> list[dict[str, Any]]:
    """One row a record, in order; `mail_key` is the record's number, a column that a record lacks is None.

    A record without a language has the one that its text is in, as a run finds it. Raises ConfigError where a value is
    of another kind than its column.
    """
    nothing = dict.fromkeys(SILVER_MAIL.column_names)
    fields = input_schema().fields
    return [
        nothing
        | {"mail_key": str(number), "batch_id": 0}
        | _with_language({field.name: _read(record, number, field) for field in fields})
        for number, record in enumerate(records)
    ]


def _with_language(row: dict[str, Any]) -> dict[str, Any]:
    subject, body = (row[name] or "" for name in TEXTS)
    return row if row["language"] else row | {"language": language(subject, body)[0]}


def _read(record: Record, number: int, field: t.StructField) -> Any:
    try:
        return _value(record.get(field.name), field.dataType)
    except (ValueError, TypeError, AttributeError, ArithmeticError):
        raise ConfigError(
            f"Mail {number} of the request, counted from 0, has a value that is not of its column's type.",
            where=field.name,
            remedy="The model's signature has the types; a moment is in ISO 8601.",
        ) from None


def _value(given: Any, wanted: t.DataType) -> Any:
    """A value from JSON or pandas as the Python type that Spark needs; None where it is missing."""
    if isinstance(wanted, t.ArrayType) and (isinstance(given, list | tuple) or hasattr(given, "tolist")):
        return [_value(item, wanted.elementType) for item in given]
    if isinstance(wanted, t.StructType):
        return tuple(_value(given.get(field.name), field.dataType) for field in wanted.fields)
    if given is None or given is pd.NA or given != given:  # noqa: PLR0124 - NaN is not itself
        return None
    if isinstance(wanted, t.ArrayType):
        raise TypeError
    if isinstance(wanted, t.TimestampType):
        return _moment(given)
    if isinstance(wanted, t.IntegerType | t.LongType):
        return int(given)
    if isinstance(wanted, t.BooleanType):
        return _flag(given)
    if not isinstance(given, str):
        raise TypeError
    return given


def _moment(given: Any) -> datetime:
    """As the Date field of a mail: UTC where it names no zone, and in a year that mails have."""
    moment = sent_at(given if isinstance(given, str) else pd.Timestamp(given).isoformat())
    if moment is None:
        raise ValueError
    return moment


def _flag(given: Any) -> bool:
    """The words true and false are no flags: Python takes both for true."""
    if isinstance(given, str) or given not in (0, 1):
        raise TypeError
    return bool(given)
