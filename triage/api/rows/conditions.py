"""Values that columns should have, as conditions of SQL, checked against the declared columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pyspark.sql import types as t

from triage.errors import ConfigError
from triage.lake.tables import Column
from triage.lake.views import Relation
from triage.mail.dates import iso_time
from triage.query.language.dictionary import nearest
from triage.query.language.literals import Parameters, literals

_KINDS: tuple[tuple[type[t.DataType], tuple[type, ...]], ...] = (
    (t.StringType, (str,)),
    (t.BooleanType, (bool,)),
    (t.NumericType, (int, float, Decimal)),
    (t.TimestampType, (datetime, date, str)),
    (t.DateType, (date, str)),
)
"""Which values each type of Spark is compared with."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of SQL and the values of its parameters."""

    sql: str
    parameters: Parameters


def column_of(table: Relation, name: str, where: str) -> Column:
    """The column of this name. Raises ConfigError, which says the nearest, where the table has none."""
    for column in table.columns:
        if column.name == name:
            return column
    remedy = nearest(name, table.column_names) or f"It has: {', '.join(table.column_names)}."
    raise ConfigError(f"{table.view} has no column {name}.", where=where, remedy=remedy)


def conditions(table: Relation, wanted: Mapping[str, object], first: int) -> list[Condition]:
    """One for each column: equal to a value, one of several, null for None; of a list column, that it holds a value.

    Parameters are numbered from `first`. Raises ConfigError for a column that the table has not, and for a value that
    its type is never equal to.
    """
    return [
        _condition(column_of(table, name, "where"), value, f"p{number}")
        for number, (name, value) in enumerate(wanted.items(), first)
    ]


def _condition(column: Column, value: object, parameter: str) -> Condition:
    if isinstance(value, Collection) and not isinstance(value, (str, bytes, Mapping)):
        return _among(column, list(value), parameter)
    if value is None:
        return Condition(f"`{column.name}` IS NULL", {})
    return Condition(_compared(column, f":{parameter}"), literals({parameter: _checked(column, column.type, value)}))


def _compared(column: Column, value: str) -> str:
    if isinstance(column.type, t.ArrayType):
        return f"array_contains(`{column.name}`, {value})"
    return f"`{column.name}` = {value}"


def _among(column: Column, values: list[object], parameter: str) -> Condition:
    """Any of the values, None among them for null; of no value, no row."""
    parts = [_condition(column, value, f"{parameter}_{number}") for number, value in enumerate(values)]
    sql = " OR ".join(part.sql for part in parts) or "false"
    return Condition(f"({sql})", {name: value for part in parts for name, value in part.parameters.items()})


def _checked(column: Column, kind: t.DataType, value: object) -> object:
    """The value as the column's type has it."""
    if isinstance(kind, t.ArrayType):
        return _checked(column, kind.elementType, value)
    kinds = next((values for types, values in _KINDS if isinstance(kind, types)), ())
    if not isinstance(value, kinds) or (isinstance(value, bool) and not isinstance(kind, t.BooleanType)):
        raise _unequal(column, value)
    if isinstance(kind, (t.TimestampType, t.DateType)) and isinstance(value, str):
        moment = iso_time(value)
        if moment is None:
            raise _unequal(column, value)
        return moment.date() if isinstance(kind, t.DateType) else moment
    return value


def _unequal(column: Column, value: object) -> ConfigError:
    return ConfigError(
        f"The column is {column.type.simpleString()} and never equal to this {type(value).__name__}.",
        where=f"where, {column.name}",
        remedy='Give a value of its type, or a condition of SQL as text: where("size(labels) > 1").',
    )
