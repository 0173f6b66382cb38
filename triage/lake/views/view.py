"""What a view is: a named query over tables and other views, with its columns declared as those of a table.

Views round by floor, since `round` of a double at a half goes by its digits in Spark and by its bits in DuckDB. What is
added to the half is less than any step of these figures, and more than the noise of a double.
"""

from __future__ import annotations

from dataclasses import dataclass

from triage.config.access import RoleName
from triage.lake.tables.schema import Column, Table


@dataclass(frozen=True, slots=True)
class View:
    """A query that SQL can ask by name; `sql` is in the dialect of docs/sql.md and gives the columns in their order.

    Who may read all of its tables may ask for it; an analyst may for each.
    """

    name: str
    comment: str
    columns: tuple[Column, ...]
    sql: str
    owner: RoleName = "analyst"
    writers: tuple[str, ...] = ()
    """None: its rows are computed when they are asked for."""

    @property
    def column_names(self) -> list[str]:
        """The names, in order."""
        return [c.name for c in self.columns]

    @property
    def view(self) -> str:
        """The name in SQL, such as `gold.backlog`."""
        return self.name.replace("/", ".")


Relation = Table | View
"""What SQL can ask for by name."""
