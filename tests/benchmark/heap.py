"""What a long run leaves in memory, by batch: one night over many small batches, looked at every few of them.

    ./spark-submit.sh tests/benchmark/heap.py --batches 25 --classes 15
    ./spark-submit.sh tests/benchmark/heap.py --batches 25 --set spark.options='{spark.ui.retainedJobs: 1000}'

What is held goes by batches, jobs and commits and not by bytes of mail, so a batch has a few mails, but as many tasks
as one of the default size, and its queries are compiled as that one's are. For a look the driver's Python process is
stopped and the JVM collected in full. Prints the heap that is left, the metaspace and compiled code in MB, how many
queries (Dataset) and records of finished jobs are held, and the memory of driver, JVM and all other processes (PSS);
then what a batch adds by least squares without the first look, and the classes that grew most. Needs a JDK's `jcmd`.
"""

from __future__ import annotations

import argparse
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression
from time import sleep

import psutil
from deltalake import DeltaTable
from rich.console import Console
from rich.table import Table

from tests.faults.night import ended, make_base, until
from tests.lakes import Lake
from triage.config import IngestSettings
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate

_MAILS_OF_DEFAULT = 160_000
"""Generated mails in a batch of the default size (`ingest.batch_bytes`), by which slopes are converted."""

_TASKS = IngestSettings().batch_bytes // IngestSettings().split_bytes
_MAILS, _SEED = 20, 22
_SETTLE_SECONDS = 2.0
"""In which the JVM ends its work, and Spark's cleaner takes away what a collection found unused."""

_LINE = re.compile(r"^\s*\d+:\s+(\d+)\s+(\d+)\s+(\S+)", re.MULTILINE)
_HELD = {"queries": "org.apache.spark.sql.Dataset", "records": "org.apache.spark.status.JobDataWrapper"}

Classes = dict[str, tuple[int, int]]
"""Live objects and their bytes by class."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is there after so many batches."""

    batch: int
    measures: dict[str, float]
    classes: Classes


def main() -> int:
    """Runs the night and prints the tables; exit code of the night."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=25)
    parser.add_argument("--every", type=int, default=4, help="batches between two looks")
    parser.add_argument("--classes", type=int, default=0, help="classes to print")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="options")
    args = parser.parse_args()
    if args.batches <= 3 * args.every:
        parser.error("a slope needs three looks: more batches, or a smaller --every")
    with tempfile.TemporaryDirectory(prefix="heap-") as folder:
        code, looks = _night(make_base(Path(folder) / "base"), args)
    console = Console(width=None if sys.stdout.isatty() else 120)
    if len(looks) >= 3:
        console.print(_look_table(looks))
        console.print(_class_table(looks, args.classes))
    return code


def _night(lake: Lake, args: argparse.Namespace) -> tuple[int, list[Look]]:
    run, log = _start(lake, args.batches, args.options)
    before, looks = _batches_done(lake), []
    for batch in range(args.every, args.batches, args.every):
        if not until(lambda wanted=before + batch: _batches_done(lake) >= wanted, run, 0.2):  # type: ignore[misc]
            break
        looks.append(_look(psutil.Process(run.pid), batch))
        sys.stderr.write(f"batch {batch}: {looks[-1].measures}\n")
    code = ended(run)
    if code:
        sys.stderr.write(log.read_text("utf-8"))
    return code, looks


def _start(lake: Lake, batches: int, options: Sequence[str]) -> tuple[subprocess.Popen[str], Path]:
    """The night over a mailbox a batch, and the file with what it prints."""
    exports, log = lake.root.parent / "exports", lake.root.parent / "log"
    exports.mkdir()
    for number in range(batches):
        write_mbox(generate(_MAILS, _SEED, number * _MAILS), exports / f"box-{number:04d}.mbox")
    most = max(box.stat().st_size for box in exports.iterdir())
    given = [f"ingest.split_bytes={most // _TASKS}", "ingest.batch_files=1", "spark.compile_above_bytes=0", *options]
    settings = (word for one in given for word in ("--set", one))
    command = lake.command("nightly", "--source", str(exports), *settings)
    with log.open("w") as output:
        return subprocess.Popen(
            command, env=lake.variables(), text=True, stdout=output, stderr=output, start_new_session=True
        ), log


def _batches_done(lake: Lake) -> int:
    return DeltaTable(str(lake.root / "gold/routes")).transaction_version("gold/routes") or 0


def _look(driver: psutil.Process, batch: int) -> Look:
    with _stopped(driver):
        children = driver.children(recursive=True)
        jvm = next(one for one in children if one.name() == "java")
        for _ in range(2):  # what the cleaner lets go of after the first one goes with the second
            _jcmd(jvm, "GC.run")
            sleep(_SETTLE_SECONDS)
        lines = _LINE.findall(_jcmd(jvm, "GC.class_histogram"))
        classes = {name: (int(count), int(size)) for count, size, name in lines}
        measures = {
            "heap": sum(size for _, size in classes.values()) / 1e6,
            "metaspace": sum(map(int, re.findall(r"Metaspace\s+used (\d+)K", _jcmd(jvm, "GC.heap_info")))) / 1e3,
            "code": sum(map(int, re.findall(r"used=(\d+)Kb", _jcmd(jvm, "Compiler.codecache")))) / 1e3,
            **{held: float(classes.get(name, (0, 0))[0]) for held, name in _HELD.items()},
            "driver": _memory(driver),
            "JVM": _memory(jvm),
            "others": sum(_memory(one) for one in children if one.pid != jvm.pid),
        }
    return Look(batch, measures, classes)


@contextmanager
def _stopped(driver: psutil.Process) -> Iterator[None]:
    """The driver waits meanwhile, so that Spark gets no more work."""
    driver.send_signal(signal.SIGSTOP)
    sleep(_SETTLE_SECONDS)
    try:
        yield
    finally:
        driver.send_signal(signal.SIGCONT)


def _jcmd(jvm: psutil.Process, command: str) -> str:
    return subprocess.run(["jcmd", str(jvm.pid), command], text=True, capture_output=True, check=True).stdout


def _memory(process: psutil.Process) -> float:
    """Proportional set size, so that what processes share counts once."""
    with suppress(psutil.Error):
        return float(process.memory_full_info().pss) / 1e6
    return 0.0


def _look_table(looks: Sequence[Look]) -> Table:
    table = Table("batch", *looks[0].measures, title="after a full collection, MB")
    for look in looks:
        table.add_row(str(look.batch), *(f"{value:,.1f}" for value in look.measures.values()))
    batches = [look.batch for look in looks[1:]]
    slopes = [
        linear_regression(batches, [look.measures[name] for look in looks[1:]]).slope for name in looks[0].measures
    ]
    table.add_section()
    table.add_row("a batch adds", *(f"{slope:+.2f}" for slope in slopes))
    table.add_row("100,000 mails add", *(f"{slope * 100_000 / _MAILS_OF_DEFAULT:+.2f}" for slope in slopes))
    return table


def _class_table(looks: Sequence[Look], count: int) -> Table:
    """Classes by the bytes that they added from the second look to the last."""
    first, last = looks[1], looks[-1]
    added = {name: size - first.classes.get(name, (0, 0))[1] for name, (_, size) in last.classes.items()}
    table = Table("class", "bytes a batch")
    for name, size in sorted(added.items(), key=lambda one: -one[1])[:count]:
        table.add_row(name, f"{size / (last.batch - first.batch):,.0f}")
    return table


if __name__ == "__main__":
    sys.exit(main())
