from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from pyspark.sql import SparkSession

from tests.query.conftest import BEGIN, asking, no_spark
from triage.errors import ConfigError, ContractError
from triage.lake.store import Store
from triage.lake.tables import LEDGER, RELABELS, ROUTES
from triage.query.as_of import read_moment

SQL = "SELECT relabel_id FROM ops.relabels ORDER BY relabel_id"


def add(store: Store, name: str) -> datetime:
    """Adds a row; gives a moment at which it is the last one."""
    store.add(RELABELS, [dict.fromkeys(RELABELS.column_names) | {"relabel_id": name}])
    sleep(0.02)
    moment = datetime.now(UTC)
    sleep(0.02)
    return moment


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(no_spark, str(tmp_path / "lake"))
    found.append_rows(LEDGER, [dict.fromkeys(LEDGER.column_names) | {"batch_id": 1, "planned_at": BEGIN}], 1)
    return found


def test_each_moment_has_its_rows_in_both_engines(store: Store, spark: SparkSession) -> None:
    sleep(0.02)
    before = datetime.now(UTC)
    moments = [before, add(store, "a"), add(store, "b"), add(store, "c")]
    for ask in (asking(store.root, "duckdb", no_spark), asking(store.root, "spark", lambda: spark)):
        found = [ask(SQL, moment=moment)["relabel_id"].to_pylist() for moment in moments]
        assert found == [[], ["a"], ["a", "b"], ["a", "b", "c"]]
        assert ask(SQL)["relabel_id"].to_pylist() == ["a", "b", "c"]


def test_a_column_that_was_declared_later_is_null_in_both_engines(store: Store, spark: SparkSession) -> None:
    write_deltalake(store.path(ROUTES), pa.table({"mail_key": ["a"], "batch_id": [1], "queue": ["billing"]}))
    sleep(0.02)
    moment = datetime.now(UTC)
    sleep(0.02)
    store.add_declared_columns(ROUTES)
    for ask in (asking(store.root, "duckdb", no_spark), asking(store.root, "spark", lambda: spark)):
        found = ask("SELECT queue, received_at FROM gold.routes", moment=moment).to_pylist()
        assert found == [{"queue": "billing", "received_at": None}]


def test_a_moment_before_the_kept_history_is_told(store: Store) -> None:
    first = add(store, "a")
    add(store, "b")
    store.clear_history(RELABELS)
    with pytest.raises(ConfigError, match=r"ops\.relabels is kept since"):
        asking(store.root, "duckdb", no_spark)(SQL, moment=first)


def test_files_that_are_gone_are_told(store: Store) -> None:
    first = add(store, "a")
    store.replace(RELABELS, [dict.fromkeys(RELABELS.column_names) | {"relabel_id": "b"}])
    kept = {Path(file).name for file in DeltaTable(store.path(RELABELS)).file_uris()}
    for file in Path(store.path(RELABELS)).glob("*.parquet"):
        if file.name not in kept:
            file.unlink()
    with pytest.raises(ContractError, match="are gone"):
        asking(store.root, "duckdb", no_spark)(SQL, moment=first)


def test_other_tables_are_of_the_same_moment(store: Store) -> None:
    moment = add(store, "a")
    store.append_rows(ROUTES, [dict.fromkeys(ROUTES.column_names) | {"mail_key": "k", "batch_id": 1}], 1)
    ask = asking(store.root, "duckdb", no_spark)
    assert ask("SELECT mail_key FROM gold.routes", moment=moment).num_rows == 0
    assert ask("SELECT mail_key FROM gold.routes").num_rows == 1


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T06:30", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        ("2026-11-01 06:30:10", datetime(2026, 11, 1, 6, 30, 10, tzinfo=UTC)),
        ("2026-11-01T06:30+02:00", datetime(2026, 11, 1, 4, 30, tzinfo=UTC)),
        ("2026-11-01T06:30Z", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("yesterday", "no date"),
        ("30.11.2026", "no date"),
        ("", "no date"),
        ((datetime.now(UTC) + timedelta(days=2)).isoformat(), "yet to come"),
    ],
    ids=["word", "German", "empty", "future"],
)
def test_what_is_no_moment_is_told(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_moment(text)
