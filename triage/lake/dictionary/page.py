"""The data dictionary as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from triage.lake.dictionary.overview import by_layer, contents, joins
from triage.lake.dictionary.relations import Relation, relation_lines, table_lines
from triage.lake.tables import TABLES


def dictionary(views: Iterable[Relation] = ()) -> Iterator[str]:
    """All tables and these views, one or some lines at a time."""
    documented = tuple(views)
    yield from contents(documented)
    yield from joins()
    yield "\n## Tables"
    for table in by_layer(TABLES):
        yield from table_lines(table)
    if documented:
        yield "\n## Views"
    for view in documented:
        yield from relation_lines(view)
