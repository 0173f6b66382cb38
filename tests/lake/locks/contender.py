"""A job that takes the lake's lock again and again: `python -m tests.lake.locks.contender SETTINGS FOLDER ROUNDS`.

Within the lock it makes a link that only one may make, named for itself, says so in a log, and removes it. Seeds are
the process id.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

from triage.config import load_settings
from triage.errors import TransientError
from triage.lake.locks import lake_lock, validate_leases


def main(settings: str, folder: str, rounds: int) -> int:
    """Ends with 75 where it lost the lock, 3 where somebody else was within it."""
    root = load_settings([Path(settings)]).lake.root
    draw = random.Random(os.getpid())
    for _ in range(rounds):
        try:
            with lake_lock(root):
                try:
                    _work(Path(folder), root, draw)
                except FileExistsError:
                    return 3
        except TransientError as fault:
            if not fault.what.startswith("Another"):
                return fault.exit_code
        time.sleep(draw.uniform(0, 0.05))
    return 0


def _work(folder: Path, root: str, draw: random.Random) -> None:
    inside = folder / "inside"
    inside.symlink_to(str(os.getpid()))
    try:
        with (folder / "log").open("a") as log:
            log.write(f"{os.getpid()}\n")
        time.sleep(draw.uniform(0, 0.1))
        validate_leases(root)  # as before each write
    finally:
        inside.unlink()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
