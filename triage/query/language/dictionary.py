"""What SQL can ask for: the tables and views that are open to it, their columns, and the nearest to a wrong name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from types import MappingProxyType

import pyarrow as pa

from triage.lake.dictionary.values import example_of, meaning_of, unit_of
from triage.lake.tables import TABLES
from triage.lake.tables.access import VAULT
from triage.lake.views import VIEWS, Relation

_ALL: tuple[Relation, ...] = (*TABLES, *VIEWS)
RELATIONS: Mapping[str, Relation] = MappingProxyType(
    {one.view: one for one in _ALL if not one.view.startswith(f"{VAULT}.")}
)
"""Tables and views by the name in SQL, such as `gold.routes`."""

_NEAREST = 3


def nearest(name: str, known: Collection[str]) -> str:
    """The known names that are most like a wrong one, in words for an error; empty where none is like it."""
    by_folded = {one.casefold(): one for one in known}
    found = get_close_matches(name.casefold(), by_folded, _NEAREST)
    return f"Did you mean {' or '.join(by_folded[one] for one in found)}?" if found else ""


def nearest_relations(name: str) -> str:
    """The same of tables; a name without its zone is looked for in all zones."""
    bare = name.rpartition(".")[2]
    same = [one for one in RELATIONS if one.partition(".")[2] == bare]
    return f"Did you mean {' or '.join(same)}?" if same else nearest(name, RELATIONS)


def relations(zone: str | None = None) -> pa.Table:
    """Columns `table`, `meaning`, `owner` and `written_by` of all tables and views, or of those of one zone."""
    chosen = [one for name, one in RELATIONS.items() if zone in (None, name.partition(".")[0])]
    return pa.table(
        {
            "table": [one.view for one in chosen],
            "meaning": [one.comment for one in chosen],
            "owner": [one.owner for one in chosen],
            "written_by": [", ".join(one.writers) or "a view" for one in chosen],
        }
    )


def columns(relation: Relation) -> pa.Table:
    """Columns `column`, `type`, `unit`, `meaning`, `example` and `personal_data` of a table or view.

    The last is none, pseudonym or sealed.
    """
    return pa.table(
        {
            "column": relation.column_names,
            "type": [one.type.simpleString() for one in relation.columns],
            "unit": [unit_of(one) for one in relation.columns],
            "meaning": [meaning_of(one) for one in relation.columns],
            "example": [example_of(one) for one in relation.columns],
            "personal_data": [one.privacy.name.lower() for one in relation.columns],
        }
    )
