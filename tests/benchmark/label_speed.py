"""Measures how many mails a second the label heads decide, and what training takes in time and memory.

    ./spark-submit.sh tests/benchmark/label_speed.py --data ../shared/data
    ./spark-submit.sh tests/benchmark/label_speed.py --train 100000

Speed is given by candidate and by cores, on the same real mail. Each figure is the median of several passes in a
process of its own, over mail that lies in memory; only ratios of one call mean something. The default candidate labels
real mail with the four heads of the sample; those with sentence embeddings learn the list of r_mailing_lists from its
earlier years and label the later ones. They need jobs/embeddings.py once.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from time import monotonic
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from rich.console import Console
from rich.table import Table

from tests.benchmark.label_sets import LabelRow, label_rows
from tests.benchmark.labels import frame
from triage.config import Settings, load_settings
from triage.labelling.data.labelled_rows import read_gold
from triage.labelling.models import LoadedModel
from triage.labelling.promotion.registration import SAMPLE
from triage.labelling.serving.inference import decided
from triage.labelling.taxonomy import Head, load_taxonomy
from triage.labelling.training.result import TrainedModel
from triage.labelling.training.train import train
from triage.labelling.training.warm_start import warm_starts
from triage.spark.session import spark_session

PASSES = 5
RUNS = (("terms", 1), ("terms", 2), ("terms_and_sentences", 2), ("sentences", 2), ("cascade", 2))
"""Candidate and cores."""

LISTS = "r_mailing_lists"
"""What candidates with embeddings learn."""

LATE_TIMES = 3
"""How often its later mails are labelled, so that what a query costs before its first row is no matter."""

MAILS = 20_000
"""Of `terms`; enough for what a query costs before its first row to be no matter."""


def silver(spark: SparkSession, data: Path, mails: int) -> DataFrame:
    """Real mail, repeated where it does not suffice, with the columns of silver that labelling reads."""
    rows = [(r.subject, r.body) for name in (LISTS, "enron genre") for r in label_rows(name, data)]
    return as_silver(spark, list(islice(cycle(rows[:: max(1, len(rows) // mails)]), mails)))


def as_silver(spark: SparkSession, chosen: Sequence[tuple[str, str]]) -> DataFrame:
    """Subjects and bodies with the columns of silver that labelling reads."""
    text = spark.createDataFrame(chosen, "subject string, body string").repartition(8)
    flags = [f.lit(False).alias(n) for n in ("auto_submitted", "bulk", "list_mail", "bounce", "reply", "has_html")]
    no_files = f.array().cast("array<struct<name:string,media_type:string,size_bytes:bigint>>").alias("attachments")
    return text.select(
        "*",
        f.sha2(f.concat("subject", "body"), 256).alias("mail_key"),
        f.lit(1).alias("batch_id"),
        f.lit("en").alias("language"),
        f.lit(None).cast("int").alias("importance"),
        f.current_timestamp().alias("sent_at"),
        no_files,
        *flags,
    )


def label_worker(candidate: str, data: Path, mails: int, settings: Settings) -> dict[str, Any]:
    """Trains heads with one candidate, and times them on real mail."""
    spark = spark_session(settings, "label speed")
    if candidate == "terms":
        heads: Sequence[Head] = load_taxonomy(settings).heads
        trained = train(spark, read_gold(spark), heads, settings, SAMPLE)
        mail = silver(spark, data, mails).persist()
    else:
        lists = label_rows(LISTS, data)
        heads, trained = _of_lists(spark, lists, settings)
        late = [(row.subject, row.body) for row in lists if row.test]
        mail = as_silver(spark, late * LATE_TIMES).persist()
    model = LoadedModel("m", "1", trained.pipeline, trained.description)
    count = mail.count()
    rows = decided(mail, model, heads, ("mail_key",))
    seconds = []
    for _ in range(PASSES + 1):
        begin = monotonic()
        rows.write.format("noop").mode("overwrite").save()
        seconds.append(monotonic() - begin)
    rates = [count / one for one in seconds[1:]]  # the first pass compiles
    scores = {head: systems["this model"].macro_f1 for head, systems in trained.scores.items()}
    return {"candidate": candidate, "rates": rates, "mails": count, "scores": scores}


def _of_lists(spark: SparkSession, lists: Sequence[LabelRow], settings: Settings) -> tuple[list[Head], TrainedModel]:
    head = Head(name="label", labels=tuple(sorted({row.label for row in lists})), languages="any")
    parts = spark.createDataFrame(
        [(n, "test" if row.test else "train") for n, row in enumerate(lists)], "row long, split string"
    )
    return [head], train(spark, frame(spark, lists).join(parts, "row"), [head], settings, SAMPLE)


def train_worker(mails: int, settings: Settings, gold: Path) -> dict[str, Any]:
    """Trains four heads on generated mail, from scratch and then warm."""
    spark, heads = spark_session(settings, "training"), load_taxonomy(settings).heads
    rows = read_gold(spark, gold).repartition(8, "row")
    scratch = train(spark, rows, heads, settings, SAMPLE)
    first = _peak()
    model = LoadedModel("m", "1", scratch.pipeline, scratch.description)
    begin = monotonic()
    warm = train(spark, rows, heads, settings, SAMPLE, warm_starts=warm_starts(model, heads))
    return {
        "mails": mails,
        "scratch_seconds": scratch.seconds,
        "warm_seconds": monotonic() - begin,
        "peak": first,
        "scores": {"scratch": _scores(scratch), "warm": _scores(warm)},
    }


def _scores(trained: TrainedModel) -> dict[str, float]:
    return {head: systems["this model"].macro_f1 for head, systems in trained.scores.items()}


def _peak() -> dict[str, float]:
    """GiB at most: of this process, and of its JVM as the kernel counts it."""
    statuses = (_status(path) for path in Path("/proc").glob("[0-9]*/status"))
    jvm = [one["VmHWM"] for one in statuses if one.get("Name") == "java" and one.get("PPid") == str(os.getpid())]
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"driver": own / 2**20, "jvm": sum(int(size.split()[0]) for size in jvm) / 2**20}


def _status(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:  # a process that ended meanwhile
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _settings(folder: str, cores: int, candidate: str, trials: int, given: Sequence[str]) -> Settings:
    return load_settings(
        overrides=[
            f"lake.root={folder}/lake",
            f"spark.master=local[{cores}]",
            f"labelling.search.trials={trials}",
            f"labelling.search.candidates=[{candidate}]",
            *given,
        ]
    )


def _asked(words: Sequence[str]) -> dict[str, Any]:
    """The answer of this script, run in a process of its own that is pinned to the cores it may use.

    Spark's `local[1]` alone leaves the other one to the compiler and the collector.
    """
    cores = words[words.index("--worker") + 2]
    command = ["taskset", "-c", f"0-{int(cores) - 1}", sys.executable, __file__, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _speed_table(found: dict[tuple[str, int], dict[str, Any]]) -> Table:
    table = Table("candidate", "cores", "mails/s, median", "least", "most", "macro-F1 on rows held back, heads' mean")
    for (candidate, cores), one in found.items():
        rates, scores = one["rates"], one["scores"].values()
        figures = (statistics.median(rates), min(rates), max(rates))
        table.add_row(candidate, str(cores), *(f"{rate:.0f}" for rate in figures), f"{statistics.mean(scores):.3f}")
    return table


def _ratios(found: dict[tuple[str, int], dict[str, Any]]) -> list[str]:
    rate = {run: statistics.median(one["rates"]) for run, one in found.items()}
    pairs = (
        (("terms", 2), ("terms", 1)),
        (("cascade", 2), ("terms_and_sentences", 2)),
        (("cascade", 2), ("sentences", 2)),
    )
    return [
        f"{a[0]} on {a[1]} : {b[0]} on {b[1]} = {rate[a] / rate[b]:.2f}" for a, b in pairs if a in rate and b in rate
    ]


def main() -> None:
    """Prints the speed of each candidate and the ratios, or what training costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--mails", type=int, default=MAILS, help="for `terms`")
    parser.add_argument("--set", action="append", default=[], dest="settings")
    parser.add_argument("--train", type=int, metavar="MAILS")
    parser.add_argument("--only", nargs="*", help="candidates to time")
    parser.add_argument("--worker", nargs=3, metavar=("CANDIDATE", "CORES", "FOLDER"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    console = Console(width=140)
    if args.worker:
        print(json.dumps(_worked(args)))
    elif args.train:
        console.print(_training(args.train, args.settings))
    else:
        found = {}
        for candidate, cores in RUNS:
            if not args.only or candidate in args.only:
                with tempfile.TemporaryDirectory() as folder:
                    words = ["--data", str(args.data), "--mails", str(args.mails), *_passed_on(args.settings)]
                    found[candidate, cores] = _asked([*words, "--worker", candidate, str(cores), folder])
        console.print(_speed_table(found), *_ratios(found), sep="\n")


def _worked(args: argparse.Namespace) -> dict[str, Any]:
    candidate, cores, folder = args.worker
    settings = _settings(folder, int(cores), candidate, 6 if args.train else 1, args.settings)
    if args.train:
        return train_worker(args.train, settings, Path(folder) / "gold.jsonl")
    return label_worker(candidate, args.data, args.mails, settings)


def _passed_on(settings: Sequence[str]) -> list[str]:
    return [word for one in settings for word in ("--set", one)]


def _training(mails: int, settings: Sequence[str]) -> dict[str, Any]:
    from triage.samples.generator import generate
    from triage.samples.gold import write_gold

    with tempfile.TemporaryDirectory() as folder:
        write_gold(generate(mails, seed=11), Path(folder) / "gold.jsonl")
        return _asked(["--train", str(mails), *_passed_on(settings), "--worker", "terms", "2", folder])


if __name__ == "__main__":
    main()
