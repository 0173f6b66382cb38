"""The index over runs: reading its rows, making it, its size, and how long a real Chromium takes to open it.

    ./spark-submit.sh tests/benchmark/index_load.py --runs 400 --rounds 5

The lake has made-up runs with some 70 measurements each, written run by run as the account writes them.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from playwright.sync_api import sync_playwright

from tests.monitoring.report.builders import alert_row, measure_row, measure_rows, run_rows
from triage.config import Settings
from triage.lake.store import Store
from triage.lake.tables import ALERTS, MEASURES, RUNS
from triage.monitoring.report.index import plots, write_index
from triage.pipeline.account.over_runs import points_over_runs

Rows = list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--hours", type=int, default=24, help="hours from one run to the next")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(_no_spark, f"{folder}/lake")
        runs = run_rows(args.runs, timedelta(hours=args.hours))
        own = _fill(store, runs)
        reports = Path(folder) / "reports"
        begin = time.perf_counter()
        points = points_over_runs(store, runs[-1], own, [])
        read = time.perf_counter()
        reports.mkdir()
        for point in points:
            (reports / f"{point.run_id}.html").write_text("<!doctype html><title>a run", "utf-8")
        start = time.perf_counter()
        path = write_index(points, reports, Settings())
        made = time.perf_counter()
        size = sum(map(len, plots(points, Settings()).values()))
        print(f"{args.runs} runs, {len(points)} points: read {read - begin:.2f} s, made {made - start:.2f} s,")
        print(
            f"plots {time.perf_counter() - made:.2f} s and {size / 1e3:.0f} kB, page {path.stat().st_size / 1e6:.2f} MB"
        )
        for width, height in ((1280, 900), (390, 844)):
            seconds = _load_seconds(path, width, height, args.rounds)
            print(f"load at width {width}: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s")


def _no_spark() -> NoReturn:
    raise RuntimeError("the index is made without Spark")


def _fill(store: Store, runs: Rows) -> Rows:
    """Writes all but the last run to the tables; returns the last one's measurements."""
    by_run: dict[str, Rows] = {}
    for row in measure_rows(runs):
        by_run.setdefault(row["run_id"], []).append(row)
    for batch, run in enumerate(runs, 1):
        rows = by_run[run["run_id"]]
        rows += [measure_row(run["run_id"], "fairness_error.category", 0.1, "language", f"l{n}") for n in range(50)]
        if run is runs[-1]:
            return rows
        store.append_rows(MEASURES, rows, batch)
        more: dict[str, Any] = {
            "batches": [batch],
            "stage_seconds": {},
            "mlflow_run_id": None,
            "policy_version": "",
            "rules_version": "",
        }
        store.append_rows(RUNS, [run | more], batch)
        if batch % 9 == 0:
            alert = {
                "raised_at": run["started_at"],
                "owner": "o",
                "sentence": "s",
                "cost": 1.0,
                "folded": [],
                "sent_to": [],
            }
            store.append_rows(ALERTS, [_columns(alert_row(run["run_id"]) | alert)], batch)
    return []


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    """The row with null in the columns that it lacks."""
    return {name: row.get(name) for name in ALERTS.column_names}


def _load_seconds(path: Path, width: int, height: int, rounds: int) -> list[float]:
    """From the navigation's start to the end of the load event, by the browser's own clock, each in a new context."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(found for found in map(shutil.which, names) if found)
    seconds = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(rounds):
            context = browser.new_context(viewport={"width": width, "height": height})
            page = context.new_page()
            page.goto(path.as_uri(), wait_until="load")
            page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
            seconds.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000)
            context.close()
        browser.close()
    return seconds


if __name__ == "__main__":
    main()
