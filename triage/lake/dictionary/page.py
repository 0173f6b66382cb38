"""The data dictionary as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from triage.lake.dictionary.overview import by_layer, contents, joins
from triage.lake.dictionary.relations import table_lines, view_lines
from triage.lake.tables import TABLES, Table
from triage.lake.views import View


def dictionary(views: Iterable[tuple[View, Sequence[Table]]] = ()) -> Iterator[str]:
    """All tables, and these views with the tables that each is made of; one or some lines at a time."""
    documented = tuple(views)
    yield from contents([view for view, _ in documented])
    yield from joins()
    yield "\n## Tables"
    for table in by_layer(TABLES):
        yield from table_lines(table)
    if documented:
        yield "\n## Views"
    for view, tables in documented:
        yield from view_lines(view, tables)
