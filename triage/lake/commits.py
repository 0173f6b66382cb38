"""The commits in a Delta table's log: which version a batch wrote, and which later ones rewrote its files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from triage.lake.history import LOG


@dataclass(frozen=True, slots=True)
class Commit:
    """A version: when it was written (UTC), by which operation, and the transactions of applications that it made.

    `rewrote` says that it removed data files that earlier versions wrote. The predicate of the operation is left out.
    """

    version: int
    at: datetime | None
    operation: str
    transactions: Mapping[str, int]
    rewrote: bool = False


def read_commits(folder: Path) -> tuple[Commit, ...]:
    """The commits that the log of a table's folder still has, the oldest first.

    The public ways to a table's history (`DESCRIBE HISTORY`, `DeltaTable.history`) leave out the transactions, by
    which a version is known to be a batch's. Delta's protocol: a file `<version>.json` a commit, an action a line.
    """
    files = sorted(file for file in (folder / LOG).glob("*.json") if file.stem.isdigit())
    return tuple(commit_from(int(file.stem), file.read_text("utf-8").splitlines()) for file in files)


def commit_from(version: int, lines: Iterable[str]) -> Commit:
    """The commit of a log file's lines."""
    about: Mapping[str, Any] = {}
    transactions: dict[str, int] = {}
    rewrote = False
    for action in _actions(lines):
        about = action.get("commitInfo", about)
        if txn := action.get("txn"):
            transactions[str(txn["appId"])] = int(txn["version"])
        rewrote = rewrote or "remove" in action
    at = about.get("timestamp")
    when = datetime.fromtimestamp(at / 1000, UTC) if isinstance(at, int | float) else None
    return Commit(version, when, str(about.get("operation", "unknown")), transactions, rewrote)


def _actions(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """The actions that are read here; those of added files, most of a log, are not parsed."""
    for line in lines:
        if line.strip() and not line.startswith('{"add":'):
            yield json.loads(line)
