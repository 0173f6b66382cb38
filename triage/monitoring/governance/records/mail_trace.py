"""All that the lake holds of one mail for its lineage, and the versions of Delta tables that hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.lake.commits import Commit
from triage.monitoring.governance.document import Row
from triage.monitoring.governance.in_force import ModelVersion

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class MailTrace:
    """The rows of one mail by table, with the commits of those tables' logs, and what is in force now.

    `ledger` has the rows of its batches and files, `runs` those of the runs that completed its batches; `models` is
    empty where the registry could not be asked.
    """

    mail_key: str
    rows: Mapping[str, Rows]
    ledger: Rows = ()
    runs: Rows = ()
    commits: Mapping[str, Sequence[Commit]] | None = None
    models: Sequence[ModelVersion] = ()
    in_force: Mapping[str, str] | None = None

    def of(self, table: str) -> Rows:
        """The mail's rows in a table."""
        return self.rows.get(table, ())

    @property
    def state(self) -> str:
        """What became of the mail, in words."""
        if self.of("silver/mail"):
            return "published"
        if self.of("quarantine/mail"):
            return "in quarantine"
        return "read, and neither published nor in quarantine: a run was stopped, or its rows were removed"


def table_versions(trace: MailTrace, table: str, batch_id: int | None) -> list[Row]:
    """The version of a Delta table that wrote a batch, the present one, and those between that rewrote its files."""
    if trace.commits is None:
        return [("Delta version", "not looked up: the log of a remote lake is not read here")]
    log = trace.commits.get(table, ())
    wrote = next((c for c in log if batch_id is not None and c.transactions.get(table) == batch_id), None)
    present = ("present Delta version", str(log[-1].version)) if log else ("present Delta version", "")
    if wrote is None:
        return [("written in Delta version", "not in the log any more: old versions were cleared"), present]
    since = [c for c in log if c.version > wrote.version and c.rewrote]
    return [
        ("written in Delta version", f"{wrote.version} ({wrote.operation}, {in_words(wrote.at)})"),
        ("rewritten since in", ", ".join(f"{c.version} ({c.operation})" for c in since)),
        present,
    ]


def in_words(at: datetime | None) -> str:
    """A time in UTC to the second; empty where there is none."""
    return "" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
