from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lake.builders import (
    log_of,
    measure,
    no_spark,
    through_spark,
)
from triage.lake.store import Store
from triage.lake.tables import QUALITY, RUNS, TABLES, Table


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_is_made_as_declared(sparkless: Store, table: Table) -> None:
    sparkless.append_rows(table, [], 1)
    log = log_of(sparkless, table)
    assert json.loads(log["metaData"]["schemaString"]) == table.schema.jsonValue()
    assert log["protocol"] == {"minReaderVersion": 1, "minWriterVersion": 2}


def test_a_long_log_has_checkpoints_that_spark_reads(store: Store, sparkless: Store) -> None:
    for batch_id in range(1, 13):
        sparkless.append_rows(QUALITY, [measure(batch_id)], batch_id)
    log = Path(store.path(QUALITY), "_delta_log")
    assert [file.name for file in log.glob("*.checkpoint.parquet")] == [f"{10:020d}.checkpoint.parquet"]
    (log / f"{0:020d}.json").unlink()
    assert store.read(QUALITY).count() == 12
    through_spark(store, QUALITY, [measure(12), measure(12)], 12)
    assert store.read(QUALITY).count() == 12


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_table_that_may_not_be_read_is_not_taken_for_an_absent_one(sparkless: Store) -> None:
    sparkless.append_rows(QUALITY, [measure(1)], 1)
    log = Path(sparkless.path(QUALITY), "_delta_log")
    log.chmod(0)
    try:
        with pytest.raises(PermissionError):
            sparkless.exists(QUALITY)
    finally:
        log.chmod(0o700)


_texts = st.text(st.characters(exclude_categories=["Cs"]))


_times = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


_runs = st.fixed_dictionaries(
    {
        "run_id": _texts,
        "started_at": st.none() | _times,
        "seconds": st.none() | st.floats(allow_nan=False),
        "batches": st.none() | st.lists(st.integers(-(2**63), 2**63 - 1)),
        "stage_seconds": st.none() | st.dictionaries(_texts, st.floats(allow_nan=False)),
        "messages_read": st.none() | st.integers(0, 2**63 - 1),
    }
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(_runs, max_size=4), min_size=1, max_size=3), _texts)
def test_what_is_written_comes_back(batches: list[list[dict[str, Any]]], sought: str) -> None:
    with TemporaryDirectory() as folder:
        store = Store(no_spark, folder)
        for batch_id, rows in enumerate(batches, 1):
            store.append_rows(RUNS, rows, batch_id)
            store.append_rows(RUNS, rows, batch_id)
        written = [row for rows in batches for row in rows]
        columns = list(written[0]) if written else ["run_id"]
        found = list(store.rows(RUNS, columns))
        assert len(found) == len(written)
        assert all(row in written for row in found) and all(row in found for row in written)
        ids = {sought, *(row["run_id"] for row in written[::2])}
        assert store.count(RUNS, run_id=ids) == sum(row["run_id"] in ids for row in written)
