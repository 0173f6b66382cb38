"""Measures which part of a run slows down first as a lake's history grows, and from what size on.

    ./spark-submit.sh tests/benchmark/scaling.py --commits 10000 --files 10000000 --mails 100000000

The tables hold rows that no mail stands behind. `commits`: opening a Delta log of so many versions. `files`: planning a
night over a ledger of so many files. `mails`: finding which of 1,000 messages are new, and which of their pseudonyms,
in a history of so many. Each is asked twice: by the driver itself, as on a lake of this machine, and by Spark, as on a
remote one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from rich.console import Console

from triage.config import Settings, load_settings
from triage.lake.store import Store
from triage.lake.tables import LEDGER, PSEUDONYMS, QUALITY, RAW_MAIL, Table
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret
from triage.reasons import Reason
from triage.spark.session import spark_session
from triage.stages.anonymize import unknown_pseudonyms
from triage.stages.ingest import first_places
from triage.stages.plan import plan_new_files

_FILES = 100
_NEW = 1_000
_STEP = 10_000_000
_TOKENS_PER_MAIL = 0.2
"""New pseudonyms a mail; on mailing lists it is less, since the same people write again."""


class Scaling:
    """The measurements, each in a lake of its own."""

    def __init__(self, spark: SparkSession, folder: Path, console: Console) -> None:
        self.spark, self.folder, self.console = spark, folder, console
        self.keys: Keys = keys_from_secret(b"only for the benchmark" * 2)
        self.settings: Settings = load_settings()

    @contextmanager
    def lake(self, name: str) -> Iterator[dict[str, Store]]:
        """A lake that is gone afterwards: as the driver asks it itself, and by a path that is left to Spark."""
        root, link = self.folder / name, self.folder / f"{name}%"
        root.mkdir()
        link.symlink_to(root)
        try:
            yield {"driver": Store(self.spark, str(root)), "Spark": Store(self.spark, str(link))}
        finally:
            link.unlink()
            shutil.rmtree(root, ignore_errors=True)

    def each(self, what: str, work: Callable[[str], object]) -> None:
        """`timed` by the driver and by Spark."""
        for way in ("driver", "Spark"):
            self.timed(f"{what}, by {way}", partial(work, way))

    def timed(self, what: str, work: Callable[[], object]) -> None:
        """Prints the seconds of the second of two calls: the first one's are the JVM's warming up."""
        work()
        begin = monotonic()
        found = work()
        self.console.print(f"{what}: {monotonic() - begin:.1f} s" + (f" ({found})" if found is not None else ""))

    def commits(self, number: int) -> None:
        """A log of `number` versions, each of one file and one batch, first as JSON only, then with a checkpoint."""
        with self.lake("commits") as ways:
            store = ways["driver"]
            rows = [{"batch_id": 1, "stage": "ingest", "measure": "new", "value": 1.0}]
            for batch_id in (1, 2):
                store.append_rows(QUALITY, rows, batch_id)
            log = Path(store.path(QUALITY)) / "_delta_log"
            written = (log / f"{1:020d}.json").read_text().splitlines()
            for version in range(2, number):
                (log / f"{version:020d}.json").write_text("\n".join(_later(written, version)) + "\n")
            jvm: Any = self.spark._jvm
            delta = jvm.org.apache.spark.sql.delta.DeltaLog

            def opened(way: str) -> int:
                delta.clearCache()
                return ways[way].last_batch(QUALITY)

            self.each(f"log of {number:,} versions without a checkpoint, opened", opened)
            delta.forTable(self.spark._jsparkSession, store.path(QUALITY)).checkpoint()
            self.each(f"log of {number:,} versions with one, opened", opened)

    def files(self, number: int) -> None:
        """A ledger of `number` files, of which a hundred are still there."""
        exports = self.folder / "exports"
        exports.mkdir()
        for place in range(_FILES):
            (exports / f"{place}.eml").write_text(f"Subject: {place}\n\nText {place}\n")
        settings = self.settings.model_copy(update={"sources": (str(exports),)})
        with self.lake("files") as ways:
            self.filled(ways["driver"], LEDGER, number, lambda step: _ledger(self.spark, *step))
            plan_new_files(settings, ways["driver"], self.keys)
            self.each(
                f"plan over a ledger of {number:,} files, nothing new",
                lambda way: plan_new_files(settings, ways[way], self.keys),
            )

    def mails(self, number: int) -> None:
        """A history of `number` messages; half of those that come are known."""
        with self.lake("mails") as ways:
            store = ways["driver"]
            self.filled(store, RAW_MAIL, number, lambda step: _raw_mail(self.spark, *step))
            self.filled(store, PSEUDONYMS, int(number * _TOKENS_PER_MAIL), lambda step: _pseudonyms(self.spark, *step))
            found = _raw_mail(self.spark, number - _NEW // 2, number + _NEW // 2).persist()
            batch = number // _STEP + 2
            self.each(
                f"{_NEW:,} messages against a history of {number:,}",
                lambda way: first_places(found, batch, ways[way], self.keys).count(),
            )
            tokens = _pseudonyms(self.spark, number, number + _NEW)
            issued = tokens.select(f.array(f.struct("token", "entity", "sealed")).alias("pseudonyms"))
            self.each(
                f"{_NEW:,} pseudonyms against {int(number * _TOKENS_PER_MAIL):,}",
                lambda way: unknown_pseudonyms(issued, batch, ways[way], "key").count(),
            )
            self.each(
                "messages that could not be read, sought",
                lambda way: len(list(ways[way].rows(RAW_MAIL, ("mail_key",), fault=[Reason.SOURCE_UNREADABLE]))),
            )

    def filled(self, store: Store, table: Table, number: int, rows: Callable[[tuple[int, int]], DataFrame]) -> None:
        """Writes the rows in batches of ten million."""
        begin = monotonic()
        for place, first in enumerate(range(0, number, _STEP)):
            store.append(
                table,
                rows((first, min(first + _STEP, number))).withColumn("batch_id", f.lit(place + 1)),
                place + 1,
            )
        self.console.print(f"[dim]{table.name} filled with {number:,} rows in {monotonic() - begin:.0f} s[/dim]")


def _later(written: list[str], version: int) -> Iterator[str]:
    """The lines of a commit as a later version would have them."""
    for line in written:
        action = json.loads(line)
        if "txn" in action:
            action["txn"]["version"] = version + 1
        if "add" in action:
            action["add"]["path"] = f"part-{version:08d}.snappy.parquet"
        yield json.dumps(action)


def _hashed(salt: str) -> Any:
    return f.sha2(f.concat(f.lit(salt), f.col("id").cast("string")), 256)


def _typed(rows: DataFrame, table: Table) -> DataFrame:
    """The rows with the table's other columns empty."""
    missing = [c for c in table.columns if c.name not in rows.columns and c.name != "batch_id"]
    return rows.withColumns({c.name: f.lit(None).cast(c.type) for c in missing}).drop("id")


def _ledger(spark: SparkSession, first: int, end: int) -> DataFrame:
    key = f.substring(_hashed("file"), 1, 32)
    rows = spark.range(first, end).withColumns(
        {
            "file_key": key, "kind": f.lit("file"),
            "path": f.concat(f.lit("exports/<FILE_"), f.substring(key, 1, 16), f.lit(">")),
            "sealed_path": _hashed("path").cast("binary"), "format": f.lit("eml"), "size_bytes": f.lit(4_000),
            "sha256": _hashed("bytes"),
            "modified_at": f.lit(datetime(2026, 1, 1, tzinfo=UTC)), "range_start": f.lit(0), "range_end": f.lit(4_000),
            "planned_at": f.lit(datetime(2026, 1, 2, tzinfo=UTC)),
        }
    )  # fmt: skip
    return _typed(rows, LEDGER)


def _raw_mail(spark: SparkSession, first: int, end: int) -> DataFrame:
    rows = spark.range(first, end).withColumns(
        {
            "mail_key": _hashed("mail"), "file_key": f.md5((f.col("id") / 10_000).cast("long").cast("string")),
            "byte_offset": f.col("id"), "size_bytes": f.lit(4_000),
            "received_at": f.lit(datetime(2026, 1, 1, tzinfo=UTC)),
            "thread_key": f.substring(_hashed("thread"), 1, 32),
        }
    )  # fmt: skip
    return _typed(rows, RAW_MAIL)


def _pseudonyms(spark: SparkSession, first: int, end: int) -> DataFrame:
    token = f.concat(f.lit("<PERSON_5b21e0_"), f.substring(_hashed("token"), 1, 16), f.lit(">"))
    rows = spark.range(first, end).withColumns(
        {"token": token, "entity": f.lit("PERSON"), "sealed": _hashed("name").cast("binary")}
    )
    return _typed(rows, PSEUDONYMS)


def main() -> None:
    """Runs what was asked for, and prints seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for what in ("commits", "files", "mails"):
        parser.add_argument(f"--{what}", type=int, nargs="*", default=[])
    args = parser.parse_args()
    spark = spark_session(load_settings())
    with tempfile.TemporaryDirectory(prefix="triage-benchmark-") as name:
        scaling = Scaling(spark, Path(name), Console(width=160))
        for what in ("commits", "files", "mails"):
            for number in getattr(args, what):
                getattr(scaling, what)(number)


if __name__ == "__main__":
    main()
