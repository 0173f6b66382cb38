"""Conditions as Spark columns. Every column is true or false, never null: a missing value does not match."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import and_, or_

from pyspark.sql import Column
from pyspark.sql import functions as f

from triage.routing.attributes import ABSTAINED, NO, SCORE, YES, Attribute, Kind
from triage.routing.conditions import Condition


def fact_columns(conditions: Sequence[Condition]) -> dict[str, Column]:
    """The facts of silver/mail that these conditions need, small enough to be joined: no text among them."""
    facts: dict[str, Column] = {}
    for condition in conditions:
        attribute = condition.attribute
        if attribute.kind is Kind.WORDS:
            facts |= {
                word_fact(field, word): _contains(f.col(field), word)
                for field in attribute.fields
                for word in condition.named
            }
        elif attribute.kind is Kind.TIME:
            facts[attribute.name] = f.unix_micros(f.col(attribute.name))
        elif attribute.name == "attachments":
            facts[attribute.name] = f.when(f.col("attachments").isNull(), 0).otherwise(f.size("attachments"))
        elif attribute.kind is not Kind.LABEL and not attribute.name.endswith(SCORE):
            facts[attribute.name] = f.col(attribute.name)
    return facts


def heads_used(conditions: Sequence[Condition]) -> list[str]:
    """The heads whose labels or scores these conditions need."""
    names = [_head(condition.attribute) for condition in conditions]
    return list(dict.fromkeys(name for name in names if name))


def matches(conditions: Sequence[Condition], names: Mapping[str, str]) -> Column:
    """Whether all conditions hold; `names` gives the column of each label, score or fact."""
    return reduce(and_, [f.coalesce(_column(c, names), f.lit(False)) for c in conditions], f.lit(True))


def word_fact(field: str, word: str) -> str:
    """Name of the column that says whether a text contains a word."""
    return f"{field}:{word}"


def _head(attribute: Attribute) -> str:
    if attribute.kind is Kind.LABEL:
        return attribute.name
    return attribute.name.removesuffix(SCORE) if attribute.name.endswith(SCORE) else ""


def _column(condition: Condition, names: Mapping[str, str]) -> Column:
    attribute = condition.attribute
    if attribute.kind is Kind.WORDS:
        return _members(condition, lambda word: _anywhere(attribute, word, names))
    column = f.col(names[attribute.name])
    if attribute.kind is Kind.MEMBERS:
        return _members(condition, lambda value: f.coalesce(f.array_contains(column, value), f.lit(False)))
    if attribute.kind in (Kind.NUMBER, Kind.TIME):
        return column.between(condition.minimum, condition.maximum)
    if attribute.kind is Kind.FLAG:
        column = f.when(column, YES).when(~column, NO)
    return _equals(condition, column)


def _equals(condition: Condition, value: Column) -> Column:
    """A single value compared with the sets; `abstained` matches only a condition that names it."""
    admitted = condition.admitted()
    if admitted is not None:
        return value.isin(sorted(admitted))
    return ~value.isin(sorted({*condition.none_of, ABSTAINED}))


def _members(condition: Condition, contains: Callable[[str], Column]) -> Column:
    parts = [contains(value) for value in condition.all_of]
    parts += [~contains(value) for value in condition.none_of]
    if condition.any_of:
        parts.append(reduce(or_, [contains(value) for value in condition.any_of]))
    return reduce(and_, parts)


def _anywhere(attribute: Attribute, word: str, names: Mapping[str, str]) -> Column:
    return reduce(or_, [f.col(names[word_fact(field, word)]) for field in attribute.fields])


def _contains(text: Column, word: str) -> Column:
    """Whether a text contains a word or phrase as a whole, in any case and with any white space between."""
    phrase = r"\s+".join(re.escape(part) for part in word.split())
    return f.coalesce(text.rlike(rf"(?iuU)(?<!\w){phrase}(?!\w)"), f.lit(False))
