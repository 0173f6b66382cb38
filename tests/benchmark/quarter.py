"""A season of mail with the loop of learning on and off, on real labelled mail: macro-F1 of each month.

    ./spark-submit.sh tests/benchmark/quarter.py --data ../shared/data --plot quarter.png

A model learns from an early part of a set. Then months follow: the model in force labels all mails of the month, which
gives the month's figure; a part of them is reviewed (a tenth of that at random, the rest chosen by `--strategy`), and
a reviewer answers with three errors in a hundred. The random ones, and a quarter of the rest where that is drawn at
random, too, are held back for the gate, and a challenger learns from all others. The gate's own rule decides on what
was held back in the last months. `off` keeps the first model.

r_mailing_lists goes by time. it_service_tickets comes in random order, and its topic Purchase begins half-way.
german queue comes in random order. Features are hashed words and pairs by the project's TF-IDF, and its solver.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.metrics import f1_score

from tests.benchmark.active_learning import interval
from tests.benchmark.label_sets import LabelRow, label_rows
from triage.config.learning.promotion import PromotionSettings
from triage.labelling.description import Calibration
from triage.labelling.evaluation.calibration import fit_calibration, probabilities
from triage.labelling.features.blocks import fit_idf, tf_idf
from triage.labelling.linear.solvers import fit_linear_model
from triage.learning.promotion.comparison.paired import Given, PairedHead, PairedRows
from triage.learning.promotion.comparison.rule import compare, passes
from triage.learning.review.strategies import STRATEGIES
from triage.learning.review.strategies.pool import Pool, near_duplicates, term_vectors
from triage.mail.word_terms import terms_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SETS = ("r_mailing_lists", "it_service_tickets", "german queue")
NEW_TOPIC = "Purchase"
AUDITED, HELD_BACK, ERRORS = 0.1, 0.25, 0.03
RECENT = 6
"""Months whose held-back answers the gate compares on."""
FOLDS = 4


@dataclass(frozen=True)
class Stream:
    """A set in the order in which its mails come: the first model's rows, and the rows of each month."""

    counts: csr_matrix
    truth: Ints
    terms: Sequence[Sequence[int]]
    first: Ints
    months: Sequence[Ints]
    names: Sequence[str]


@dataclass
class Loop:
    """What has been learnt so far."""

    known: Ints
    labels: Ints
    gate: list[tuple[int, int, int]] = field(default_factory=list)
    """Month, row and the given label."""
    promoted: int = 0


@dataclass(frozen=True)
class Model:
    """A linear head with its features' weights and calibration."""

    linear: object
    idf: object
    calibration: Calibration

    def logits(self, counts: csr_matrix) -> Floats:
        """Rows × labels."""
        return np.asarray(self.linear.logits(tf_idf(counts, self.idf)))  # type: ignore[attr-defined, arg-type]


def stream(name: str, data: Path, seed: int, months: int) -> Stream:
    """The rows of a set in order; all of the shuffled ones are drawn anew for each seed."""
    rng = np.random.default_rng(seed)
    rows = label_rows(name, data)
    if name == "r_mailing_lists":
        rows = sorted(rows, key=lambda row: row.sent_at or 0)
        first = len(rows) * 2 // 5
    else:
        rows = [rows[place] for place in rng.permutation(len(rows))[:6_000]]
        first = len(rows) // 6
    if name == "it_service_tickets":
        rows = _late_topic(rows, first + (len(rows) - first) // 2)
    labels = {label: number for number, label in enumerate(sorted({row.label for row in rows}))}
    vectorizer = HashingVectorizer(n_features=2**18, ngram_range=(1, 2), alternate_sign=False, norm=None)
    order = np.arange(len(rows))
    parts = [order[first:][part] for part in np.array_split(np.arange(len(rows) - first), months)]
    return Stream(
        csr_matrix(vectorizer.transform([f"{row.subject}\n{row.body}" for row in rows])),
        np.array([labels[row.label] for row in rows]),
        [terms_of(row.subject, row.body) for row in rows],
        order[:first],
        parts,
        [_title(rows[part[0]], number) for number, part in enumerate(parts)],
    )


def _late_topic(rows: Sequence[LabelRow], from_row: int) -> list[LabelRow]:
    """The rows in the same order, but those of the new topic among the last ones."""
    late = [row for row in rows[:from_row] if row.label == NEW_TOPIC]
    early = [row for row in rows[:from_row] if row.label != NEW_TOPIC]
    after = [*rows[from_row:], *late]
    spread = np.random.default_rng(0).permutation(len(after))
    return [*early, *(after[place] for place in spread)]


def _title(row: LabelRow, number: int) -> str:
    return str(number + 1) if row.sent_at is None else datetime.fromtimestamp(row.sent_at, UTC).strftime("%Y-%m")


def fitted(given: Stream, rows: Ints, labels: Ints, *, calibrate: bool = True) -> Model:
    """A head on these rows with these labels."""
    classes = int(given.truth.max()) + 1
    idf = fit_idf(given.counts[rows])
    features = tf_idf(given.counts[rows], idf)
    truth = labels[:, None] == np.arange(classes)
    linear = fit_linear_model(features, truth, loss="hinge", c=1.0, balance=0.5, seed=0)
    if not calibrate:
        return Model(linear, idf, Calibration())
    fold = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    logits = np.zeros((len(rows), classes))
    for number in range(FOLDS):
        model = fit_linear_model(
            features[fold != number], truth[fold != number], loss="hinge", c=1.0, balance=0.5, seed=0
        )
        logits[fold == number] = model.logits(features[fold == number])
    return Model(linear, idf, fit_calibration(logits, labels))


def season(
    given: Stream, strategy: str, seed: int, reviewed: float, *, on: bool, gated: bool = True
) -> tuple[list[float], int]:
    """Macro-F1 of each month under the model in force, and how many models went live."""
    rng = np.random.default_rng(seed)
    champion = fitted(given, given.first, given.truth[given.first])
    loop = Loop(given.first, given.truth[given.first])
    figures = []
    for month, rows in enumerate(given.months):
        predicted = champion.logits(given.counts[rows]).argmax(axis=1)
        figures.append(float(f1_score(given.truth[rows], predicted, average="macro", zero_division=0)))
        if on:
            review(given, loop, champion, month, round(reviewed * len(rows)), strategy, rng)
            challenger = fitted(given, loop.known, loop.labels)
            if not gated or better(given, loop, champion, challenger, month):
                champion, loop.promoted = challenger, loop.promoted + 1
    return figures, loop.promoted


def review(
    given: Stream, loop: Loop, model: Model, month: int, budget: int, strategy: str, rng: np.random.Generator
) -> None:
    """People answer for `budget` of the month's mails; what is not held back is learnt from."""
    rows = given.months[month]
    audits = rng.choice(rows, max(1, round(AUDITED * budget)), replace=False)
    rest = np.setdiff1d(rows, audits)
    p = probabilities(model.logits(given.counts[rest]), model.calibration)
    terms = [given.terms[row] for row in rest]
    pool = Pool((p,), np.ones((len(p), 1)), term_vectors(terms), near_duplicates(terms))
    chosen = rest[STRATEGIES[strategy](pool, budget - len(audits), rng)]
    classes = int(given.truth.max()) + 1
    answered = {
        int(row): int(rng.integers(classes)) if rng.random() < ERRORS else int(given.truth[row])
        for row in (*audits, *chosen)
    }
    drawn = chosen if strategy == "random" else chosen[:0]  # the gate knows no mail that a model's doubt chose
    held = {*map(int, audits), *(int(row) for row in drawn if rng.random() < HELD_BACK)}
    loop.gate += [(month, row, label) for row, label in answered.items() if row in held]
    learnt = [row for row in answered if row not in held]
    loop.known = np.concatenate([loop.known, np.array(learnt, dtype=np.int64)])
    loop.labels = np.concatenate([loop.labels, np.array([answered[row] for row in learnt], dtype=np.int64)])


def better(given: Stream, loop: Loop, champion: Model, challenger: Model, month: int) -> bool:
    """The gate's rule on the held-back answers of the last months."""
    recent = [(row, label) for when, row, label in loop.gate if when > month - RECENT]
    settings = PromotionSettings()
    if len(recent) < settings.least_rows:
        return False
    rows, labels = (np.array(column) for column in zip(*recent, strict=True))
    old, new = (_given(model, given.counts[rows]) for model in (champion, challenger))
    known = np.ones(len(rows), dtype=np.bool_)
    head = PairedHead("label", known, np.array([str(label) for label in labels]), old, new)
    return passes(compare(PairedRows((head,)), settings), settings)[0]


def _given(model: Model, counts: csr_matrix) -> Given:
    p = probabilities(model.logits(counts), model.calibration)
    best = np.array([str(label) for label in p.argmax(axis=1)])
    return Given(best, p.max(axis=1), np.zeros(len(p), dtype=np.bool_))


def main() -> None:
    """Prints a table a set, and draws the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--strategy", default="random")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--reviewed", type=float, default=0.3, help="share of a month's mails that people review")
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    drawn = {}
    for name in args.sets:
        curves: dict[str, list[list[float]]] = {"off": [], "on": [], "on, without the gate": []}
        lives = []
        for seed in range(args.seeds):
            given = stream(name, args.data, seed, args.months)
            curves["off"].append(season(given, args.strategy, seed, args.reviewed, on=False)[0])
            figures, promoted = season(given, args.strategy, seed, args.reviewed, on=True)
            curves["on"].append(figures)
            lives.append(promoted)
            curves["on, without the gate"].append(
                season(given, args.strategy, seed, args.reviewed, on=True, gated=False)[0]
            )
        drawn[name] = curves
        table = Table("month", *curves, title=f"{name}: macro-F1, mean of {args.seeds} seeds [95 %]")
        for month, title in enumerate(given.names):
            table.add_row(title, *(_cell([own[month] for own in several]) for several in curves.values()))
        table.add_row("mean", *(_cell([float(np.mean(own)) for own in several]) for several in curves.values()))
        Console(width=110).print(table, f"models that went live: {lives}")
    if args.plot:
        plot(drawn, args.plot)


def _cell(values: Sequence[float]) -> str:
    mean, low, high = interval(values)
    return f"{mean:.3f} [{low:.3f}, {high:.3f}]"


def plot(drawn: dict[str, dict[str, list[list[float]]]], path: Path) -> None:
    """A panel a set."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(drawn), figsize=(5 * len(drawn), 3.6), squeeze=False, sharey=True)
    for axis, (name, curves) in zip(axes[0], drawn.items(), strict=True):
        for title, several in curves.items():
            values = np.mean(several, axis=0)
            axis.plot(np.arange(1, len(values) + 1), values, marker="o", label=title)
        axis.set(title=name, xlabel="month", ylabel="macro-F1", ylim=(0, 1))
        axis.grid(alpha=0.3)
    axes[0][0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main()
