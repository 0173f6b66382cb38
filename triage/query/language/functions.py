"""The functions of the dialect: those that DuckDB and Spark are tested to answer alike, each with an example.

Libraries translate many more from one dialect to the other, and some of them silently to another answer: DuckDB counts
the hours that begin between two times where Spark counts whole ones, its days of the week begin with 0, its percentiles
do not lie between values. A statement with a function that is not here is Spark's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType

from pyspark.sql.types import MapType
from sqlglot import Dialect, exp
from sqlglot.tokenizer_core import TokenType

from triage.lake.tables import TABLES

DIALECT = "spark"
"""Whose SQL a statement is, by the name that the translator knows."""

EXAMPLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Counting": {
            "count": "count(*)",
            "sum": "sum(score)",
            "avg": "avg(score)",
            "min": "min(mail_key)",
            "max": "max(score)",
            "count_if": "count_if(abstained)",
            "stddev": "stddev(score)",
            "percentile": "percentile(score, 0.9)",
            "median": "median(score)",
            "max_by": "max_by(mail_key, score)",
            "min_by": "min_by(mail_key, score)",
            "struct": "min_by(mail_key, struct(score, mail_key))",
            "collect_set": "sort_array(collect_set(head))",
            "collect_list": "size(collect_list(label))",
        },
        "Windows": {
            "row_number": "row_number() OVER (ORDER BY mail_key)",
            "rank": "rank() OVER (ORDER BY abstained)",
            "dense_rank": "dense_rank() OVER (ORDER BY abstained)",
            "lag": "lag(score) OVER (ORDER BY mail_key)",
            "lead": "lead(score) OVER (ORDER BY mail_key)",
        },
        "Values that are missing": {
            "coalesce": "coalesce(label, 'none')",
            "nvl": "nvl(label, 'none')",
            "ifnull": "ifnull(label, 'none')",
            "nullif": "nullif(best_label, 'invoice')",
            "if": "if(abstained, 1, 0)",
            "greatest": "greatest(score, 0.5)",
            "least": "least(score, 0.5)",
            "cast": "cast(score * 10 AS INT)",
            "try_cast": "try_cast('7' AS INT)",
        },
        "Text": {
            "upper": "upper(head)",
            "lower": "lower('ÄÖÜ')",
            "length": "length(head)",
            "trim": "trim('  a ')",
            "substring": "substring(mail_key, 60, 5)",
            "concat": "concat(head, ':', best_label)",
            "concat_ws": "concat_ws('-', head, best_label)",
            "replace": "replace(head, 'c', 'k')",
            "split": "split('a,b', ',')[1]",
            "regexp_extract": "regexp_extract(mail_key, '0*([1-9a-f])$', 1)",
            "regexp_replace": "regexp_replace('a1b22', '[0-9]+', '#')",
            "instr": "instr(head, 'e')",
            "lpad": "lpad('7', 3, '0')",
            "rpad": "rpad('7', 3, '0')",
            "startswith": "startswith(head, 'cat')",
            "endswith": "endswith(head, 'ory')",
            "contains": "contains(head, 'ego')",
        },
        "Numbers": {
            "abs": "abs(score - 1)",
            "round": "round(score, 2)",
            "floor": "floor(score * 10)",
            "ceil": "ceil(score * 10)",
            "sqrt": "sqrt(score)",
            "exp": "exp(score)",
            "ln": "ln(score + 1)",
            "power": "power(score, 2)",
        },
        "Times": {
            "date_trunc": "date_trunc('HOUR', due_at)",
            "to_date": "to_date(due_at)",
            "date_format": "date_format(due_at, 'yyyy-MM-dd HH:mm')",
            "year": "year(due_at)",
            "month": "month(due_at)",
            "day": "day(due_at)",
            "hour": "hour(due_at)",
            "minute": "minute(due_at)",
            "dayofweek": "dayofweek(due_at)",
            "weekday": "weekday(due_at)",
            "weekofyear": "weekofyear(due_at)",
            "datediff": "datediff(due_at, TIMESTAMP '2026-10-31 23:00:00')",
            "timestampdiff": "timestampdiff(HOUR, TIMESTAMP '2026-11-01 00:45:00', due_at)",
            "date_add": "date_add(due_at, 1)",
            "date_sub": "date_sub(due_at, 1)",
            "last_day": "last_day(due_at)",
            "unix_timestamp": "unix_timestamp(due_at)",
            "current_date": "current_date() > DATE '2026-01-01'",
            "current_timestamp": "current_timestamp() > due_at",
            "now": "now() > TIMESTAMP '2026-01-01 00:00:00'",
        },
        "Lists and maps": {
            "size": "size(labels)",
            "array_contains": "array_contains(labels, 'invoice')",
            "array_distinct": "size(array_distinct(labels))",
            "array_join": "array_join(labels, '+')",
            "sort_array": "sort_array(labels)",
            "explode": "explode(labels)",
            "map_keys": "sort_array(map_keys(scores))",
            "map_values": "sort_array(map_values(scores))",
        },
    }
)
"""By group, function and an expression over gold/routes and gold/labels."""

_FUNCTIONS = frozenset(name for group in EXAMPLES.values() for name in group) | {
    "substr",
    "pow",
    "mean",
    "ceiling",
}
"""All, with second names of some."""

_SYNTAX = frozenset(
    "all and as between by cross distinct else end except exists filter from full having in inner intersect is join "
    "lateral left like limit not on or outer over partition right rlike select set then union using values view when "
    "where with decimal varchar char".split()
)
"""Words before a parenthesis that call nothing."""


_MAPS = frozenset(one.name for table in TABLES for one in table.columns if isinstance(one.type, MapType))
"""Columns of tables that are maps, of which DuckDB counts the entries by another function than those of lists."""

_WHOLE = (exp.DataType.Type.TINYINT, exp.DataType.Type.SMALLINT, exp.DataType.Type.INT, exp.DataType.Type.BIGINT)


def only_in_spark(sql: str, tree: exp.Expr) -> tuple[str, ...]:
    """What a statement does beyond the dialect: functions, and forms that DuckDB would read otherwise."""
    beyond = sorted(set(_called(sql)) - _FUNCTIONS)
    if any(one.args.get("unit") for one in tree.find_all(exp.DateDiff)):
        beyond.append("datediff with a unit")
    if any("\\" in pattern.name for one in tree.find_all(exp.Like, exp.ILike) if (pattern := one.expression)):
        beyond.append("LIKE with a backslash")
    return tuple(beyond)


def _called(sql: str) -> Iterator[str]:
    tokens = Dialect.get_or_raise(DIALECT).tokenize(sql)
    for token, following in pairwise(tokens):
        word = token.text.casefold()
        if following.token_type is TokenType.L_PAREN and word.isidentifier() and word not in _SYNTAX:
            yield word


def for_duckdb(tree: exp.Expr) -> exp.Expr:
    """The statement with other calls in the place of those that the library would translate to another answer."""
    return _replaced(tree, lambda node: _with_parentheses(_translated(node)))


def for_spark(tree: exp.Expr) -> exp.Expr:
    """The statement with parentheses where the library leaves them off, and an engine then looks for a column."""
    return _replaced(tree, _with_parentheses)


def _replaced(tree: exp.Expr, other_for: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    found = tree.copy()
    for node in reversed(list(found.walk())):  # what is within another comes first
        if (other := other_for(node)) is not node:
            node.replace(other)
    return found


def _with_parentheses(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.CurrentDate():
            return _call("current_date")
        case exp.CurrentTimestamp():
            return _call("now")
    return node


def _translated(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.Quantile():
            return _call("quantile_cont", node.this, node.args["quantile"])
        case exp.StrToUnix():
            return exp.cast(_call("floor", _call("epoch", node.this)), "bigint")
        case exp.Floor(this=value) | exp.Ceil(this=value) if not node.args.get("decimals"):
            return exp.cast(_call(node.key, value), "bigint")
        case exp.Cast(this=value, to=kind) if kind.this in _WHOLE:
            # DuckDB rounds where Spark leaves off what is behind the point; a double does not hold all whole numbers
            wide = "decimal(38, 9)" if kind.this is exp.DataType.Type.BIGINT else "double"
            return exp.TryCast(this=_call("trunc", exp.TryCast(this=value, to=exp.DataType.build(wide))), to=kind)
        case exp.TsOrDsAdd() | exp.DateAdd() | exp.DateSub():
            return exp.cast(node.copy(), "date")
        case exp.TimestampDiff(this=end, expression=begin):
            return _call("date_sub", exp.Literal.string(node.args["unit"].name), begin, end)
        case exp.ArraySize(this=exp.Column(name=name) as column) if name.casefold() in _MAPS:
            return _call("cardinality", column)
        case exp.DayOfWeek():
            return exp.paren(_call("dayofweek", node.this) + 1)
        case exp.Anonymous() if node.name.casefold() == "weekday":
            return exp.paren(_call("isodow", *node.expressions) - 1)
    return node


def _call(function: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=function, expressions=list(arguments))
