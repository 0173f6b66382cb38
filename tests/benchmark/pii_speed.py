"""Mails a second of this project's detection and of stock Presidio, two processes each, on the same real mail.

    ./spark-submit.sh tests/benchmark/pii_speed.py [--data ../shared/data] [--mails 2000] [--rounds 5] [--all]

The mail is cut into rounds of neighbouring mails (so that quotes of one thread stay together, as in an export); in each
round both sides read the same mails, one after the other. Both get parsed mails. Ours detects, replaces and checks for
residue; the peer analyzes and replaces with Presidio's default operator. Models are loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from multiprocessing.pool import Pool
from pathlib import Path

from presidio_anonymizer import AnonymizerEngine
from rich.console import Console
from rich.table import Table

from triage.cli import exit_with
from triage.config import PROJECT, Settings, load_settings
from triage.mail.exports import discover, read
from triage.mail.parsing.message import parse
from triage.mail.parsing.parsed import ParsedMail
from triage.privacy.anonymizer import Anonymizer
from triage.privacy.evaluation.stock import StockPresidio
from triage.privacy.pseudonyms.keys import keys_from_secret

SETS = ("r_mailing_lists", "enron_categories", "spamassassin_raw", "hard_mail")
PROCESSES = 2
TOGETHER = 64
_NEIGHBOURS = 100
_ours: list[Anonymizer] = []
_stock: list[tuple[StockPresidio, AnonymizerEngine]] = []


def main() -> None:
    """Reads the mail, runs both sides in rounds, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=PROJECT.parent / "shared" / "data")
    parser.add_argument("--mails", type=int, default=2_000, help="how many, drawn as runs of neighbours")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--all", action="store_true", help="all mail instead (some 20 minutes)")
    args = parser.parse_args()
    mails = list(real_mail(args.data))
    chosen = mails if args.all else _drawn(mails, args.mails)
    _print(chosen, _measured(chosen, args.rounds))


def real_mail(data: Path) -> Iterator[ParsedMail]:
    """The mails of the sets that can be parsed, in the order of their exports."""
    settings = load_settings()
    for name in SETS:
        for file in discover(str(data / name)):
            for message in read(file.path, file.format, 0, None, settings.limits):
                mail = parse(message.data, settings.limits) if not message.fault else None
                if mail and not mail.faults:
                    yield mail


def _drawn(mails: Sequence[ParsedMail], count: int) -> list[ParsedMail]:
    starts = random.Random(7).sample(range(0, len(mails), _NEIGHBOURS), max(1, count // _NEIGHBOURS))
    return [mail for start in starts for mail in mails[start : start + _NEIGHBOURS]]


def _measured(mails: Sequence[ParsedMail], rounds: int) -> list[tuple[int, float, float]]:
    """Mails, our seconds and the peer's seconds of each round."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as in the job: processes already fill the cores
    context = multiprocessing.get_context("spawn")
    size = -(-len(mails) // rounds)
    figures = []
    with context.Pool(PROCESSES, _load_ours) as ours, context.Pool(PROCESSES, _load_stock) as stock:
        for pool, work in ((ours, _anonymize), (stock, _analyze)):
            pool.map(work, [mails[:2]] * PROCESSES * 2, chunksize=1)
        for start in range(0, len(mails), size):
            some = mails[start : start + size]
            figures.append((len(some), _seconds(ours, _anonymize, some), _seconds(stock, _analyze, some)))
            Console(stderr=True).print(f"{start + len(some)} of {len(mails)} mails")
    return figures


def _seconds(pool: Pool, work: object, mails: Sequence[ParsedMail]) -> float:
    tasks = [mails[i : i + TOGETHER] for i in range(0, len(mails), TOGETHER)]
    begin = time.perf_counter()
    pool.map(work, tasks, chunksize=1)  # type: ignore[arg-type]
    return time.perf_counter() - begin


def _load_ours() -> None:
    _ours.append(Anonymizer(_settings(), keys_from_secret(b"only for the benchmark" * 2)))


def _settings() -> Settings:
    return load_settings()


def _load_stock() -> None:
    _stock.append((StockPresidio(), AnonymizerEngine()))  # type: ignore[no-untyped-call]


def _anonymize(mails: Sequence[ParsedMail]) -> int:
    return sum(mail.fault is None for mail in _ours[0].anonymize(mails))


def _analyze(mails: Sequence[ParsedMail]) -> int:
    """Stock Presidio reads subject and body; what it cannot read (over a million characters) it leaves out."""
    stock, engine = _stock[0]
    done = 0
    for mail in mails:
        for text in (mail.subject, mail.body):
            try:
                engine.anonymize(text, stock.analyze(text))  # type: ignore[arg-type]
            except ValueError:
                continue
        done += 1
    return done


def _print(mails: Sequence[ParsedMail], figures: Sequence[tuple[int, float, float]]) -> None:
    ratios = [theirs / ours for _, ours, theirs in figures]
    words = sum(len(mail.body.split()) for mail in mails) / len(mails)
    table = Table("", "mails a second", "by round", title=f"{len(mails)} real mails, {words:.0f} words each")
    for name, side in (("this project", 1), ("stock Presidio", 2)):
        rates = [figure[0] / figure[side] for figure in figures]
        whole = len(mails) / sum(figure[side] for figure in figures)
        table.add_row(name, f"{whole:.1f}", f"{min(rates):.1f}–{max(rates):.1f}")
    console = Console()
    console.print(table)
    whole = sum(f[2] for f in figures) / sum(f[1] for f in figures)
    console.print(
        f"{whole:.2f} times as fast; by round {min(ratios):.2f} to {max(ratios):.2f}, "
        f"median {statistics.median(ratios):.2f}"
    )


if __name__ == "__main__":
    exit_with(main)
