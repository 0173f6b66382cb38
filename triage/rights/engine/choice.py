"""Which engine a job over persons takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from triage.config import Settings
from triage.lake.store import Store
from triage.lake.tables import TABLES
from triage.paths import is_local
from triage.rights.engine.base import Engine
from triage.rights.engine.local import LocalEngine
from triage.rights.engine.spark import SparkEngine
from triage.rights.open_lake import OpenLake


def works_without_spark(store: Store, settings: Settings) -> bool:
    """Whether the lake is in a folder of this machine, no larger than the setting, with tables that delta-rs takes."""
    most = settings.lake.without_spark_bytes
    return (
        bool(most) and is_local(store.root) and not _is_larger(store.root, most) and store.works_without_spark(TABLES)
    )


def engine_for(store: Store, settings: Settings) -> Engine:
    """delta-rs and Arrow where these can take the whole lake, else Spark."""
    return LocalEngine(store) if works_without_spark(store, settings) else SparkEngine(store)


def chosen_engine(lake: OpenLake) -> Engine:
    """The engine of a job's lake; Spark is started where it takes Spark's."""
    engine = engine_for(lake.store, lake.settings)
    if isinstance(engine, SparkEngine):
        lake.start_spark()
    return engine


def _is_larger(root: str, most: int) -> bool:
    total = 0
    for size in _sizes(Path(root.removeprefix("file://"))):
        total += size
        if total > most:
            return True
    return False


def _sizes(folder: Path) -> Iterator[int]:
    for path, _, names in os.walk(folder):
        for name in names:
            yield os.lstat(os.path.join(path, name)).st_size
