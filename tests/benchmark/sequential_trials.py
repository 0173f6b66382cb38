"""How often a trial is stopped by mistake, and how many checked mails it takes to stop a model that is worse.

    ./spark-submit.sh tests/benchmark/sequential_trials.py

Simulated trials, looked at after every mail (pairs) or every 20 mails (arms), up to 20,000 checked mails. `pairs` is
the test of every trial: both models answered the same mail. `arms` is added in an A/B test.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log

import numpy as np
from rich.console import Console
from rich.table import Table

from triage.learning.trials.sequential import Pairs, TwoShares

RUNS, MOST, RISK = 200, 20_000, 0.05
BLOCK = 20


def pairs(only_first: float, only_second: float, seed: int) -> int | None:
    """Checked mails until the second model is stopped; the shares are of mails that only one of them has right."""
    random = np.random.default_rng(seed)
    found = Pairs()
    for mail, drawn in enumerate(random.random(MOST), 1):
        if drawn < only_first + only_second:
            found.add(bool(drawn < only_second))
            if found.peak >= log(1 / RISK):
                return mail
    return None


def arms(first: float, second: float, share: float, seed: int) -> int | None:
    """Checked mails of both arms until the second model is stopped."""
    random = np.random.default_rng(seed)
    found = TwoShares()
    for mails in range(BLOCK, MOST + 1, BLOCK):
        theirs = int(random.binomial(BLOCK, share))
        right, other = int(random.binomial(BLOCK - theirs, first)), int(random.binomial(theirs, second))
        found.add(right, BLOCK - theirs - right, other, theirs - other)
        if found.peak >= log(1 / RISK):
            return mails
    return None


CASES: dict[str, Callable[[int], int | None]] = {
    "pairs, equal, differ on 8 %": lambda seed: pairs(0.04, 0.04, seed),
    "pairs, 3 points worse, differ on 8 %": lambda seed: pairs(0.055, 0.025, seed),
    "pairs, 3 points worse, differ on 15 %": lambda seed: pairs(0.09, 0.06, seed),
    "arms of one half, equal at 90 %": lambda seed: arms(0.9, 0.9, 0.5, seed),
    "arms of one half, 90 and 87 %": lambda seed: arms(0.9, 0.87, 0.5, seed),
    "arms of a tenth, equal at 90 %": lambda seed: arms(0.9, 0.9, 0.1, seed),
    "arms of a tenth, 90 and 87 %": lambda seed: arms(0.9, 0.87, 0.1, seed),
}


def main() -> None:
    """Prints the share of trials that were stopped, and after how many mails."""
    table = Table("trial", "stopped", "mails, median", "mails, 95 % of the stopped")
    for name, run in CASES.items():
        stopped = [mails for seed in range(RUNS) if (mails := run(seed)) is not None]
        half, most = (f"{np.percentile(stopped, q):,.0f}" if stopped else "" for q in (50, 95))
        table.add_row(name, f"{len(stopped) / RUNS:.1%}", half, most)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
