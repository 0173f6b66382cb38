"""Our values beside those of the standard library: every disagreement, counted by kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.mail.fuzz.corpus import corpus, real_mail
from tests.mail.fuzz.differences import disagreements
from tests.mail.fuzz.mutations import mutated

_EXAMPLES = 25


def compare(data: Path, count: int, seed: int, keep: Path | None) -> int:
    """Counts disagreements by kind over the corpus, the other real mail and mutations; always 0."""
    sets = {"hard mail": corpus(data), "real mail": real_mail(data) if data.is_dir() else []}
    sets["mutations"] = (mail for _, mail in islice(mutated(list(sets["hard mail"]), seed), count))
    counts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    examples: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    totals = Counter[str]()
    for name, mails in sets.items():
        for mail in mails:
            totals[name] += 1
            for one in disagreements(mail):
                key = (one.field, one.library, one.kind)
                counts[key][name] += 1
                if len(examples[key]) < _EXAMPLES:
                    examples[key].append(f"{name}\n  ours   {one.ours!r:.300}\n  theirs {one.theirs!r:.300}")
    _print(counts, totals)
    if keep is not None:
        _write(examples, keep)
    return 0


def _print(counts: dict[tuple[str, str, str], Counter[str]], totals: Counter[str]) -> None:
    table = Table("field", "standard library", "kind", *(f"{name} ({totals[name]:,})" for name in totals))
    for key in sorted(counts):
        table.add_row(*key, *(f"{counts[key][name]:,}" for name in totals))
    Console().print(table)


def _write(examples: dict[tuple[str, str, str], list[str]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for key, lines in examples.items():
        name = "-".join(key).replace(" ", "_").replace("/", "_")
        (folder / f"{name}.txt").write_text("\n".join(lines), "utf-8", "replace")
