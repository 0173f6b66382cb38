"""Names the artifacts of a restored MLflow database by their new place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path


def move_artifacts(database: Path, old: str, new: str) -> int:
    """Replaces the folder `old` by `new` wherever a text of the database begins with it; returns how many changed.

    MLflow has no call for that: it holds a location for each experiment, run, model version and logged model, as path
    or as file URI, and which columns those are differs with its version, so all text columns are looked at.
    """
    changed = 0
    with closing(sqlite3.connect(database)) as base, base:
        for table, column in list(_text_columns(base)):
            for before, after in _forms(old, new):
                changed += base.execute(
                    f'UPDATE "{table}" SET "{column}" = ? || substr("{column}", ?) '  # noqa: S608 - names from the schema
                    f'WHERE "{column}" = ? OR substr("{column}", 1, ?) = ?',
                    (after, len(before) + 1, before, len(before) + 1, f"{before}/"),
                ).rowcount
    return changed


def _forms(old: str, new: str) -> Iterator[tuple[str, str]]:
    """A folder as MLflow writes it: as URI, with one slash or three, and plainly."""
    yield Path(old).as_uri(), Path(new).as_uri()
    yield f"file:{old}", f"file:{new}"
    yield f"file://{old}", f"file://{new}"
    yield old, new


def _text_columns(base: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    tables = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for _, column, kind, *_ in base.execute(f'PRAGMA table_info("{table}")').fetchall():
            if any(word in kind.upper() for word in ("CHAR", "TEXT", "CLOB")):
                yield table, column
