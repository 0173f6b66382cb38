"""Seconds of each view over a generated lake, by DuckDB in one process: opening the tables, planning, all rows.

    ./spark-submit.sh tests/benchmark/sql_views.py [--routes 1000000] [--runs 5]

The mails form threads of four, of which the second and fourth mail are the company's answers; half of the first ones
are late. Medians are printed as a Markdown table.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from deltalake import write_deltalake
from pyspark.sql import SparkSession

from triage.config import load_settings
from triage.lake.store import Store
from triage.lake.tables import LABELS, LEDGER, QUALITY, ROUTES, RUNS, THREADS, Table
from triage.lake.views import VIEWS
from triage.query.ask import Question, ask

_QUEUES = np.array(["billing", "sales", "it_support", "review", "legal"])
_BEGIN = np.datetime64("2026-01-01T00:00:00", "us")
_FILES = 20


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--routes", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sql-views-") as folder:
        store = Store(_no_spark, f"{folder}/lake")
        _write(store, args.routes)
        sys.stdout.write(
            f"{args.routes:,} routes, seconds: median of {args.runs}\n\n| view | rows | seconds |\n|---|---|---|\n"
        )
        for view in VIEWS:
            rows, seconds = _measured(store, f"SELECT * FROM {view.view}", args.runs)
            sys.stdout.write(f"| {view.view} | {rows:,} | {seconds:.2f} |\n")
            sys.stdout.flush()


def _no_spark() -> SparkSession:
    raise AssertionError("DuckDB answers without Spark")


def _measured(store: Store, sql: str, runs: int) -> tuple[int, float]:
    settings = load_settings(overrides=[f"lake.root={store.root}"])
    took, rows = [], 0
    for _ in range(runs):
        begun = time.perf_counter()
        reader = ask(Store(_no_spark, store.root), settings, Question(sql, engine="duckdb"))
        rows = sum(batch.num_rows for batch in reader)
        took.append(time.perf_counter() - begun)
    return rows, statistics.median(took)


def _write(store: Store, count: int) -> None:
    number = np.arange(count)
    begun = _BEGIN + (number // 4 * 20_000_000).astype("timedelta64[us]")
    received = begun + (number % 4 * 3 * 3_600_000_000).astype("timedelta64[us]")
    due = received + np.where(number // 4 % 2 == 0, 2, 6).astype("timedelta64[h]")
    keys = pa.array([f"{one:064x}" for one in number])
    threads = pa.array([f"{one // 4:032x}" for one in number])
    batch = pa.array(number // max(1, count // _FILES) + 1)
    outgoing = pa.array(number % 2 == 1)
    times = [pa.array(one).cast(pa.timestamp("us", "UTC")) for one in (received, due)]
    _append(
        store, ROUTES, mail_key=keys, batch_id=batch, queue=pa.array(_QUEUES[number // 4 % 5]), rule=_same("r", count),
        received_at=times[0], sent_at=times[0], due_at=times[1], outgoing=outgoing, reason=_same("", count),
        automatic=pa.array(number % 50 == 0), language=pa.array(np.where(number % 3 == 0, "de", "en")),
        rules_version=_same("1", count), priority=pa.array(np.where(number % 7 == 0, "high", "normal")),
    )  # fmt: skip
    _append(store, THREADS, mail_key=keys, batch_id=batch, thread_id=threads, family_id=threads, sent_at=times[0])
    _append(
        store, LABELS, mail_key=keys, batch_id=batch, head=_same("category", count), label=_same("invoice", count),
        best_label=_same("invoice", count), score=pa.array(number % 100 / 100), model_version=_same("1", count),
        abstained=pa.array(number % 10 == 0), reason=pa.array(np.full(count, "LOW_SCORE"), mask=number % 10 != 0),
    )  # fmt: skip
    now = datetime(2026, 11, 1, tzinfo=UTC)
    runs = [_row(RUNS, run_id=f"r{one}", started_at=now, batches=[one], seconds=9.0) for one in range(1, _FILES + 2)]
    store.append_rows(RUNS, runs, 1)
    store.append_rows(QUALITY, [_row(QUALITY, batch_id=1, stage="monitor", measure="m", run_id="r1", value=1.0)], 1)
    store.append_rows(LEDGER, [_row(LEDGER, batch_id=1, kind="file", file_key="a", planned_at=now)], 1)


def _row(table: Table, **values: object) -> dict[str, object]:
    return dict.fromkeys(table.column_names) | values


def _same(value: str, count: int) -> pa.Array[Any]:
    found: pa.Array[Any] = pa.array(np.full(count, value))
    return found


def _append(store: Store, table: Table, **columns: pa.Array[Any]) -> None:
    """The rows in several files, as the batches of a year would leave them after maintenance."""
    store.append_rows(table, [], 1)
    rows = pa.table(columns)
    step = -(-rows.num_rows // _FILES)
    for begin in range(0, rows.num_rows, step):
        write_deltalake(store.path(table), rows.slice(begin, step), mode="append", schema_mode="merge")


if __name__ == "__main__":
    main()
