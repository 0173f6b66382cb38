"""What stands before the tables: contents by layer, and which columns join which tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from triage.config.access import ZoneName
from triage.lake.dictionary.joins import joins_of
from triage.lake.dictionary.markdown import link, wrapped
from triage.lake.dictionary.relations import layer_of
from triage.lake.tables import TABLES, Table
from triage.lake.views import Relation, View

LAYERS: Mapping[ZoneName, str] = MappingProxyType(
    {
        "vault": "what is sealed: mail as it was read, and the values behind pseudonyms. SQL does not read it",
        "quarantine": "mail that is not published, with the reasons",
        "silver": "published mail without personal data",
        "gold": "what was decided about mail, and what people said to it",
        "metrics": "what runs did, measured and noticed",
        "ops": "the plan of the work, and the decisions and disclosures of people",
    }
)
"""In the order of the dictionary."""

_JOINS = (
    "Tables join by columns of the same name. Below each name stand the tables of which it names one row, and those "
    "that may have several rows with it. Joins by columns of different names are with their tables."
)


def by_layer(tables: Iterable[Table]) -> list[Table]:
    """Layer after layer; within a layer as they were."""
    order: list[str] = list(LAYERS)
    return sorted(tables, key=lambda table: order.index(layer_of(table)))


def contents(views: Sequence[View]) -> Iterator[str]:
    """Links to all tables and views."""
    yield "\n## Contents\n"
    for layer, meaning in LAYERS.items():
        tables = [table for table in TABLES if layer_of(table) == layer]
        yield f"- **{layer}**: {meaning}."
        yield _links(tables)
    if views:
        yield "- **views**: answers to usual questions, made of these tables."
        yield _links(views)


def joins() -> Iterator[str]:
    """For each set of columns, the tables that it joins: those of which it names one row, and the others."""
    yield f"\n## How tables join\n\n{wrapped(_JOINS)}\n\n```text"
    for columns, tables in _joined_by().items():
        one = [table.name for table in tables if set(table.keys) <= set(columns)]
        several = [table.name for table in tables if table.name not in one]
        yield ", ".join(columns)
        yield from (_branch(what, names) for what, names in (("one row of  ", one), ("rows of     ", several)) if names)
    yield "```"


def _joined_by() -> dict[tuple[str, ...], list[Table]]:
    """By columns that have the same names in several tables, these tables; the widest joins first."""
    among: dict[tuple[str, ...], list[Table]] = {}
    for join in (one for table in by_layer(TABLES) for one in joins_of(table) if one.same_names):
        tables = among.setdefault(join.same_names, [])
        if join.table not in tables:
            tables.append(join.table)
    return dict(sorted(among.items(), key=lambda one: -len(one[1])))


def _branch(what: str, names: Iterable[str]) -> str:
    return wrapped(", ".join(names), f"  {what}", " " * (len(what) + 2))


def _links(relations: Iterable[Relation]) -> str:
    return wrapped(", ".join(link(one.name) for one in relations), "  ", "  ")
