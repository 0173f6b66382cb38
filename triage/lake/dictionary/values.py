"""Unit and example of a column: as it states them, or as they follow from its type and conditions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pyspark.sql import types as t

from triage.lake.tables.schema import HASH_EXAMPLE, KEY_PATTERN, TOKEN_PATTERN, Column, Privacy

_BY_PATTERN: Mapping[str, str] = MappingProxyType(
    {
        KEY_PATTERN: HASH_EXAMPLE,
        TOKEN_PATTERN: "<PERSON_5b21e0_7f3a9c0de1b2a394>",
    }
)
_BY_TYPE: Mapping[type[t.DataType], str] = MappingProxyType(
    {t.BooleanType: "true", t.TimestampType: "2026-11-30 01:17:42Z"}
)


def example_of(column: Column) -> str:
    """A value as jobs/query.py prints it; empty where the declaration neither states nor implies one."""
    if isinstance(column.type, t.BinaryType):
        return "(sealed bytes)" if column.privacy is Privacy.SEALED else "(bytes)"
    implied = (
        column.one_of[0] if column.one_of else _BY_PATTERN.get(column.pattern, _BY_TYPE.get(type(column.type), ""))
    )
    return column.example or implied


def unit_of(column: Column) -> str:
    """What its numbers count or measure; `UTC` for times, empty for what is no quantity."""
    return column.unit or ("UTC" if isinstance(column.type, t.TimestampType) else "")


def meaning_of(column: Column) -> str:
    """What it holds, with the values that it may have where they are few."""
    untold = any(one not in column.comment for one in column.one_of)
    return f"{column.comment}; one of {', '.join(column.one_of)}" if untold else column.comment
