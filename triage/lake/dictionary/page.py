"""The data dictionary as Markdown: contents by layer, how tables join, and each table with its columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Protocol

from triage.lake.dictionary.joins import SeenJoin, joins_of
from triage.lake.dictionary.values import example_of, unit_of
from triage.lake.tables import TABLES, Column, Table
from triage.lake.tables.access import VAULT, readers_of

WIDTH = 140
"""Characters of a line of text; a table's row is one line, however long."""

LAYERS = {
    "vault": "what is sealed: mail as it was read, and the values behind pseudonyms; SQL does not read it",
    "quarantine": "mail that is not published, with the reasons",
    "silver": "published mail without personal data",
    "gold": "what was decided about mail, and what people said to it",
    "metrics": "what runs did, measured and noticed",
    "ops": "the plan of the work, and the decisions and disclosures of people",
}
"""By the first part of a table's name, in the order of the dictionary's contents."""


class Relation(Protocol):
    """What has rows and can be documented: a table or a view."""

    @property
    def name(self) -> str:
        """With its layer, such as `gold/routes`."""

    @property
    def comment(self) -> str:
        """What a row is."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """In order."""


def dictionary(views: Iterable[Relation] = ()) -> Iterator[str]:
    """The data dictionary of all tables and of these views, a Markdown line (or some) at a time."""
    documented = tuple(views)
    yield from _contents(documented)
    yield from _joins()
    for table in _by_layer(TABLES):
        yield from table_lines(table)
    for view in documented:
        yield from relation_lines(view)


def table_lines(table: Table) -> Iterator[str]:
    """A table: what it is, whose, how it joins, and its columns."""
    yield from relation_lines(table, (*_facts(table), *_joins_from(table)))


def relation_lines(relation: Relation, facts: Iterable[str] = ()) -> Iterator[str]:
    """What a row is, facts as lines of a list or table, and the columns."""
    yield f"\n### {relation.name}\n\n{wrapped(relation.comment)}\n"
    yield from facts
    yield "\n| column | type | unit | meaning | example | personal data |\n|---|---|---|---|---|---|"
    yield from (_column(column) for column in relation.columns)


def wrapped(text: str, indent: str = "") -> str:
    """The text in lines of at most WIDTH characters."""
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _contents(views: tuple[Relation, ...]) -> Iterator[str]:
    yield "\n## Contents\n"
    for layer, tables in groupby(_by_layer(TABLES), key=_layer):
        yield wrapped(f"- **{layer}**: {LAYERS[layer]}:", "  ")
        yield wrapped(f"  {', '.join(_link(one) for one in tables)}", "  ")
    if views:
        yield wrapped(f"- views: {', '.join(_link(one) for one in views)}", "  ")


def _joins() -> Iterator[str]:
    """For each set of columns, the tables that it joins: those where it names one row, and the others."""
    yield "\n## How tables join\n\n| by | names one row of | and several of |\n|---|---|---|"
    among: dict[tuple[str, ...], dict[str, Table]] = {}
    for join in (one for table in TABLES for one in joins_of(table)):
        columns = tuple(mine for mine, _ in join.pairs)
        if all(mine == theirs for mine, theirs in join.pairs):
            among.setdefault(columns, {})[join.table.name] = join.table
    for columns, tables in among.items():
        one = [_link(table) for table in tables.values() if set(table.keys) <= set(columns)]
        several = [_link(table) for table in tables.values() if not set(table.keys) <= set(columns)]
        yield f"| {_code(*columns)} | {', '.join(one)} | {', '.join(several)} |"
    yield "\nThe joins by columns of different names are with their tables below.\n\n## Tables"


def _facts(table: Table) -> Iterator[str]:
    readers = ", ".join(role.replace("_", " ") for role in readers_of(table.name))
    yield f"- In SQL: {_code(table.view) if _layer(table) != VAULT else 'not read'}"
    yield f"- Key: {_code(*table.keys)}"
    yield f"- Owner: {(table.owner or '').replace('_', ' ')}"
    yield f"- Written by: {_code(*table.writers)}"
    yield f"- Read by: {readers}"


def _joins_from(table: Table) -> Iterator[str]:
    joins = list(joins_of(table))
    if joins:
        yield "\n| joins | how | finds |\n|---|---|---|"
        yield from (_join(join) for join in joins)


def _join(join: SeenJoin) -> str:
    return f"| {_link(join.other)} | {_code(join.condition)} | {'one row' if join.finds_one else 'rows'} |"


def _column(column: Column) -> str:
    example = example_of(column)
    cells = (
        column.name,
        column.type.simpleString(),
        unit_of(column),
        column.comment,
        _code(example) if example else "",
        column.privacy.value,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _code(*words: str) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _link(relation: Relation) -> str:
    """A heading's anchor, as GitHub and MkDocs name it: without what is neither letter, digit nor underscore."""
    return f"[{relation.name}](#{relation.name.replace('/', '').replace('.', '')})"


def _layer(relation: Relation) -> str:
    return relation.name.partition("/")[0]


def _by_layer(tables: Iterable[Table]) -> list[Table]:
    order = list(LAYERS)
    return sorted(tables, key=lambda table: order.index(_layer(table)))
