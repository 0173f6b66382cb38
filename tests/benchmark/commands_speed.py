"""Seconds from command to exit of what an operator waits for, without Spark and with it, on one lake.

    ./spark-submit.sh tests/benchmark/commands_speed.py [--mails 10000] [--runs 5] [--engines delta-rs] [--lake FOLDER]

Without `--lake` a sample of so many mails is read first, which takes minutes. A lake that is given is copied with what
lies beside it, so that it stays as it is. Medians are printed as a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from pyspark.sql import SparkSession

from triage.config import PROJECT
from triage.lake.store import Store
from triage.lake.tables import SILVER_MAIL

BESIDE = ("", ".keys", ".mlflow", ".reports")
ENGINES = {"delta-rs": "", "spark": "lake.without_spark_bytes=0"}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--lake", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="commands-speed-") as folder:
        lake = copied(args.lake, Path(folder)) if args.lake else sample_lake(args.mails, Path(folder))
        engines = args.engines.split(",")
        print(f"\n{Store(no_session, str(lake)).count(SILVER_MAIL)} published mails, median of {args.runs}, seconds\n")
        print("| command | " + " | ".join(engines) + " |\n|---|" + "---|" * len(engines))
        for name, words in commands(lake).items():
            medians = [f"{measured(words, lake, engine, args.runs):.1f}" for engine in engines]
            print(f"| {name} | " + " | ".join(medians) + " |", flush=True)


def no_session() -> SparkSession:
    """The benchmark's own look at the lake needs none."""
    raise AssertionError("Spark was asked for")


def copied(lake: Path, folder: Path) -> Path:
    """The lake with its keys, models and reports in a folder of this benchmark's own."""
    for suffix in BESIDE:
        source = Path(f"{lake}{suffix}")
        if source.exists():
            shutil.copytree(source, folder / f"lake{suffix}")
    return folder / "lake"


def sample_lake(mails: int, folder: Path) -> Path:
    """A lake with so many generated mails."""
    export = folder / "export"
    run("jobs/sample.py", "--mails", str(mails), "--seed", "7", "--out", str(export))
    run("jobs/nightly.py", "--source", str(export), "--set", f"lake.root={folder / 'lake'}")
    return folder / "lake"


def commands(lake: Path) -> dict[str, list[str]]:
    """By name: the words of each command, over a person of whom the lake has some ten mails, and one of the mails."""
    rows = list(Store(no_session, str(lake)).rows(SILVER_MAIL, ("mail_key", "sender")))
    senders = Counter(row["sender"]["address"] for row in rows if row["sender"] and row["sender"]["address"])
    token = min(senders, key=lambda one: abs(senders[one] - 10))
    key = next(row["mail_key"] for row in rows if row["sender"] and row["sender"]["address"] == token)
    stated = ["--reason", "case 4711"]
    return {
        "reveal": ["jobs/reveal.py", token, *stated],
        "export_person": ["jobs/export_person.py", "--pseudonym", token, *stated, "--out", str(lake.parent / "out")],
        "explain": ["jobs/explain.py", key],
        "maintain": ["jobs/maintain.py"],
        "erase": ["jobs/erase.py", "--pseudonym", token],
    }


def measured(words: list[str], lake: Path, engine: str, runs: int) -> float:
    """Median seconds; each run has a copy of the lake, since an erasure and maintenance change it."""
    seconds = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="commands-speed-") as folder:
            settings = ["--set", f"lake.root={copied(lake, Path(folder))}"]
            settings += ["--set", ENGINES[engine]] if ENGINES[engine] else []
            begin = time.monotonic()
            run(*words, *settings)
            seconds.append(time.monotonic() - begin)
    return statistics.median(seconds)


def run(*words: str) -> None:
    """Runs a job; its output is shown where it fails."""
    done = subprocess.run([str(PROJECT / "spark-submit.sh"), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(json.dumps(words[:1]) + "\n" + done.stderr[-4_000:])
        raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
