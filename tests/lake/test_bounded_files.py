"""A week of hourly writes with maintenance every day: files and log entries of a table stay bounded."""

from __future__ import annotations

from pathlib import Path

from deltalake import DeltaTable

from tests.lake.builders import measure, no_spark
from triage.lake.store import Store
from triage.lake.tables import QUALITY

HOURS, DAY = 168, 24


def test_files_and_log_entries_stay_bounded(tmp_path: Path) -> None:
    store = Store(no_spark, str(tmp_path / "lake"))
    folder = Path(store.path(QUALITY))
    files, entries = [], []
    for hour in range(1, HOURS + 1):
        Store(no_spark, store.root).append_rows(QUALITY, [measure(hour)], hour)
        files.append(len(DeltaTable(str(folder)).file_uris()))
        entries.append(sum(1 for _ in folder.rglob("*")))
        if hour % DAY == 0:
            store.merge_small_files(QUALITY, 1)
            store.clear_history(QUALITY)
    assert max(files) <= DAY + 1
    assert max(entries) <= max(entries[:DAY]) + 8, "a week's folder is no larger than a day's"
    assert store.last_batch(QUALITY) == HOURS and store.count(QUALITY) == HOURS
