"""How many rows an erasure removed and changed, by person and table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from triage.lake.tables import Table
from triage.rights.engine.base import Engine, Scan
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


def count_rows(table: Table, mails: Owners, counters: Sequence[Counter[str]], engine: Engine) -> None:
    """Adds the rows of these mails in a table to the counters of their owners."""
    if not mails or not engine.store.exists(table):
        return
    for mail_key, count in engine.counts(Scan(table, ("mail_key",), among={"mail_key": mails.keys()})).items():
        for owner in mails[mail_key]:
            counters[owner][table.name] += count
