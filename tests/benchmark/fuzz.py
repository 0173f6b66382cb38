"""Mutated mails through the parser, through the nightly job, and against the parser of the standard library.

    ./spark-submit.sh tests/benchmark/fuzz.py parse [--mails 10000] [--seed 1] [--real ../shared/data]
    ./spark-submit.sh tests/benchmark/fuzz.py job [--mails 10000] [--seed 1] [--real ../shared/data]
    ./spark-submit.sh tests/benchmark/fuzz.py differences [--mails 10000] [--seed 1] [--real ../shared/data]

The corpus is `hard_mail` below `--real`, and mails of the sample generator where that is absent. `parse` runs each
mail alone in a sandbox of 2 s of processor time and 300 MB, and ends with 1 where a mail is lost, takes more, or gives
values that must not be. `job` gives all mails to jobs/nightly.py with the same limits and ends with 1 where the job
fails or its account does not balance. `differences` counts where our values and the standard library's differ, by kind.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.benchmark.fuzzing.runs import compare, run_job, run_parser
from triage.cli import exit_with
from triage.config import PROJECT

_RUNS = {"parse": run_parser, "job": run_job, "differences": compare}


def main() -> int:
    """Runs what was asked for and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("run", choices=_RUNS)
    parser.add_argument("--mails", type=int, default=10_000, help="mutated mails, beside those of the corpus")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", type=Path, default=PROJECT.parent / "shared" / "data")
    parser.add_argument("--keep", type=Path, help="folder for mails that broke a bound, to look at")
    args = parser.parse_args()
    return _RUNS[args.run](args.real, args.mails, args.seed, args.keep)


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    exit_with(main)
