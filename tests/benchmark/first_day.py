"""What a new user sees: hand-written mails through a first run, with the first model and the shipped rules.

    ./spark-submit.sh tests/benchmark/first_day.py
    ./spark-submit.sh tests/benchmark/first_day.py --mails mine.jsonl --misses

It prints the share of the mails that a person has to sort, how many of the others are in the right queue (by
department and language), and how many priorities, sentiments and kinds a person would accept. The mails are those of
tests/labelling/first_day, or of files in the same form.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deltalake import DeltaTable
from rich.console import Console
from rich.table import Table

from tests.labelling.first_day.hand_written import FILES, HandWritten, read_mails, write_export
from triage.config import PROJECT

REVIEW = "review"
ABSTAINED = "abstained"


@dataclass(frozen=True, slots=True)
class Decided:
    """A mail and what was decided about it."""

    mail: HandWritten
    queue: str
    priority: str
    sentiment: str
    kind: str
    category: str
    """The best label, even where the head abstained."""
    score: float
    reason: str

    @property
    def in_review(self) -> bool:
        return self.queue == REVIEW

    @property
    def right(self) -> bool:
        return self.queue in self.mail.queues

    @property
    def accepted(self) -> dict[str, bool]:
        """Head → whether a person would accept its label; an abstained head is none that decided."""
        heads = {
            "priority": (self.priority, self.mail.priority),
            "sentiment": (self.sentiment, self.mail.sentiment),
            "kind": (self.kind, (self.mail.kind,)),
        }
        return {head: label in good for head, (label, good) in heads.items() if label != ABSTAINED}


def decided_in(lake: Path, written: Mapping[str, HandWritten]) -> list[Decided]:
    """What a run decided about the mails (by mail key), as its tables say."""
    labels: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in _table(lake / "gold" / "labels"):
        labels[row["mail_key"]][row["head"]] = row
    routes = {row["mail_key"]: row for row in _table(lake / "gold" / "routes")}
    return [_decided(mail, labels[key], routes[key]) for key, mail in written.items()]


def measure(mails: Sequence[HandWritten], options: Sequence[str] = ()) -> list[Decided]:
    """Runs the nightly job over the mails on a lake of their own, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        lake, export = Path(folder) / "lake", Path(folder) / "export"
        written = write_export(mails, export)
        job = [sys.executable, str(PROJECT / "jobs" / "nightly.py"), "--source", str(export), *options]
        environment = os.environ | {"TRIAGE_KEY": "5a" * 32, "PYTHONPATH": str(PROJECT)}
        subprocess.run([*job, "--set", f"lake.root={lake}"], env=environment, check=True, stdout=subprocess.DEVNULL)
        return decided_in(lake, written)


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares over some mails."""

    mails: int
    review: float
    """In queue `review`."""
    right: float
    """Of the others, in a right queue."""
    accepted: dict[str, float]
    """Head → of the labels that it gave, those that a person would accept."""


def figures(found: Sequence[Decided]) -> Figures:
    """The shares over these mails."""
    sorted_ = [one for one in found if not one.in_review]
    heads = ("priority", "sentiment", "kind")
    given = {head: [one.accepted[head] for one in found if head in one.accepted] for head in heads}
    return Figures(
        mails=len(found),
        review=_share(one.in_review for one in found),
        right=_share(one.right for one in sorted_),
        accepted={head: _share(values) for head, values in given.items()},
    )


def by(found: Iterable[Decided], name: Callable[[Decided], str]) -> dict[str, Figures]:
    """The shares of each group."""
    groups: dict[str, list[Decided]] = defaultdict(list)
    for one in found:
        groups[name(one)].append(one)
    return {key: figures(groups[key]) for key in sorted(groups)}


def _table(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = DeltaTable(str(path)).to_pyarrow_table().to_pylist()
    return rows


def _decided(mail: HandWritten, labels: Mapping[str, Any], route: Mapping[str, Any]) -> Decided:
    category = labels["category"]
    return Decided(
        mail=mail,
        queue=route["queue"],
        priority=route["priority"] or ABSTAINED,
        sentiment=labels["sentiment"]["label"] or ABSTAINED,
        kind=labels["kind"]["label"] or ABSTAINED,
        category=category["best_label"],
        score=category["score"],
        reason=category["reason"] or "",
    )


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values) if values else float("nan")


def _shown(title: str, groups: Mapping[str, Figures]) -> Table:
    table = Table("", "mails", "review", "rest right", "priority", "sentiment", "kind", title=title)
    for name, one in groups.items():
        heads = (f"{one.accepted[head]:.0%}" for head in ("priority", "sentiment", "kind"))
        table.add_row(name, str(one.mails), f"{one.review:.0%}", f"{one.right:.0%}", *heads)
    return table


def _missed(found: Iterable[Decided]) -> Table:
    table = Table("mail", "expected", "queue", "best label", "why", "other heads", title="Misses")
    for one in found:
        others = [f"{head} {getattr(one, head)}" for head, good in one.accepted.items() if not good]
        if one.in_review or not one.right or others:
            best = f"{one.category} {one.score:.2f}"
            table.add_row(one.mail.id, "/".join(one.mail.queues), one.queue, best, one.reason, ", ".join(others))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=Path, nargs="+", default=list(FILES), metavar="FILE.jsonl")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="as of the nightly job")
    parser.add_argument("--misses", action="store_true", help="list each mail that a person would decide otherwise")
    args = parser.parse_args()
    console = Console(width=180)
    options = [part for setting in args.set for part in ("--set", setting)]
    found = measure(read_mails(args.mails), options)
    console.print(_shown("All", {"all": figures(found)}))
    console.print(_shown("By department", by(found, lambda one: one.mail.queues[0])))
    console.print(_shown("By language", by(found, lambda one: one.mail.language)))
    console.print(_shown("By tag", by(found, lambda one: "/".join(one.mail.tags) or "none")))
    if args.misses:
        console.print(_missed(found))


if __name__ == "__main__":
    main()
