"""The kill matrix: each fault at random moments of a night, and whether a plain rerun makes it good.

    ./spark-submit.sh tests/benchmark/kill_matrix.py --moments 20 --results matrix.jsonl

Prints, for each fault, at how many moments it hit a run at work, rows lost and doubled after the rerun (over raw mail,
quarantine, silver, labels and routes, beside an undisturbed night of the same mail), rows of another content, and the
minutes to recover. Trials that are in the results file are not repeated, so that a long matrix can be parted. Needs
root for the faults of disks, and Debian's libfaketime for the clock.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.faults.kinds import FAKETIME, FAULTS
from tests.faults.night import Night, later_mails, make_base, make_exports, moments, night_over
from tests.faults.trial import Result, trial
from tests.lakes import Lake

_console = Console(stderr=True, highlight=False)


def main() -> int:
    """Exit code 1 where a row was lost or doubled, or a rerun did not end with 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=list(FAULTS), help="default: all")
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, required=True, metavar="FILE.jsonl")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill-matrix-") as folder:
        matrix(Path(folder), [one for one in args.faults if _can_run(one)], args.moments, args.seed, args.results)
    results = _read(args.results)
    _print(results)
    return int(any(one.lost or one.doubled or one.rerun_codes[-1] for one in results))


def _can_run(fault: str) -> bool:
    missing = {
        "disk full": os.geteuid() != 0,
        "lake read-only": os.geteuid() != 0,
        "clock jumps": FAKETIME is None,
    }
    if missing.get(fault):
        _console.print(f"{fault}: left out, for want of root or of Debian's libfaketime")
    return not missing.get(fault)


def matrix(folder: Path, faults: Sequence[str], count: int, seed: int, results: Path) -> None:
    """Runs the trials that are not in the results yet."""
    base, exports = make_base(folder / "base"), make_exports(folder)
    calm = night_over(base, exports, folder / "calm", Random(seed))
    code, whole = calm.run()
    assert code == 0
    grown = _grown(base, exports, folder)
    _console.print(f"an undisturbed night takes {whole:.0f} s")
    done = {(one.fault, one.number) for one in _read(results)}
    drawn = {fault: list(moments(seed, fault, count, whole)) for fault in faults}
    for number, fault in itertools.product(range(count), faults):  # a matrix that is parted has all faults in each part
        if (fault, number) not in done:
            at, chance = drawn[fault][number]
            night = night_over(base, exports, folder / "trial", chance)
            found = trial(night, fault, number, at, grown if fault == "source changes" else calm.lake)
            _write(results, found)
            _console.print(f"{fault} {number + 1}/{count}: {found}")
            shutil.rmtree(folder / "trial")


def _grown(base: Lake, exports: Path, folder: Path) -> Lake:
    """The lake of an undisturbed night over the export with the mails that come later."""
    night: Night = night_over(base, exports, folder / "grown", Random(0))
    (night.exports / "later.mbox").write_bytes(later_mails(night.folder / "later.mbox"))
    assert night.run()[0] == 0
    return night.lake


def _write(file: Path, result: Result) -> None:
    with file.open("a", encoding="utf-8") as results:
        results.write(json.dumps(asdict(result)) + "\n")


def _read(file: Path) -> list[Result]:
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [Result(**json.loads(line)) for line in lines]


def _print(results: Iterable[Result]) -> None:
    table = Table(
        "fault", "moments", "at work", "rows lost", "rows doubled", "rows changed", "reruns", "min to recover"
    )
    by_fault: dict[str, list[Result]] = {}
    for one in results:
        by_fault.setdefault(one.fault, []).append(one)
    for fault, own in by_fault.items():
        seconds = sorted(one.recovery_seconds for one in own)
        sums = (sum(getattr(one, name) for one in own) for name in ("lost", "doubled", "changed"))
        reruns = max(len(one.rerun_codes) for one in own)
        table.add_row(
            fault,
            *map(str, (len(own), sum(one.hit for one in own), *sums, reruns)),
            f"{median(seconds) / 60:.1f} ({seconds[-1] / 60:.1f})",
        )
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
