"""Views within a statement, replaced by their queries: both engines then see tables only."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from itertools import count

import sqlglot
from sqlglot import exp

from triage.errors import ConfigError
from triage.lake.views import VIEWS
from triage.query.language.functions import DIALECT

_BY_NAME = {view.view: view for view in VIEWS}
_NAME = frozenset({"this", "db", "catalog"})


def expanded(tree: exp.Expr) -> exp.Expr:
    """The statement with each view as a subquery under the name that it has there.

    Raises ConfigError for a version of a view.
    """
    found = tree.copy()
    own = {cte.alias.casefold() for cte in found.find_all(exp.CTE)}
    numbers = (n for n in count(1) if not any(name.endswith(f"_{n}") for name in own))
    _forget_zones(found)
    for node in list(found.find_all(exp.Table)):
        name = _name(node)
        if name in _BY_NAME and name not in own:
            node.replace(_in_place_of(node, _renamed(_parsed(name).copy(), next(numbers))))
    return found


@cache
def _parsed(name: str) -> exp.Query:
    found = expanded(sqlglot.parse_one(_BY_NAME[name].sql, read=DIALECT))
    assert isinstance(found, exp.Query)
    return found


def _in_place_of(node: exp.Table, query: exp.Query) -> exp.Subquery:
    """The query as a subquery with all that stands with the name: its alias, joins within parentheses, a PIVOT."""
    _keep_name(node)
    more = {key: value for key, value in node.args.items() if value and key not in _NAME}
    _validate(more.keys())
    return exp.Subquery(this=query, **more)


def _validate(more: Collection[str]) -> None:
    if not set(more) <= exp.Subquery.arg_types.keys():
        raise ConfigError(
            "A view has no versions of its own.", where="sql", remedy="Ask for the lake as it was with --as-of TIME."
        )


def _renamed(query: exp.Query, number: int) -> exp.Query:
    """With names of its own for what stands after WITH: Spark takes each name once in a whole statement."""
    names = {cte.alias: f"{cte.alias}_{number}" for cte in query.find_all(exp.CTE)}
    for node in query.find_all(exp.Table):
        if not node.db and node.name in names:
            _keep_name(node)
            node.set("this", exp.to_identifier(names[node.name]))
    for cte in query.find_all(exp.CTE):
        cte.set("alias", exp.TableAlias(this=exp.to_identifier(names[cte.alias])))
    return query


def _keep_name(node: exp.Table) -> None:
    """What stands for the node is still called as its columns call it."""
    if not node.alias:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(node.parts[-1].name.rpartition(".")[2])))


def _name(node: exp.Table) -> str:
    return ".".join(part.name for part in node.parts).casefold().removeprefix("spark_catalog.")


def _forget_zones(tree: exp.Expr) -> None:
    """A column of a view that is written with its zone, such as gold.backlog.queue, has no zone in the subquery."""
    for column in tree.find_all(exp.Column):
        if f"{column.db}.{column.table}".casefold() in _BY_NAME:
            column.set("catalog", None)
            column.set("db", None)
