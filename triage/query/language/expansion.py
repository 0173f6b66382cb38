"""Views within a statement, replaced by their queries: both engines then see tables only."""

from __future__ import annotations

from functools import cache, partial
from itertools import count

import sqlglot
from sqlglot import exp

from triage.lake.views import VIEWS

_DIALECT = "spark"
_BY_NAME = {view.view: view for view in VIEWS}


def expanded(tree: exp.Expr) -> exp.Expr:
    """The statement with each view as a subquery under the name that it has there."""
    named, numbers = tree.copy(), count(1)
    for node in named.find_all(exp.Table):
        if _name(node.db, node.name) in _BY_NAME:
            _keep_name(node)
    _forget_zones(named)

    def query(name: str) -> exp.Query:
        return _renamed(_parsed(name).copy(), next(numbers))

    return exp.expand(named, {name: partial(query, name) for name in _BY_NAME}, _DIALECT, copy=False)


@cache
def _parsed(name: str) -> exp.Query:
    found = expanded(sqlglot.parse_one(_BY_NAME[name].sql, read=_DIALECT))
    assert isinstance(found, exp.Query)
    return found


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
        node.set("alias", exp.TableAlias(this=exp.to_identifier(node.name)))


def _name(zone: str, name: str) -> str:
    return f"{zone}.{name}".casefold()


def _forget_zones(tree: exp.Expr) -> None:
    """A column of a view that is written with its zone, such as gold.backlog.queue, has no zone in the subquery."""
    for column in tree.find_all(exp.Column):
        if _name(column.db, column.table) in _BY_NAME:
            column.set("db", None)
