"""Values of Python as a statement's parameters: `:name` in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite

from sqlglot import exp

from triage.errors import ConfigError

Parameters = Mapping[str, exp.Expr]
"""Values by the names of their parameters."""


def literals(values: Mapping[str, object]) -> Parameters:
    """Values by name, as the statement takes them.

    Text, numbers, true or false, None, dates and times (in UTC where they name no zone); of a list, tuple or set a
    list for IN. Raises ConfigError, which names the parameter, for other values.
    """
    return {name: _literal(value, name) for name, value in values.items()}


def _literal(value: object, name: str) -> exp.Expr:
    match value:
        case None:
            return exp.null()
        case bool():
            return exp.true() if value else exp.false()
        case str():
            return exp.Literal.string(value)
        case int() | float() | Decimal() if isfinite(value):
            return _number(value)
        case datetime():
            return _cast(_in_utc(value).isoformat(" "), "timestamptz")
        case date():
            return _cast(value.isoformat(), "date")
        case list() | tuple() | set() | frozenset() if value:
            return exp.Tuple(expressions=[_literal(one, name) for one in value])
    raise ConfigError(
        f"A {type(value).__name__} like this is no value of a statement.",
        where=name,
        remedy="Give text, a number, true or false, None, a date or time, or a list of such values that is not empty.",
    )


def _number(value: float | Decimal) -> exp.Expr:
    text = repr(abs(value)) if isinstance(value, float) else str(abs(value))
    number = exp.Literal.number(text)
    return exp.Neg(this=number) if value < 0 else number


def _in_utc(value: datetime) -> datetime:
    """Without its zone, since the statement's own is UTC."""
    return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None)


def _cast(text: str, kind: str) -> exp.Expr:
    return exp.cast(exp.Literal.string(text), kind)
