"""The same mail without some of its words or facts, labelled by the very code of the batch."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

NOTHING = ""
"""Key of the mail as it is, among its variants."""

_KEPT = frozenset({"language"})
"""Facts that say which rules of labelling hold, and so are not taken away."""

_REMOVED = "removed_pattern"


@dataclass(frozen=True, order=True)
class Unit:
    """What can be taken out of a mail: a word wherever it stands, a kind of pseudonym, or a fact."""

    name: str
    pattern: str = ""
    """Java pattern in subject and body."""

    column: str = ""
    """Column of silver/mail that becomes unknown."""


def unit_of(term: str, columns: Collection[str]) -> Unit | None:
    """What to take out for a term to be gone; None for what is not a word or fact by itself."""
    field, marked, value = term.rpartition("=")
    if field.split("=")[0] == "fact" or (not marked and not value):
        name = term.removeprefix("fact=").split("=")[0]
        return Unit(f"fact={name}", column=name) if name in columns and name not in _KEPT else None
    if field == "entity":
        return Unit(term, pattern=f"<{re.escape(value.upper())}(?:_[0-9a-f]{{4,}}){{0,2}}>")
    if not re.fullmatch(r"\w+", value):
        return None
    return Unit(value, pattern=rf"(?<![\p{{L}}\p{{N}}]){re.escape(value)}(?![\p{{L}}\p{{N}}])")


def without(mail: DataFrame, variants: Sequence[frozenset[Unit]]) -> DataFrame:
    """One row a variant of the one mail, without its units; `mail_key` is the variant's number.

    The text is changed where it lies, in Spark.
    """
    rows = [(str(n), *_removal(units)) for n, units in enumerate(variants)]
    schema = f"variant string, {_REMOVED} string, removed_columns array<string>"
    removals = mail.sparkSession.createDataFrame(rows, schema).coalesce(1)
    changed = mail.drop("mail_key").crossJoin(f.broadcast(removals))
    columns = [
        f.col("variant").alias("mail_key"),
        *(_changed(field) for field in mail.schema if field.name != "mail_key"),
    ]
    return changed.select(*columns)


def _removal(units: frozenset[Unit]) -> tuple[str | None, list[str]]:
    patterns = sorted(unit.pattern for unit in units if unit.pattern)
    joined = f"(?iu)(?:{'|'.join(patterns)})" if patterns else None
    return joined, sorted(unit.column for unit in units if unit.column)


def _changed(field: t.StructField) -> Column:
    column = f.col(field.name)
    if field.name in ("subject", "body"):
        removed = f.regexp_replace(column, f.col(_REMOVED), f.lit(" "))
        return f.when(f.col(_REMOVED).isNull(), column).otherwise(removed).alias(field.name)
    unknown = f.lit(False) if isinstance(field.dataType, t.BooleanType) else f.lit(None).cast(field.dataType)
    gone = f.array_contains("removed_columns", field.name)
    return f.when(gone, unknown).otherwise(column).alias(field.name)
