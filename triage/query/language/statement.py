"""A statement in the dialect of this job, which is Spark's SQL: parsed, read only, and what tables it asks for."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from triage.errors import ConfigError
from triage.lake.tables import Table
from triage.lake.tables.access import VAULT
from triage.lake.views import Relation, View
from triage.query.language.dictionary import RELATIONS, nearest_relations
from triage.query.language.expansion import expanded
from triage.query.language.functions import DIALECT, for_duckdb, for_spark, only_in_spark
from triage.query.language.parameters import fill_in
from triage.query.language.reach import require_within_lake, vault_refused

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # its warnings quote the statement

_SHOW = re.compile(r"\s*show\s+tables(?:\s+(?:in|from)\s+(?P<zone>\w+))?\s*;?\s*", re.IGNORECASE)
_DESCRIBE = re.compile(r"\s*desc(?:ribe)?\s+(?:table\s+)?(?P<table>[\w.`]+)\s*;?\s*", re.IGNORECASE)
_EXPLAIN = re.compile(r"\s*explain\s+(?=[(\w])", re.IGNORECASE)
_QUERIES = (exp.Query, exp.Values)
_NAMED = (exp.Alias, exp.Aliases, exp.Column, exp.Dot, exp.Star, exp.UDTF, exp.Explode)
_MORE_THAN_READING = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.QueryTransform)
"""What may stand within a query and changes tables or starts programs."""

_SYNTAX = "The dialect is Spark's: text in '…', names in `…` where they are words of SQL."
_READING = "Start with SELECT or WITH. SHOW TABLES lists what there is, DESCRIBE TABLE the columns of one."
_NOTHING: Mapping[str, exp.Expr] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ShowTables:
    """Asks which tables there are, in all zones or in one."""

    zone: str | None


@dataclass(frozen=True, slots=True)
class DescribeTable:
    """Asks for the columns of a table or view."""

    relation: Relation


@dataclass(frozen=True, slots=True)
class Statement:
    """Asks for rows of tables, or with `explain` for the plan by which they would be found."""

    tree: exp.Expr
    tables: tuple[Table, ...]
    """What is read, also by the views that it names; in `tree` these are replaced by their queries."""
    named: tuple[Relation, ...] = ()
    """The tables and views that its text names."""
    explain: bool = False
    only_in_spark: tuple[str, ...] = ()
    """What it does beyond the dialect that both engines answer alike."""

    def limited(self, limit: int) -> Statement:
        """With this limit of rows (0: none) where it has none of its own."""
        if not limit or not isinstance(self.tree, exp.Query) or self.tree.args.get("limit"):
            return self
        return replace(self, tree=self.tree.limit(limit))

    def for_spark(self) -> str:
        """Its text for Spark."""
        return for_spark(self.tree).sql(DIALECT, normalize_functions=False)

    def for_duckdb(self) -> str:
        """Its text for DuckDB."""
        return for_duckdb(self.tree).sql("duckdb")


Asked = Statement | DescribeTable | ShowTables


def parse(sql: str, parameters: Mapping[str, exp.Expr] = _NOTHING) -> Asked:
    """What a text asks for.

    Raises ConfigError for a text that is no SQL, writes, holds several statements, or asks for what is no table of
    the lake, and AccessDeniedError for one that asks for the vault.
    """
    if shown := _SHOW.fullmatch(sql):
        return ShowTables(_zone(shown["zone"]) if shown["zone"] else None)
    if described := _DESCRIBE.fullmatch(sql):
        return DescribeTable(_relation_of(described["table"].replace("`", "")))
    plan = _EXPLAIN.match(sql)
    text = sql[plan.end() :] if plan else sql
    tree = _named(fill_in(_parsed(text), parameters))
    named = tuple(dict.fromkeys(_relations_of(tree)))
    if any(isinstance(one, View) for one in named):
        beyond, tree = only_in_spark(text, tree), expanded(tree)
    else:
        beyond = only_in_spark(text, tree)
    tables = (one for one in _relations_of(tree) if isinstance(one, Table))
    return Statement(tree, tuple(dict.fromkeys(tables)), named, bool(plan), beyond)


def require_declared(sql: str) -> None:
    """Raises as `parse` does where a translated text names what is no table of the lake: a call may become a path."""
    for _ in _relations_of(_parsed(sql)):
        pass


def _parsed(sql: str) -> exp.Expr:
    try:
        trees = [tree for tree in sqlglot.parse(sql, read=DIALECT) if tree is not None]
    except SqlglotError as fault:
        raise ConfigError(f"The statement is not SQL{_place(fault)}.", where="sql", remedy=_SYNTAX) from None
    if len(trees) != 1:
        raise ConfigError(f"There are {len(trees)} statements.", where="sql", remedy="Give one at a time.")
    if not isinstance(trees[0], _QUERIES) or trees[0].find(*_MORE_THAN_READING):
        raise ConfigError("Only reading statements run here.", where="sql", remedy=_READING)
    require_within_lake(trees[0])
    return trees[0]


def _zone(name: str) -> str:
    known = sorted({one.partition(".")[0] for one in RELATIONS})
    if name.casefold() in known:
        return name.casefold()
    if name.casefold() == VAULT:
        raise vault_refused()
    raise ConfigError(f"There is no zone {name}.", where="sql", remedy=f"There are {', '.join(known)}.")


def _named(tree: exp.Expr) -> exp.Expr:
    """With a name for each column of the answer that has none, since each engine would make up another."""
    outer = tree
    while isinstance(outer, exp.Subquery | exp.SetOperation):
        outer = outer.this
    if isinstance(outer, exp.Select):
        named = [_with_name(one) for one in outer.expressions]
        outer.set("expressions", named)
    return tree


def _with_name(column: exp.Expr) -> exp.Expr:
    return (
        column
        if isinstance(column, _NAMED)
        else exp.alias_(column, column.sql(DIALECT, normalize_functions="lower"), quoted=True)
    )


def _place(fault: SqlglotError) -> str:
    """Line and column; the library's own text quotes the statement with marks for a terminal."""
    errors = getattr(fault, "errors", None) or [{}]
    line, column = errors[0].get("line"), errors[0].get("col")
    return f" at line {line}, column {column}" if line else ""


def _relations_of(tree: exp.Expr) -> Iterator[Relation]:
    """The declared tables and views of a statement, each as often as it stands there."""
    own = {cte.alias_or_name.casefold() for cte in tree.find_all(exp.CTE)}
    for node in tree.find_all(exp.Table):
        if isinstance(node.this, exp.Func):
            continue  # it makes rows, such as range(10)
        if len(node.parts) > 1 or node.name.casefold() not in own:
            yield _relation_of(".".join(part.name for part in node.parts))


def _relation_of(name: str) -> Relation:
    folded = name.casefold().removeprefix("spark_catalog.")
    if folded in RELATIONS:
        return RELATIONS[folded]
    if folded.partition(".")[0] == VAULT or f"/{VAULT}/" in folded:
        raise vault_refused()
    raise ConfigError(
        f"There is no table {name}.",
        where="sql",
        remedy=nearest_relations(folded) or 'All tables: jobs/query.py "SHOW TABLES".',
    )
