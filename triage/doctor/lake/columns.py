"""A table's columns beside its declaration."""

from __future__ import annotations

from collections.abc import Iterator

from triage.doctor.finding import Finding, fault, warning
from triage.lake.inspection.snapshot import Snapshot
from triage.lake.tables import Table


def column_findings(table: Table, snapshot: Snapshot) -> Iterator[Finding]:
    """Columns of another type, and columns that are not declared.

    A declared column that the table has not is in order: it was declared later, is null until the next write adds it.
    """
    declared = {column.name: column.type.simpleString() for column in table.columns}
    other = sorted(name for name, kind in snapshot.columns.items() if declared.get(name, kind) != kind)
    unknown = sorted(snapshot.columns.keys() - declared.keys())
    if other:
        yield fault(
            f"The type of {len(other)} columns is not the declared one, {other[0]} first.",
            "Start the version of the project that wrote the lake, or restore the table with jobs/restore.py.",
            table.name,
        )
    if unknown:
        yield warning(
            f"{len(unknown)} columns are not declared, {unknown[0]} first: a newer version wrote them.",
            "Start the newest version of the project that has written to this lake.",
            table.name,
        )
