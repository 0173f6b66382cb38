"""A copy of a SQLite database as it is at one moment, while others write to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_BUSY_SECONDS = 60


def copy_database(source: Path, target: Path) -> None:
    """By SQLite's online backup API (https://sqlite.org/backup.html), in one step: it holds a read lock only.

    The copy is one file, without a write-ahead log.
    """
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")
