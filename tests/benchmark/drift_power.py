"""What undisturbed runs raise by chance, and how large a shift is found in how large a run.

    python -m tests.benchmark.drift_power --data ../shared/data

Undisturbed runs are resampled from one year of real mailing lists, and drawn from a made-up population of 13 features;
shifts are made in the population. Each run is compared with the rolling reference of runs like it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.benchmark.drift_years import text, years
from tests.benchmark.label_sets import LabelRow, label_rows
from tests.monitoring.drift.population import LABELS, LANGUAGES, USUAL, Population, moved, stored
from triage.config import Settings
from triage.mail.word_terms import word_facts
from triage.monitoring.drift.compare import compare
from triage.monitoring.drift.statistics.dispersion import dispersions
from triage.monitoring.profiles.distributions import Counts, Distribution, Numbers, Terms
from triage.monitoring.profiles.profile import RUN, Profile, Slice, merged_profiles
from triage.monitoring.view import Reference
from triage.privacy.lexicon.frequency import rarity_test

LIMITS = Settings().monitoring
YEAR = 2023
Draw = Callable[[int], Profile]


@dataclass(frozen=True)
class Mails:
    """Real mails as figures, from which runs are resampled."""

    terms: Sequence[Sequence[int]]
    numbers: dict[str, np.ndarray]
    labels: np.ndarray

    def run(self, mails: int, draw: np.random.Generator) -> Profile:
        chosen = draw.integers(0, len(self.labels), mails)
        terms = Counter(term for i in chosen for term in self.terms[i])
        numbers = {name: Numbers.of(values[chosen]) for name, values in self.numbers.items()}
        labels = Counts.of(Counter(map(str, self.labels[chosen])))
        features: dict[str, Distribution] = {**numbers, "terms": Terms(dict(terms)), "label.category": labels}
        return stored(Profile({RUN: Slice(mails, 0, features)}))


def real(rows: Sequence[LabelRow]) -> Mails:
    facts = [word_facts(row.subject, row.body, rarity_test("en")) for row in rows]
    numbers = {
        "body_chars": np.array([float(len(row.body)) for row in rows]),
        "words": np.array([float(one.words) for one in facts]),
        "rare_share": np.array([(one.rare_words or 0) / one.words if one.words else np.nan for one in facts]),
        "size_bytes": np.array([float(len(text(row).encode())) for row in rows]),
    }
    return Mails([one.terms for one in facts], numbers, np.array([row.label for row in rows]))


def rolling(run: Draw, mails: int, runs: int) -> Reference:
    past = [run(mails) for _ in range(runs)]
    return Reference("rolling", merged_profiles(past), tuple(map(str, range(runs))), dispersions(past))


def raised(run: Draw, mails: int, runs: int, was: Reference) -> list[set[str]]:
    """The features that each run raises."""
    rows = [compare("now", run(mails), {was.name: was}, LIMITS) for _ in range(runs)]
    return [{row.feature for row in found if row.status != "stable"} for found in rows]


def silence(table: Table, name: str, run: Draw) -> None:
    for mails, runs, past in ((500, 50, 4), (500, 50, 20), (40, 200, 4), (40, 200, 28)):
        found = raised(run, mails, runs, rolling(run, max(mails, 100), past))
        loud = [features for features in found if features]
        table.add_row(name, str(mails), str(past), str(runs), str(len(loud)), ", ".join(sorted(set().union(*loud))))


SHIFTS: dict[str, Callable[[float], tuple[Population, str]]] = {
    "a new language of this share": lambda share: (replace(USUAL, languages=moved(LANGUAGES, "it", share)), "language"),
    "a label's share rises by so much": lambda share: (
        replace(USUAL, labels=moved(LABELS, "complaint", 0.2 + share)),
        "label.category",
    ),
    "no subject in so many more": lambda share: (replace(USUAL, without_subject=0.02 + share), "present"),
    "a new topic of this share": lambda share: (replace(USUAL, topic=share), "terms"),
}


def power(table: Table, draw: np.random.Generator, runs: int = 40) -> None:
    was = rolling(lambda mails: stored(USUAL.run(mails, draw)), 1_000, 8)
    for name, population in SHIFTS.items():
        for mails in (40, 200, 1_000, 5_000):
            cells = []
            for share in (0.05, 0.1, 0.2, 0.3):
                shifted, feature = population(share)
                found = raised(lambda mails, p=shifted: stored(p.run(mails, draw)), mails, runs, was)  # type: ignore[misc]
                cells.append(f"{sum(feature in features for features in found) / runs:.0%}")
            table.add_row(name, f"{mails:,}", *cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the sets")
    args = parser.parse_args()
    draw, console = np.random.default_rng(20), Console(width=160)
    quiet = Table("undisturbed runs of", "mails", "earlier runs", "runs", "runs that raised anything", "what")
    mails = real(years(label_rows("r_mailing_lists", args.data))[YEAR])
    silence(quiet, f"mailing lists of {YEAR}", lambda size: mails.run(size, draw))
    silence(quiet, "made-up population", lambda size: stored(USUAL.run(size, draw)))
    console.print(quiet)
    found = Table("shift", "mails", *(f"{share:.0%}" for share in (0.05, 0.1, 0.2, 0.3)))
    power(found, draw)
    console.print(found)


if __name__ == "__main__":
    main()
