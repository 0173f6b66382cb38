"""Seconds to find the drift of a million mails: one Spark pass and our distances, beside Evidently on pandas.

    ./spark-submit.sh tests/benchmark/drift_speed.py --peer-python PYTHON [--rows 1000000] [--rounds 3]

PYTHON is the interpreter of an environment that has evidently. Both sides get the same generated columns, of two
periods with as many rows, and take turns. Ours reads observations from Parquet, makes a profile of all slices and
terms, and compares it with the profile of the first period, which is made once. The peer reads the same columns from
Parquet into pandas and runs Evidently's DataDriftPreset on all mails; it makes no slices and no terms.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession
from rich.console import Console
from rich.table import Table

from tests.monitoring.profiles.rows import HOUR, SCHEMA
from triage.config import Settings, load_settings
from triage.monitoring.drift.compare import compare
from triage.monitoring.profiles.collect import profile_of
from triage.monitoring.profiles.observations import micros_of
from triage.monitoring.profiles.profile import Profile
from triage.monitoring.view import Reference
from triage.spark.session import spark_session

AT = datetime(2026, 6, 1, tzinfo=UTC)
PERIODS = ("was", "now")
HEADS = {"category": 8, "priority": 4, "sentiment": 3, "kind": 4}
FILES = 8
_ARROW: Any = pa
"""Its stubs know fewer arguments than it takes."""
_PEER = Path(__file__).with_name("peer_drift.py")


class Spent(NamedTuple):
    """Seconds by the clock, and of processors; a busy machine shows in the first only."""

    seconds: float
    cpu: float

    def __add__(self, other: object) -> Spent:
        assert isinstance(other, Spent)
        return Spent(self.seconds + other.seconds, self.cpu + other.cpu)


def main() -> None:
    """Writes the rows, runs both sides in turn, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peer-python", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="drift-speed-") as folder:
        _write(Path(folder), "warm", args.rows // 100, len(PERIODS))
        for seed, period in enumerate(PERIODS):
            _write(Path(folder), period, args.rows, seed)
        _print(_rounds(Path(folder), args.peer_python, args.rounds), args.rows)


def _rounds(folder: Path, python: Path, rounds: int) -> dict[str, list[Spent]]:
    settings = load_settings()
    spark = spark_session(settings)
    _profile(spark, folder, "warm")  # the JVM is warm from earlier stages of a run
    first, was = _timed(lambda: _profile(spark, folder, "was"))
    spent: dict[str, list[Spent]] = {"ours: pass over the first period, once": [first]}
    for _ in range(rounds):
        own, now = _timed(lambda: _profile(spark, folder, "now"))
        distances, rows = _timed(partial(_drift, was, now, settings), time.process_time)  # of the driver alone
        peer = json.loads(subprocess.run([python, _PEER, folder], check=True, capture_output=True).stdout)
        read, report = Spent(*peer["read"]), Spent(*peer["report"])
        for name, value in {
            "ours: pass over the second period": own,
            f"ours: {len(rows)} comparisons": distances,
            "ours, together": own + distances,
            "Evidently: read into pandas": read,
            f"Evidently: DataDriftPreset, {peer['columns']} columns": report,
            "Evidently, together": read + report,
        }.items():
            spent.setdefault(name, []).append(value)
    spark.stop()
    return spent


def _profile(spark: SparkSession, folder: Path, period: str) -> Profile:
    return profile_of(spark.read.parquet(str(folder / f"observations-{period}")), AT)


def _drift(was: Profile, now: Profile, settings: Settings) -> list[Any]:
    reference = Reference("chosen", was, ("batches-1",))
    return list(compare("batches-2", now, {"chosen": reference}, settings.monitoring))


def _timed(work: Callable[[], Any], cpu_clock: Callable[[], float] | None = None) -> tuple[Spent, Any]:
    clock = cpu_clock or _cpu_seconds
    begin, cpu = time.perf_counter(), clock()
    result = work()
    return Spent(time.perf_counter() - begin, clock() - cpu), result


def _cpu_seconds() -> float:
    """Of this process and all that it started, which are the JVM and its Python workers."""
    every = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(sum(one.cpu_times()) for one in every)


def _print(spent: dict[str, list[Spent]], rows: int) -> None:
    table = Table(title=f"{rows:,} rows a period")
    for heading in ("what", "rounds", "median s", "median CPU s"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for name, values in spent.items():
        medians = (statistics.median(one) for one in zip(*values, strict=True))
        table.add_row(name, str(len(values)), *(f"{value:.1f}" for value in medians))
    Console(width=110).print(table)


def _write(folder: Path, period: str, rows: int, seed: int) -> None:
    """The observations of a period for ours, and their columns for the peer."""
    rng = np.random.default_rng(seed)
    for name in ("observations", "columns"):
        (folder / f"{name}-{period}").mkdir()
    for number in range(FILES):
        own = rows // FILES + (number < rows % FILES)
        plain = _plain(own, rng, shift=0.1 * seed)
        pq.write_table(pa.table(plain), folder / f"columns-{period}" / f"{number}.parquet")
        pq.write_table(_observed(plain, own, rng), folder / f"observations-{period}" / f"{number}.parquet")


def _plain(rows: int, rng: np.random.Generator, shift: float) -> dict[str, Any]:
    """Columns with one value a mail."""

    def among(prefix: str, many: int) -> Any:
        weights = np.arange(many, 0, -1.0) ** (1 + shift)
        codes = rng.choice(many, rows, p=weights / weights.sum()).astype(np.int32)
        return _ARROW.DictionaryArray.from_arrays(codes, [f"{prefix}{i}" for i in range(many)]).cast(pa.string())

    flags = {n: rng.random(rows) < 0.1 for n in ("has_html", "auto_submitted", "bulk", "list_mail", "bounce", "reply")}
    scores = {f"score.{head}": rng.beta(5 - shift, 2, rows) for head in HEADS}
    return {
        "language": among("l", 6),
        "source": among("/mail/", 5),
        "queue": among("q", 10),
        "priority": among("p", 4),
        "rule": among("r", 20),
        **{f"label.{head}": among(f"{head}/", many) for head, many in HEADS.items()},
        **{name: pa.array(values) for name, values in flags.items()},
        "attachments": rng.poisson(0.4, rows).astype(np.int32),
        "body_chars": rng.lognormal(6.5 + shift, 1.2, rows).astype(np.int64),
        "size_bytes": rng.lognormal(8.5 + shift, 1.5, rows).astype(np.int64),
        "language_score": rng.beta(8, 1, rows),
        "words": rng.lognormal(4.8, 1, rows).astype(np.int32) + 1,
        "garbled": rng.poisson(0.05, rows).astype(np.int32),
        "received_at": micros_of(AT) - (rng.exponential(12, rows) * HOUR).astype(np.int64),
        "due_at": micros_of(AT) + (rng.normal(12, 12, rows) * HOUR).astype(np.int64),
        **scores,
    }


def _observed(plain: dict[str, Any], rows: int, rng: np.random.Generator) -> pa.Table:
    """Rows as `observations` gives them: with labels, terms, entities and marks as lists."""
    terms = rng.zipf(1.3, (rows, 60)) % 2**18
    columns = {
        **{name: plain[name] for name in SCHEMA.names if name in plain},
        "published": np.ones(rows, dtype=bool),
        "present": _lists(np.tile(["subject", "body", "sender", "recipients", "sent_at"], rows), 5),
        "entity_counts": _ARROW.MapArray.from_arrays(
            np.arange(rows + 1, dtype=np.int32) * 2,
            _ARROW.array(np.tile(["PERSON", "EMAIL_ADDRESS"], rows)),
            pa.array(rng.integers(1, 9, 2 * rows).astype(np.int32)),
        ),
        "marks": _lists(np.tile(["HTML_SIMPLIFIED"], rows), 1),
        "terms": _lists(terms.ravel().astype(np.int32), 60),
        "rare_words": (plain["words"] * rng.beta(2, 18, rows)).astype(np.int32),
        "labels": _labels(plain, rows),
        "reasons": pa.nulls(rows, pa.list_(pa.string())),
    }
    table: pa.Table = _ARROW.table({name: columns[name] for name in SCHEMA.names}).cast(SCHEMA)
    return table


def _labels(plain: dict[str, Any], rows: int) -> Any:
    """Four labels a mail, in the order of the heads."""
    order = np.arange(rows * len(HEADS)).reshape(len(HEADS), rows).T.ravel()
    each = [
        _ARROW.table(
            {
                "head": np.repeat(head, rows),
                "label": plain[f"label.{head}"],
                "best_label": plain[f"label.{head}"],
                "score": plain[f"score.{head}"],
                "reason": pa.nulls(rows, pa.string()),
            }
        )
        for head in HEADS
    ]
    flat = _ARROW.concat_tables(each).take(order).to_struct_array().combine_chunks()
    return _ARROW.ListArray.from_arrays(np.arange(rows + 1, dtype=np.int32) * len(HEADS), flat)


def _lists(flat: Any, each: int) -> Any:
    return _ARROW.ListArray.from_arrays(np.arange(len(flat) // each + 1, dtype=np.int32) * each, pa.array(flat))


if __name__ == "__main__":
    main()
