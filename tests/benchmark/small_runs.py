"""Runs with nothing new and with 1,000 new mails, over a history of a million: seconds from command to exit.

    ./spark-submit.sh tests/benchmark/small_runs.py --history 1000000 --new 1000 --rounds 5

The history is a real night's tables, multiplied under other keys.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from rich.console import Console

from tests.benchmark.corpora import generated_mbox
from tests.benchmark.usage import Usage, measured
from triage.config import PROJECT, load_settings
from triage.lake.store import Store
from triage.lake.tables import LABELS, PSEUDONYMS, RAW_MAIL, ROUTES, SILVER_MAIL
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate
from triage.spark.session import spark_session

_NIGHT = 5_000
_KEYED = {
    RAW_MAIL: "mail_key",
    SILVER_MAIL: "mail_key",
    LABELS: "mail_key",
    ROUTES: "mail_key",
    PSEUDONYMS: "token",
}


class SmallRuns:
    """A lake with a long history, and runs over it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.lake = folder, folder / "lake"
        self.environ = os.environ | {"TRIAGE_KEY": "5a" * 32, "PYTHONPATH": str(PROJECT)}

    def run(self, *sources: Path) -> tuple[Usage, int]:
        """A nightly run, and how many mails were new to it."""
        summary = self.folder / "summary.json"
        command = [
            sys.executable, str(PROJECT / "jobs/nightly.py"), "--summary", str(summary),
            "--set", f"lake.root={self.lake}", "--set", "spark.master=local[2]", "--source", *map(str, sources),
        ]  # fmt: skip
        usage = measured(command, self.environ)
        return usage, int(json.loads(summary.read_text("utf-8"))["messages_new"])

    def multiply(self, times: int) -> None:
        """Adds so many copies of each table's rows, under keys of their own."""
        spark = spark_session(load_settings())
        store = Store(spark, str(self.lake))
        for table, key in _KEYED.items():
            rows = store.read(table)
            numbers = f.explode(f.sequence(f.lit(1), f.lit(times))).alias("copy")
            copies = rows.select("*", numbers).withColumn(key, _other(key)).select(rows.columns)
            copies.write.format("delta").mode("append").save(store.path(table))
            Console(stderr=True).print(f"{table.name}: {_count(store.read(table)):,} rows")
        spark.stop()


def _other(key: str) -> Column:
    """Another key of the same form."""
    digest = f.sha2(f.concat(f.col(key), f.col("copy").cast("string")), 256)
    if key == "mail_key":
        return digest
    head, tail = f.regexp_extract(key, "^(.*_)[0-9a-f]{16}>$", 1), f.substring(digest, 1, 16)
    return f.concat(head, tail, f.lit(">"))


def _count(rows: DataFrame) -> int:
    return rows.count()


def main() -> None:
    """Prints medians of the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--night", type=int, default=_NIGHT, help="mails of the night that is multiplied")
    args = parser.parse_args()
    folder, console = Path(tempfile.mkdtemp(prefix="triage-benchmark-")), Console(width=120)
    try:
        runs, night = SmallRuns(folder), folder / "night.mbox"
        generated_mbox(min(args.night, args.history), night)
        _, new = runs.run(night)
        if args.history > new:
            runs.multiply(args.history // new - 1)
        nothing, some, at_work = [], [], 0
        for number in range(args.rounds):
            fresh = folder / f"hour{number}.mbox"
            write_mbox(generate(args.new, seed=100 + number), fresh)
            usage, found = runs.run(fresh)
            at_work += found
            some.append(usage.seconds)
            nothing.append(runs.run(fresh)[0].seconds)
            Console(stderr=True).print(f"round {number + 1}: {some[-1]:.1f} s, then nothing new {nothing[-1]:.1f} s")
        console.print(
            f"history {args.history:,}: nothing new {_told(nothing)}; {at_work // args.rounds:,} new {_told(some)}"
        )
    finally:
        shutil.rmtree(folder)


def _told(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.1f} s ({min(seconds):.1f}–{max(seconds):.1f})"


if __name__ == "__main__":
    main()
