"""What `ops/relabels` says of relabels that have begun: a nightly run reports those that have not ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triage.lake.store import Store
from triage.lake.tables import RELABELS

Row = Mapping[str, Any]

BEGUN, CHUNK, DONE = "begun", "chunk", "done"


def unfinished_relabels(store: Store) -> list[Row]:
    """The rows with phase `begun` of relabels that have no row `done`, the oldest first."""
    if not store.exists(RELABELS):
        return []
    rows = list(store.rows(RELABELS, RELABELS.column_names, phase=[BEGUN, DONE]))
    done = {row["relabel_id"] for row in rows if row["phase"] == DONE}
    begun = [row for row in rows if row["phase"] == BEGUN and row["relabel_id"] not in done]
    return sorted(begun, key=lambda row: (row["written_at"], row["relabel_id"]))


def unfinished_sentence(row: Row) -> str:
    """That a relabel has not ended, with its name and time."""
    begun = f"{row['written_at']:%Y-%m-%d %H:%M} UTC"
    return f"The {row['cause']} {row['relabel_id']}, begun at {begun}, has not ended: older mails have labels of both."


def command_of(row: Row) -> str:
    """The command that goes on with an unfinished relabel."""
    head = f" --head {row['head']}" if row["head"] else ""
    if row["cause"] == "rollback":
        since = f" --since {_time(row['received_from'])}" if row["received_from"] else ""
        return f'jobs/rollback.py --to {row["model_version"]}{since}{head} --reason "…"'
    to = f" --to {_time(row['received_to'])}" if row["received_to"] else ""
    return f"jobs/backfill.py --from {_time(row['received_from'])}{to} --model {row['model_version']}{head}"


def _time(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}"
