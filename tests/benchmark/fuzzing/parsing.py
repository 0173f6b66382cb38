"""All mails through the parser, each alone within its bounds."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.mail.fuzz.bounded import Outcome, outcomes
from tests.mail.fuzz.corpus import corpus
from tests.mail.fuzz.mutations import mutated
from triage.reasons import Reason

_OVER = {Reason.CPU_LIMIT, Reason.MEMORY_LIMIT, Reason.TIME_LIMIT, Reason.DETECTOR_KILLED, Reason.DETECTOR_FAILED}


def drawn(data: Path, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """The corpus as it is, then so many mutations of it, each with its kind."""
    mails = corpus(data)
    yield from (("unchanged", mail) for mail in mails)
    yield from islice(mutated(mails, seed), count)


def run_parser(data: Path, count: int, seed: int, keep: Path | None) -> int:
    """Parses all, prints what they took; 1 where a mail broke a bound or gave wrong values."""
    cases = list(drawn(data, count, seed))
    results = list(outcomes(mail for _, mail in cases))
    _print(cases, results)
    bad = [at for at, result in enumerate(results) if result.wrong or _OVER & set(result.faults)]
    for at in bad:
        print(f"mail {at} ({cases[at][0]}, {len(cases[at][1])} bytes): {results[at]}")
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{at}.eml").write_bytes(cases[at][1])
    return 1 if bad or len(results) != len(cases) else 0


def _print(cases: Sequence[tuple[str, bytes]], results: Sequence[Outcome]) -> None:
    table = Table("mutation", "mails", "published", "quarantined", "mean ms", "most ms", "most MB")
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for (kind, _), result in zip(cases, results, strict=True):
        groups["several" if "+" in kind else kind].append(result)
    for kind, group in [*sorted(groups.items()), ("all", list(results))]:
        table.add_row(kind, *_cells(group))
    console = Console()
    console.print(table)
    console.print("faults:", dict(Counter(fault for result in results for fault in result.faults).most_common()))


def _cells(group: Sequence[Outcome]) -> list[str]:
    times = [1000 * result.cpu_seconds for result in group]
    faulty = sum(1 for result in group if result.faults)
    peak = max(result.memory_bytes for result in group) / 1e6
    middle = statistics.fmean(times)
    return [
        f"{len(group):,}",
        f"{len(group) - faulty:,}",
        f"{faulty:,}",
        f"{middle:.1f}",
        f"{max(times):.0f}",
        f"{peak:.0f}",
    ]
