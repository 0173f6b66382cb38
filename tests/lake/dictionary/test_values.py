"""Each column's unit and example fit its own declaration."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from pyspark.sql import types as t

from triage.lake.dictionary.values import example_of, meaning_of, unit_of
from triage.lake.tables import TABLES, Column, Privacy, Table

TOKEN = re.compile(r"<[A-Z_]+_5b21e0_[0-9a-f]{16}>|<FILE_[0-9a-f]{16}>")
NUMBERS = (t.LongType, t.IntegerType, t.DoubleType)

READERS: Mapping[type[t.DataType], Callable[[str], Any]] = {
    t.StringType: str,
    t.LongType: int,
    t.IntegerType: int,
    t.DoubleType: float,
    t.BooleanType: lambda text: {"true": True, "false": False}[text],
    t.TimestampType: datetime.fromisoformat,
    t.BinaryType: lambda text: re.fullmatch(r"\((sealed )?bytes\)", text)[0],  # type: ignore[index]
    t.ArrayType: json.loads,
    t.MapType: json.loads,
    t.StructType: json.loads,
}


def read(column: Column) -> Any:
    return READERS[type(column.type)](example_of(column))


def fits(value: Any, kind: t.DataType) -> bool:
    """Whether a value of JSON has the type of a column."""
    match kind:
        case t.ArrayType():
            return isinstance(value, list) and bool(value) and all(fits(one, kind.elementType) for one in value)
        case t.MapType():
            return isinstance(value, dict) and bool(value) and all(fits(one, kind.valueType) for one in value.values())
        case t.StructType():
            named = {field.name: field.dataType for field in kind.fields}
            return (
                isinstance(value, dict) and list(value) == list(named) and all(fits(value[n], named[n]) for n in named)
            )
        case t.StringType() | t.TimestampType():
            return isinstance(value, str)
        case t.BooleanType():
            return isinstance(value, bool)
        case t.LongType() | t.IntegerType():
            return isinstance(value, int)
    return isinstance(value, float)


def leaves(kind: t.DataType) -> Iterator[t.DataType]:
    match kind:
        case t.ArrayType():
            yield from leaves(kind.elementType)
        case t.MapType():
            yield from leaves(kind.valueType)
        case t.StructType():
            yield from (leaf for field in kind.fields for leaf in leaves(field.dataType))
        case _:
            yield kind


def faults(column: Column) -> Iterator[str]:
    text = example_of(column)
    if not text:
        yield "has no example"
        return
    value = read(column)
    if isinstance(column.type, t.ArrayType | t.MapType | t.StructType) and not fits(value, column.type):
        yield "has an example of another type"
    if column.one_of and value not in column.one_of:
        yield "has an example that is none of its values"
    if column.pattern and not re.search(column.pattern, text):
        yield "has an example that does not match its pattern"
    low, high = column.minimum, column.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        yield "has an example beyond its limits"
    if any(isinstance(leaf, NUMBERS) for leaf in leaves(column.type)) != bool(unit_of(column) and not is_time(column)):
        yield "has numbers without a unit, or a unit without numbers"


def is_time(column: Column) -> bool:
    return isinstance(column.type, t.TimestampType)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_units_and_examples_fit_their_columns(table: Table) -> None:
    assert [f"{table.name}.{column.name} {fault}" for column in table.columns for fault in faults(column)] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_examples_name_nobody(table: Table) -> None:
    for column in table.columns:
        text = example_of(column)
        assert "@" not in text
        assert not re.search(r"[<>]", TOKEN.sub("", text)), f"{column.name}: a pseudonym of another form"
        assert (column.privacy is Privacy.SEALED) == (text == "(sealed bytes)")


def test_a_column_without_an_example_is_found() -> None:
    assert list(faults(Column("n", t.LongType(), "", minimum=2, example="1"))) == [
        "has an example beyond its limits",
        "has numbers without a unit, or a unit without numbers",
    ]
    assert list(faults(Column("s", t.StringType(), ""))) == ["has no example"]
    assert list(faults(Column("s", t.StringType(), "", one_of=("a", "b"), example="c"))) == [
        "has an example that is none of its values"
    ]
    assert list(faults(Column("l", t.ArrayType(t.LongType()), "", unit="rows", example='["1"]'))) == [
        "has an example of another type"
    ]


@pytest.mark.parametrize(
    ("column", "example", "unit"),
    [
        (Column("a", t.StringType(), "", one_of=("x", "y")), "x", ""),
        (Column("a", t.StringType(), "", one_of=("x", "y"), example="y"), "y", ""),
        (Column("a", t.BooleanType(), ""), "true", ""),
        (Column("a", t.TimestampType(), ""), "2026-11-30 01:17:42Z", "UTC"),
        (Column("a", t.BinaryType(), "", privacy=Privacy.SEALED), "(sealed bytes)", ""),
        (Column("a", t.BinaryType(), ""), "(bytes)", ""),
        (Column("a", t.DoubleType(), "", unit="seconds", example="1.5"), "1.5", "seconds"),
        (Column("a", t.StringType(), ""), "", ""),
    ],
    ids=["first of its values", "stated", "flag", "time", "sealed", "bytes", "number", "nothing"],
)
def test_what_follows_from_a_declaration(column: Column, example: str, unit: str) -> None:
    assert (example_of(column), unit_of(column)) == (example, unit)


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("what became of it", "what became of it; one of open, shut"),
        ("`open`, or `shut` later", "`open`, or `shut` later"),
    ],
)
def test_a_meaning_has_the_few_values_that_there_are(comment: str, told: str) -> None:
    assert meaning_of(Column("state", t.StringType(), comment, one_of=("open", "shut"))) == told
    assert meaning_of(Column("state", t.StringType(), comment)) == comment
