"""Rollback and backfill of 100,000 mails: seconds, and whether the tables equal those of a run without the bad model.

    ./spark-submit.sh tests/benchmark/rollback.py --mails 100000 --kills 5

A night's mails are multiplied under other keys. One lake is labelled by a good model alone; in the other one a model
that learnt from shuffled labels took over after the first batches. The second is rolled back undisturbed, and once more
by a job that is killed so many times, each time later; then a backfill by the bad model makes of the first the second.
`--lake` takes the mails of a lake that is there instead of a night of generated ones.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from unittest import mock

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from rich.console import Console

from tests.benchmark.corpora import generated_mbox
from triage.config import PROJECT, Settings, load_settings
from triage.labelling.data.labelled_rows import read_gold
from triage.labelling.models import Champion
from triage.labelling.promotion import bundle
from triage.labelling.promotion.first_model import ensure_champion
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import LABELS, LEDGER, ROUTES, SILVER_MAIL
from triage.routing.rules import load_rules
from triage.spark.session import compile_queries, spark_session
from triage.stages.label import label_batch
from triage.stages.route import route_batch

GOOD, BAD = "1", "2"
GOOD_BATCHES, BAD_BATCHES = 2, 8
DAY = datetime(2026, 3, 1, tzinfo=UTC)
_console = Console(stderr=True, highlight=False)


def main() -> None:
    """Prints a line a measurement; raises AssertionError where tables differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=100_000, help="mails that the bad model labelled")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--lake", type=Path, help="take the mails of this lake")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rollback-") as name:
        folder = Path(name)
        seed = args.lake or _night(folder)
        spark = spark_session(load_settings())
        compile_queries(spark, args.mails >= 20_000)
        _build(spark, folder, seed, args.mails // BAD_BATCHES)
        for copy in ("rolled back", "killed", "filled"):
            _copy(folder / ("good" if copy == "filled" else "bad"), folder / copy)
        back = ("rollback", "--to", GOOD, "--reason", "learnt from shuffled labels")
        whole = _timed(folder / "rolled back", *back)
        _compare(spark, folder / "good", folder / "rolled back")
        _killed(folder / "killed", args.kills, whole, *back)
        _compare(spark, folder / "good", folder / "killed")
        start = f"{DAY + timedelta(days=GOOD_BATCHES):%Y-%m-%d}"
        _timed(folder / "filled", "backfill", "--from", start, "--model", BAD)
        _compare(spark, folder / "bad", folder / "filled")


def _settings(folder: Path) -> Settings:
    return load_settings(overrides=[f"lake.root={folder / 'lake'}"])


def _night(folder: Path) -> Path:
    mbox = folder / "night.mbox"
    generated_mbox(2_000, mbox)
    _job(folder / "night", "nightly", "--source", str(mbox)).wait()
    return folder / "night" / "lake"


def _build(spark: SparkSession, folder: Path, seed: Path, mails: int) -> None:
    """The lakes `good` and `bad`, each with a registry."""
    settings = _settings(folder / "good")
    good = ensure_champion(spark, settings)
    bad = _bad_champion(spark, settings, good)
    rows = Store(spark, str(seed)).read(SILVER_MAIL).persist()
    _batches(spark, settings, rows, range(1, GOOD_BATCHES + 1), mails, good)
    _copy(folder / "good", folder / "bad")
    last = range(GOOD_BATCHES + 1, GOOD_BATCHES + BAD_BATCHES + 1)
    _batches(spark, settings, rows, last, mails, good)
    settings = _settings(folder / "bad")
    ModelRegistry(settings).promote(settings.mlflow.registered_model, BAD)
    _batches(spark, settings, rows, last, mails, bad)
    rows.unpersist()


def _bad_champion(spark: SparkSession, settings: Settings, good: Champion) -> Champion:
    """Registered, not promoted; its gold has the labels of other rows."""
    gold = read_gold(spark)
    rows = gold.collect()
    labels = [row["labels"] for row in rows]
    random.Random(7).shuffle(labels)
    pairs = zip(rows, labels, strict=True)
    shuffled = spark.createDataFrame(
        [tuple((row.asDict() | {"labels": own}).values()) for row, own in pairs], gold.schema
    )
    with mock.patch("triage.labelling.promotion.bundle.read_gold", return_value=shuffled):
        trained, cards = bundle.train_first(spark, settings, load_taxonomy(settings))
    registry, name = ModelRegistry(settings), settings.mlflow.registered_model
    version = registry.register(name, trained, cards)
    assert (good.version, version) == (GOOD, BAD)
    return Champion(registry.load(name, version), {}, good.taxonomy)


def _batches(
    spark: SparkSession, settings: Settings, rows: DataFrame, ids: Sequence[int], mails: int, champion: Champion
) -> None:
    """Batches of so many mails each through the stages label and route."""
    store = Store(spark, settings.lake.root)
    rules = load_rules(settings, {head.name: head.labels for head in champion.taxonomy})
    copies = -(-mails // rows.count())
    for batch_id in ids:
        numbers = f.explode(f.sequence(f.lit(1), f.lit(copies))).alias("copy")
        key = f.sha2(f.concat_ws("-", "mail_key", f.lit(batch_id), "copy"), 256)
        at = f.lit(DAY + timedelta(days=batch_id - 1)) + f.make_interval(mins=f.pmod(f.hash("mail_key"), f.lit(1_440)))
        found = rows.select("*", numbers).withColumns({"mail_key": key, "received_at": at})
        silver = found.withColumn("batch_id", f.lit(batch_id).cast("long")).limit(mails)
        store.append_rows(LEDGER, [{"batch_id": batch_id, "kind": "file", "planned_at": DAY}], batch_id)
        store.append(SILVER_MAIL, silver.localCheckpoint(), batch_id)
        label_batch(batch_id, store, champion)
        route_batch(batch_id, store, rules)
        _console.print(f"{settings.lake.root}: batch {batch_id} by version {champion.version}")


def _copy(one: Path, other: Path) -> None:
    other.mkdir()
    for place in ("lake", "lake.mlflow"):
        shutil.copytree(one / place, other / place)


def _job(folder: Path, job: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(PROJECT / "jobs" / f"{job}.py"), "--set", f"lake.root={folder / 'lake'}", *arguments]
    environ = os.environ | {"TRIAGE_KEY": "5a" * 32, "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(command, env=environ, start_new_session=True)


def _timed(folder: Path, job: str, *arguments: str) -> float:
    begin = monotonic()
    assert _job(folder, job, *arguments).wait() == 0
    seconds = monotonic() - begin
    _console.print(f"[bold]{folder.name}: {job} took {seconds:.0f} s[/bold]")
    return seconds


def _killed(folder: Path, kills: int, whole: float, *command: str) -> None:
    """Kills all processes of the job after a growing part of the time that it takes undisturbed, then lets it end."""
    for number in range(1, kills + 1):
        seconds = whole * (0.15 + 0.5 * number / kills)
        process = _job(folder, *command)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            _console.print(f"start {number} ended before it could be killed")
            return
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        _console.print(f"killed after {seconds:.0f} s")
    _timed(folder, *command)


def _compare(spark: SparkSession, one: Path, other: Path) -> None:
    """All rows of both tables, whatever their order; each mail once a table and head."""
    for table in (LABELS, ROUTES):
        first, second = (Store(spark, str(folder / "lake")).read(table) for folder in (one, other))
        mine, theirs = (rows.select(f.to_json(f.struct("*")).alias("row")) for rows in (first, second))
        differing = mine.exceptAll(theirs).count() + theirs.exceptAll(mine).count()
        doubled = second.groupBy(*table.keys).count().where("count > 1").count()
        _console.print(f"{table.name}: {second.count():,} rows, {differing} differ, {doubled} twice")
        assert differing == doubled == 0


if __name__ == "__main__":
    main()
