"""Rows of mails across tables: by mail key, by the tokens in them, and through a function in the workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, GOLD_SET, SILVER_MAIL, TABLES, Privacy, Table
from triage.privacy.pseudonyms.tokens import TOKEN
from triage.spark.arrow import batches, redact_errors

MAIL_TABLES = tuple(table for table in TABLES if "mail_key" in table.column_names)
"""The tables whose rows belong to a mail."""


def token_columns(table: Table) -> list[str]:
    """The columns of a table that hold tokens in texts; hashes of words follow from texts, and hold none."""
    pseudonyms = (column for column in table.columns if column.privacy is Privacy.PSEUDONYM)
    return [column.name for column in pseudonyms if "string" in column.type.simpleString()]


TOKEN_TABLES = tuple(table for table in MAIL_TABLES if token_columns(table))
"""Those of MAIL_TABLES that hold tokens."""

STATED_TABLES = (CORRECTIONS, GOLD_SET)
"""Those of TOKEN_TABLES in which people state something of a mail: a person who is named there did not write it."""

TEXT_TABLES = tuple(table for table in TOKEN_TABLES if table not in STATED_TABLES)
"""Those of TOKEN_TABLES whose tokens come from the mail."""

Rows = Iterable[dict[str, Any]]


def in_workers(rows: DataFrame, work: Callable[[Rows], Rows], schema: t.StructType) -> DataFrame:
    """`rows` through a function of Python rows, spread over all cores; its errors are stripped of values.

    Clear text exists only inside `work`, in the memory of a Python worker: it gives back keys, numbers and seals.
    """

    def through(given: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        taken = (row for batch in given for row in batch.to_pylist())
        yield from redact_errors(batches(work(taken), schema))

    return rows.repartition(2 * rows.sparkSession.sparkContext.defaultParallelism).mapInArrow(through, schema)


def plain_schema(rows: DataFrame) -> t.StructType:
    """The names and types of a frame's columns; all nullable and without metadata, as Python rows have them."""
    return t.StructType([t.StructField(field.name, field.dataType) for field in rows.schema])


def table_schema(table: Table) -> t.StructType:
    """As `plain_schema`, of a declared table."""
    return t.StructType([t.StructField(column.name, column.type) for column in table.columns])


def tokens_in_rows(store: Store, tables: Sequence[Table] = TOKEN_TABLES) -> DataFrame:
    """mail_key and token, distinct: each token that occurs in a row of a mail, in any of the tables."""
    each = [tokens_of(table, store) for table in tables if store.exists(table)]
    every = each[0] if each else tokens_of(SILVER_MAIL, store)
    for more in each[1:]:
        every = every.unionByName(more)
    return every.distinct()


def tokens_of(table: Table, store: Store) -> DataFrame:
    """mail_key and token: each token that occurs in a row of this table, as often as it does."""
    text = f.to_json(f.struct(*token_columns(table)))
    pattern = TOKEN.pattern.replace("?P<", "?<")  # Java's name for a named group
    tokens = f.regexp_extract_all(text, f.lit(pattern), f.lit(0))
    return store.read(table).select("mail_key", f.explode(tokens).alias("token"))
