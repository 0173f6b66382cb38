"""How many rows an erasure removed and changed, by person and table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import functions as f

from triage.lake.keys_frame import keys_frame
from triage.lake.store import Store
from triage.lake.tables import Table
from triage.rights.search.persons import Owners


@dataclass(slots=True)
class RowCounts:
    """Rows by table name, one counter an owner. A row of two persons counts for both."""

    removed: list[Counter[str]]
    changed: list[Counter[str]]

    @classmethod
    def of(cls, persons: int) -> RowCounts:
        """Empty counts of so many persons."""
        return cls([Counter() for _ in range(persons)], [Counter() for _ in range(persons)])


def count_rows(table: Table, mails: Owners, counters: Sequence[Counter[str]], store: Store) -> None:
    """Adds the rows of these mails in a table to the counters of their owners."""
    if not mails or not store.exists(table):
        return
    wanted = f.broadcast(keys_frame(mails, store))
    rows = store.read(table).select("mail_key").join(wanted, "mail_key", "left_semi")
    for row in rows.groupBy("mail_key").count().collect():
        for owner in mails[row.mail_key]:
            counters[owner][table.name] += row["count"]
