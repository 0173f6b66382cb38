"""A week in fast motion: hourly runs back to back over new mail, with kills at random, and maintenance every 24 runs.

    ./spark-submit.sh tests/benchmark/week.py --runs 168 --folder week

Prints a line a run: what was struck, exit code, seconds, most memory of all processes together, mails of the account,
most files and log entries of a table, and whether the account balances and no lock is left. Each run is written to
`runs.jsonl` in the folder; started again, it goes on there with the same mail and faults, which follow from the seed.
Exit code 1 where an account does not balance, mail is missing or a lock is left at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from time import monotonic

import psutil
from deltalake import DeltaTable
from rich.console import Console
from rich.table import Table

from tests.lakes import Lake
from triage.lake.locks import holder_of
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate

DAY = 24
_LOOK_SECONDS = 1.0
_USUAL_SECONDS = 60.0
_LOCKS = ("lake", "learning", "corrections", "pseudonyms", "review_queue")


@dataclass(frozen=True, slots=True)
class Hour:
    """What came of one run; of a killed one the figures are those that it left."""

    number: int
    fault: str
    code: int
    seconds: float
    peak_mb: int
    mails: int
    accounted: int
    most_files: int
    most_log_entries: int
    is_balanced: bool
    locks: int


def main() -> int:
    """Runs the hours that are not in the folder yet, prints the table, and judges the last one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=168)
    parser.add_argument("--mails", type=int, default=20, help="new mails a run")
    parser.add_argument("--kills", type=float, default=0.15, help="share of the runs that are killed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10, help="of each maintenance")
    parser.add_argument("--folder", type=Path, help="where lake, mail and results stay; default a temporary one")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="week-") as temporary:
        folder = (args.folder or Path(temporary)).absolute()
        (folder / "exports").mkdir(parents=True, exist_ok=True)
        hours = list(_hours(folder, args))
    _print(hours)
    last = hours[-1]
    is_whole = last.accounted == last.mails and last.code == 0
    return int(not (is_whole and all(hour.is_balanced for hour in hours) and not last.locks))


def _hours(folder: Path, args: argparse.Namespace) -> Iterator[Hour]:
    """All hours, those of the folder first; the last one is never killed, so that it makes good what was."""
    results = folder / "runs.jsonl"
    lines = results.read_text("utf-8").splitlines() if results.exists() else []
    done = [Hour(**json.loads(line)) for line in lines][: args.runs]
    yield from done
    for number in range(len(done), args.runs):
        chance = Random(f"{args.seed} {number}")
        usual = sorted(hour.seconds for hour in done[1:] if hour.fault == "none") or [_USUAL_SECONDS]
        is_struck = 0 < number < args.runs - 1 and chance.random() < args.kills
        kill_at = chance.uniform(0.02, 1) * usual[len(usual) // 2] if is_struck else None
        hour = _hour(Lake(folder / "lake"), folder, number, kill_at, args)
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(hour)) + "\n")
        sys.stderr.write(f"{hour}\n")
        done.append(hour)
        yield hour


def _hour(lake: Lake, folder: Path, number: int, kill_at: float | None, args: argparse.Namespace) -> Hour:
    export = folder / "exports" / f"hour-{number:04d}.mbox"
    if not export.exists():
        write_mbox(generate(args.mails, seed=args.seed * 100_000 + number), export)
    command = lake.command("nightly", "--source", str(folder / "exports"))
    fault = "none" if kill_at is None else f"SIGKILL after {kill_at:.1f} s"
    code, seconds, peak = _run(lake, command, folder / "last.log", kill_at)
    if number % DAY == DAY - 1:
        tidy = lake.command("maintain", "--minutes", str(args.minutes))
        tidy_code, _, tidy_peak = _run(lake, tidy, folder / "maintain.log", None)
        code, peak = code or tidy_code, max(peak, tidy_peak)
    runs = lake.rows("metrics/runs") if (lake.root / "metrics/runs/_delta_log").exists() else []
    return Hour(
        number=number,
        fault=fault,
        code=code,
        seconds=round(seconds, 1),
        peak_mb=peak >> 20,
        mails=_mails(folder),
        accounted=sum(run["messages_read"] for run in runs),
        most_files=max((len(DeltaTable(str(path)).file_uris()) for path in _tables(lake)), default=0),
        most_log_entries=max((sum(1 for _ in (path / "_delta_log").iterdir()) for path in _tables(lake)), default=0),
        is_balanced=all(_balances(run) for run in runs),
        locks=sum(holder_of(str(lake.root), name) is not None for name in _LOCKS),
    )


def _balances(run: dict[str, int]) -> bool:
    read, new = run["messages_read"], run["messages_new"]
    parts = run["messages_published"] + run["messages_quarantined"]
    return read == new + run["messages_duplicate"] and new == parts


def _mails(folder: Path) -> int:
    """Mails in all exports, by mbox's own separator."""
    return sum(line.startswith(b"From ") for file in (folder / "exports").glob("*.mbox") for line in file.open("rb"))


def _tables(lake: Lake) -> list[Path]:
    return [log.parent for log in lake.root.glob("*/*/_delta_log") if any(log.glob("*.json"))]


def _run(lake: Lake, command: list[str], log: Path, kill_at: float | None) -> tuple[int, float, int]:
    """Exit code, seconds, and most bytes (RSS) of all its processes together."""
    begin, peak = monotonic(), 0
    with log.open("w") as output:
        process = subprocess.Popen(command, env=lake.variables(), stdout=output, stderr=output, start_new_session=True)
        while process.poll() is None:
            left = _LOOK_SECONDS if kill_at is None else max(0.01, min(_LOOK_SECONDS, begin + kill_at - monotonic()))
            with suppress(subprocess.TimeoutExpired):
                process.wait(left)
            peak = max(peak, _memory(process.pid))
            if kill_at is not None and monotonic() >= begin + kill_at:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return process.returncode, monotonic() - begin, peak


def _memory(pid: int) -> int:
    """Proportional set size, so that what processes share counts once."""
    total = 0
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        for one in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                total += one.memory_full_info().pss
    return total


def _print(hours: list[Hour]) -> None:
    """A line a day."""
    table = Table("day", "runs", "killed", "codes", "s a run", "most MB", "most files", "most log entries", "balanced")
    for first in range(0, len(hours), DAY):
        day = hours[first : first + DAY]
        killed = sum(hour.fault != "none" for hour in day)
        calm = [hour for hour in day if hour.fault == "none"]
        codes = sorted({hour.code for hour in calm})
        table.add_row(
            *map(str, (first // DAY + 1, len(day), killed, codes)),
            f"{sum(hour.seconds for hour in calm) / max(1, len(calm)):.0f}",
            *map(str, (max(h.peak_mb for h in day), max(h.most_files for h in day))),
            *map(str, (max(h.most_log_entries for h in day), all(h.is_balanced for h in day))),
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    last = hours[-1]
    sys.stdout.write(f"{last.mails} mails written, {last.accounted} accounted for, {last.locks} locks left\n")


if __name__ == "__main__":
    sys.exit(main())
