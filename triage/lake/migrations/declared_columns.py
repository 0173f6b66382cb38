"""Version 2: every table has all declared columns.

Until then a column that was declared after a table was made came with the table's next write, so SQL over an old lake
failed at it. In older rows it stays null.
"""

from __future__ import annotations

from triage.lake.migrations.migration import Migration
from triage.lake.store import Store
from triage.lake.tables import TABLES


def add_declared_columns(store: Store) -> None:
    """Adds to each table what is declared and missing."""
    for table in TABLES:
        store.add_declared_columns(table)


DECLARED_COLUMNS = Migration(2, "declared columns", add_declared_columns)
