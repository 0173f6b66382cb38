"""A table or a view in the data dictionary: what a row is, whose it is, how it joins, and its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from triage.lake.dictionary.joins import joins_of
from triage.lake.dictionary.markdown import code, link, row, wrapped
from triage.lake.dictionary.values import example_of, meaning_of, unit_of
from triage.lake.tables import Column, Table
from triage.lake.tables.access import ROLES, VAULT, readers_of
from triage.lake.views import Relation, View


def table_lines(table: Table) -> Iterator[str]:
    """A table with what is declared of it beside its columns."""
    yield from _relation_lines(table, (*_facts(table), *_joins(table)))


def view_lines(view: View, tables: Sequence[Table]) -> Iterator[str]:
    """A view, and the tables that it is made of, all of which its readers must be able to read."""
    readers = [role for role in ROLES if all(role in readers_of(table.name) for table in tables)]
    yield from _relation_lines(
        view,
        (
            f"- In SQL: {code(view.view)}",
            f"- Owner: {_words(view.owner)}",
            wrapped(f"- Made of: {', '.join(link(table.name) for table in tables)}", others="  "),
            f"- Read by: {', '.join(map(_words, readers))}",
        ),
    )


def _relation_lines(relation: Relation, facts: Iterable[str]) -> Iterator[str]:
    """What a row is, facts as lines of Markdown, and the columns."""
    yield f"\n### {relation.name}\n\n{wrapped(relation.comment)}\n"
    yield from facts
    yield "\n| column | type | unit | meaning | example | personal data |\n|---|---|---|---|---|---|"
    yield from (_column(column) for column in relation.columns)


def layer_of(relation: Relation) -> str:
    """The first part of its name."""
    return relation.name.partition("/")[0]


def _facts(table: Table) -> Iterator[str]:
    yield f"- In SQL: {code(table.view) if layer_of(table) != VAULT else 'not read'}"
    yield f"- Key: {code(*table.keys)}"
    yield f"- Owner: {_words(table.owner)}"
    yield wrapped(f"- Written by: {code(*table.writers)}", others="  ")
    yield f"- Read by: {', '.join(_words(role) for role in readers_of(table.name))}"


def _joins(table: Table) -> Iterator[str]:
    found = [row(link(one.other.name), code(one.condition), one.finds) for one in joins_of(table)]
    if found:
        yield "\n| joins | how | finds |\n|---|---|---|"
    yield from found


def _column(column: Column) -> str:
    example, kind = example_of(column), column.type.simpleString()
    shown = code(example) if example else ""
    return row(column.name, kind, unit_of(column), meaning_of(column), shown, column.privacy.value)


def _words(role: str) -> str:
    return role.replace("_", " ")
