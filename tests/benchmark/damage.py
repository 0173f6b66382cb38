"""Many damaged files of each format through its reader: what they give, and how long the slowest took.

    ./spark-submit.sh tests/benchmark/damage.py [--damages 1000] [--seed 1] [--also mailbox.pst]

`--also` adds a file of one's own, such as a mailbox of Outlook, of which no sample may be shipped.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random

from tests.mail.formats.samples import FILES, before, damages, is_told, outcome, records_of
from triage.config import LimitSettings
from triage.mail.keys import mail_key

LIMITS = LimitSettings(stored_bytes=2**22, unpacked_bytes=2**24, cpu_seconds=10, pst_seconds=20)


def main() -> None:
    arguments = _arguments()
    samples = {name: (file, data) for name, (file, data, _) in FILES.items()}
    samples |= {path.name: (path.name, path.read_bytes()) for path in arguments.also}
    print("| format | damaged files | all mails whole | some are | none is | lost in silence | slowest s |")
    print("|---|---|---|---|---|---|---|")
    for name, (file, data) in samples.items():
        if not arguments.only or name in arguments.only:
            print(_line(name, file, data, arguments), flush=True)


def _line(name: str, file: str, data: bytes, arguments: argparse.Namespace) -> str:
    counts: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        mails = frozenset(mail_key(record.data) for record in records_of(Path(folder), file, data, LIMITS))
        for at, damaged in islice(damages(data, Random(f"{arguments.seed} {name}")), arguments.damages):
            began = time.monotonic()
            found = outcome(records_of(Path(folder), file, damaged, LIMITS), mails)
            slowest = max(slowest, time.monotonic() - began)
            lost = found.whole < before(name, at) or (found.whole < len(mails) and not is_told(name, damaged, found))
            counts[
                "lost"
                if lost
                else "all"
                if found.whole == len(mails)
                else "some"
                if found.whole + found.changed
                else "none"
            ] += 1
    figures = " | ".join(str(counts[kind]) for kind in ("all", "some", "none", "lost"))
    return f"| {name} | {arguments.damages} | {figures} | {slowest:.2f} |"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--damages", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--also", type=Path, nargs="*", default=[])
    parser.add_argument("--only", nargs="*", default=[])
    return parser.parse_args()


if __name__ == "__main__":
    main()
