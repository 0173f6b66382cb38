"""Brings a lake to the format of this version, and records that in ops/migrations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from triage.lake.format import FORMAT_VERSION, require_known_format
from triage.lake.migrations import MIGRATIONS
from triage.lake.migrations.migration import Migration
from triage.lake.store import Store
from triage.lake.tables import APPLIED_MIGRATIONS, LEDGER

NEW_LAKE = "new lake"
"""The name in ops/migrations where a lake was begun in that version."""


def migrate(
    store: Store, log: Callable[[str], None] = lambda _: None, migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Applies what the lake lacks, in order; the lake's lock must be held. Nothing in a lake that was not begun yet.

    Each is recorded once it is done, so a killed one is repeated. Raises ConfigError for a newer lake.
    """
    found = store.format_version()
    require_known_format(found, store.root)
    due = [one for one in migrations if one.version > found]
    if not due or not store.exists(LEDGER):
        return
    for one in due:
        log(f"format version {one.version} of the lake: {one.name}")
        one.work(store)
        _record(store, one.version, one.name)


def record_new_lake(store: Store) -> None:
    """Records the present version for a lake whose first batches were planned by this version."""
    if not store.exists(APPLIED_MIGRATIONS):
        _record(store, FORMAT_VERSION, NEW_LAKE)


def _record(store: Store, version: int, name: str) -> None:
    row = {"format_version": version, "name": name, "applied_at": datetime.now(UTC)}
    store.append_rows(APPLIED_MIGRATIONS, [row], version)
