"""The short names of tables: `routes` for gold.routes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from triage.errors import ConfigError
from triage.lake.tables import QUARANTINE
from triage.lake.views import Relation
from triage.query.language.dictionary import RELATIONS, nearest, nearest_relations

_CHOSEN: Mapping[str, str] = MappingProxyType({QUARANTINE.view: "quarantine"})
"""Of tables whose name another table has in another zone, and who should not have it."""


def _short_names() -> Iterator[tuple[str, Relation]]:
    last = {view: _CHOSEN.get(view, view.rpartition(".")[2]) for view in RELATIONS}
    counts = Counter(last.values())
    yield from ((last[view], table) for view, table in RELATIONS.items() if counts[last[view]] == 1)


SHORT_NAMES: Mapping[str, Relation] = MappingProxyType(dict(_short_names()))
"""What SQL may read, by its name without the zone where only one has it."""


def table_named(name: str) -> Relation:
    """The table of a name in SQL or a short one. Raises ConfigError, which says the nearest, for another name."""
    found = RELATIONS.get(name) or SHORT_NAMES.get(name)
    if found is None:
        remedy = nearest_relations(name) or nearest(name, SHORT_NAMES) or "lake.tables has all."
        raise ConfigError(f"There is no table {name}.", where="lake", remedy=remedy)
    return found
