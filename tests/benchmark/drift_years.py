"""Drift of real mailing lists by year, with the words that drive it; names and tags of the lists are taken out.

    python -m tests.benchmark.drift_years --data ../shared/data

Each year is compared with the years up to --until. The label is the list; a linear model that was trained on half of
those years says which list a mail of the other half, or of a later year, belongs to.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from tests.benchmark.label_sets import LabelRow, label_rows
from triage.config import Settings
from triage.mail.word_terms import terms_of, words_of
from triage.monitoring.drift.compare import compare
from triage.monitoring.drift.term_words import SampledMail, moved_terms, sample_words, term_words, with_words
from triage.monitoring.profiles.distributions import Counts, Distribution, Numbers, Terms
from triage.monitoring.profiles.profile import RUN, Profile, Slice
from triage.monitoring.record import DriftRow
from triage.monitoring.view import Reference
from triage.privacy.lexicon.frequency import rarity_test
from triage.privacy.lexicon.name_test import name_test

SHOWN = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the sets")
    parser.add_argument("--until", type=int, help="last year of the reference; default: by which 1,000 are sent")
    args = parser.parse_args()
    by_year = years(label_rows("r_mailing_lists", args.data))
    until = args.until or year_of_mail(1_000, by_year)
    first = [row for year, rows in by_year.items() if year <= until for row in rows]
    model = trained(first[::2])
    reference = Reference("chosen", profile(first[1::2], model))
    table = Table("year", "mails", "feature", "status", "PSI", "interval", "p", "driven by: share was → now")
    for year, rows in by_year.items():
        if year > until and len(rows) >= Settings().monitoring.drift.min_mails:
            show(table, year, rows, drift(rows, model, reference))
    console = Console(width=200)
    console.print(f"reference: years to {until}, {len(first[1::2])} mails; model: the other {len(first[::2])}")
    console.print(table)


def years(rows: Sequence[LabelRow]) -> dict[int, list[LabelRow]]:
    """Rows by the year of sending, in its order."""
    found = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.sent_at or 0.0):
        found[datetime.fromtimestamp(row.sent_at or 0.0, UTC).year].append(row)
    return dict(found)


def year_of_mail(number: int, by_year: dict[int, list[LabelRow]]) -> int:
    """The year in which that mail was sent, or the last."""
    sent = [year for year, rows in by_year.items() for _ in rows]
    return sent[min(number, len(sent)) - 1]


def trained(rows: Sequence[LabelRow]) -> Pipeline:
    """TF-IDF and logistic regression."""
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True, min_df=2), LogisticRegression(C=10, max_iter=1000))
    return model.fit([text(row) for row in rows], [row.label for row in rows])


def text(row: LabelRow) -> str:
    return f"{row.subject}\n{row.body}"


def profile(rows: Sequence[LabelRow], model: Pipeline) -> Profile:
    """As that of a run; the label is what the model says."""
    terms = Counter(term for row in rows for term in terms_of(row.subject, row.body))
    words = [words_of(text(row)) for row in rows]
    is_rare = rarity_test("en") or (lambda _: False)
    found = model.predict_proba([text(row) for row in rows])
    labels = Counter(str(model.classes_[best]) for best in found.argmax(axis=1))
    features: dict[str, Distribution] = {
        "terms": Terms(dict(terms)),
        "label.category": Counts.of(labels),
        "score.category": Numbers.of(found.max(axis=1)),
        "body_chars": Numbers.of([len(row.body) for row in rows]),
        "words": Numbers.of([len(own) for own in words]),
        "rare_share": Numbers.of([sum(map(is_rare, own)) / len(own) if own else np.nan for own in words]),
    }
    whole = Profile({RUN: Slice(len(rows), 0, features)})
    return Profile({key: Slice.decode(part.encode()) for key, part in whole.slices.items()})


def drift(rows: Sequence[LabelRow], model: Pipeline, reference: Reference) -> list[DriftRow]:
    found = compare("year", profile(rows, model), {"chosen": reference}, Settings().monitoring)
    sample = rows[: Settings().monitoring.drift.named_mails]
    words = sample_words(SampledMail(row.sender, text(row)) for row in sample)
    return with_words(found, term_words(moved_terms(found), words, ["en"], name_test(["en"])))


def show(table: Table, year: int, rows: Sequence[LabelRow], found: Sequence[DriftRow]) -> None:
    for row in sorted(found, key=lambda row: -row.psi):
        drivers = ", ".join(f"{d.value} {d.was:.0%} → {d.now:.0%}" for d in row.drivers[:SHOWN])
        interval = f"{row.psi_low:.2f} to {row.psi_high:.2f}"
        shown = drivers if row.status != "stable" else ""
        table.add_row(
            str(year), str(len(rows)), row.feature, row.status, f"{row.psi:.2f}", interval, f"{row.p_value:.3f}", shown
        )
        if row.feature == "terms" and row.unseen_share is not None:
            table.add_row("", "", "unseen terms", "", f"{row.unseen_share:.1%}", "", "", "")


if __name__ == "__main__":
    main()
