"""The tables and views as a script of SQL that anyone can run over the lake, in DuckDB's own program or in Spark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sqlglot
from sqlglot import exp

from triage.lake.store import Store
from triage.lake.tables import Table
from triage.lake.views import View
from triage.query.language.dictionary import RELATIONS
from triage.query.language.functions import DIALECT, for_duckdb, for_spark


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a program names a Delta folder, writes a view's query, and what it must be told first."""

    name: str
    begin: tuple[str, ...]
    folder: str
    quote: str
    translate: Callable[[exp.Expr], exp.Expr]


_DIALECTS: Mapping[str, _Dialect] = MappingProxyType(
    {
        "duckdb": _Dialect(
            "duckdb", ("INSTALL delta;", "LOAD delta;", "SET TimeZone = 'UTC';"), "delta_scan('{}')", "'", for_duckdb
        ),
        DIALECT: _Dialect(DIALECT, ("SET spark.sql.session.timeZone = UTC;",), "delta.`{}`", "`", for_spark),
    }
)
SCRIPTS = tuple(_DIALECTS)
"""The programs that a script can be written for."""


def script(store: Store, program: str) -> Iterator[str]:
    """The lines of a script that makes every table but the vault's, and every view, known as `zone.name`.

    It reads the lake where it lies. DuckDB fetches its extension for Delta on first use. A table that does not exist
    yet has no rows until the script is written again.
    """
    dialect = _DIALECTS[program]
    yield "-- The tables and views of the lake; docs/tables.md says what they mean. Written by jobs/query.py --script."
    yield from dialect.begin
    for zone in dict.fromkeys(name.partition(".")[0] for name in RELATIONS):
        yield f"CREATE SCHEMA IF NOT EXISTS {zone};"
    for relation in RELATIONS.values():  # views come after the tables, and each after those that it reads
        rows = _query(relation, dialect) if isinstance(relation, View) else _rows(store, relation, dialect)
        yield f"CREATE OR REPLACE VIEW {relation.view} AS {rows};"


def _query(view: View, dialect: _Dialect) -> str:
    tree = dialect.translate(sqlglot.parse_one(view.sql, read=DIALECT))
    return tree.sql(dialect.name, normalize_functions=False if dialect.name == DIALECT else None)


def _rows(store: Store, table: Table, dialect: _Dialect) -> str:
    if store.exists(table):
        place = dialect.folder.format(store.path(table).replace(dialect.quote, dialect.quote * 2))
        return f"SELECT {', '.join(_quoted(one, dialect) for one in table.column_names)} FROM {place}"  # noqa: S608 - declared names
    kinds = (
        (_quoted(one.name, dialect), exp.DataType.build(one.type.simpleString(), dialect=DIALECT))
        for one in table.columns
    )
    nulls = (f"CAST(NULL AS {kind.sql(dialect.name)}) AS {name}" for name, kind in kinds)
    return f"SELECT {', '.join(nulls)} WHERE false"


def _quoted(column: str, dialect: _Dialect) -> str:
    return exp.to_identifier(column, quoted=True).sql(dialect.name)
