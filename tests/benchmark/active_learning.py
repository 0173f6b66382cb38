"""Corrections that each strategy of the review queue needs for the accuracy of random review, on real labelled mail.

    ./spark-submit.sh tests/benchmark/active_learning.py --data ../shared/data --plot curves.png

A reviewer who always answers rightly labels a random seed set and then batches that a strategy draws from the rest of
the training part. After each batch the project's solver (hinge loss) is fitted on all corrections, over TF-IDF of words
and pairs as scikit-learn computes it, and calibrated by the project's code on logits from five folds. The accuracy is
that on the test part. Strategies see what they see in production: calibrated probabilities and `terms_of` each mail.

A strategy's figure is the number of its corrections at which its accuracy first reaches that of random review with N,
both smoothed over three batches, divided by N: mean over the seeds with Student's 95 % interval. Where it is never
reached, the number of corrections when the pool or the budget ended counts, so the figure is then a lower bound (`>`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_matrix
from scipy.stats import t as student
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score

from tests.benchmark.label_sets import LabelRow, label_rows
from triage.labelling.description import Calibration
from triage.labelling.evaluation.calibration import fit_calibration, probabilities
from triage.labelling.linear.solvers import LinearModel, fit_linear_model
from triage.learning.review.strategies import STRATEGIES, Strategy
from triage.learning.review.strategies.pool import Pool, near_duplicates, term_vectors
from triage.mail.word_terms import terms_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SETS = ("it_service_tickets", "r_mailing_lists", "german queue", "omq group", "enron genre")
FOLDS = 5
COMMITTEE = "committee"
MEMBERS = 5
CALIBRATED_EVERY = 6
"""Rounds from one calibration to the next; one fits the model five times."""


@dataclass(frozen=True)
class Problem:
    """A set's training part as the pool, and its test part."""

    features: csr_matrix
    labels: Ints
    test_features: csr_matrix
    test_labels: Ints
    vectors: csr_matrix
    groups: Ints

    @property
    def classes(self) -> int:
        """Number of labels."""
        return int(max(self.labels.max(), self.test_labels.max())) + 1


@dataclass(frozen=True)
class Curve:
    """Accuracy and macro-F1 on the test part after each number of corrections."""

    corrections: list[int]
    accuracy: list[float]
    macro_f1: list[float]


def problem(rows: Sequence[LabelRow], most: int, seed: int) -> Problem:
    """The set with at most `most` rows of the training part, drawn anew for each seed."""
    rng = np.random.default_rng(seed)
    train = [row for row in rows if not row.test]
    train = [train[place] for place in rng.permutation(len(train))[:most]]
    test = [row for row in rows if row.test]
    names = {name: number for number, name in enumerate(sorted({row.label for row in rows}))}
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    features = vectorizer.fit_transform([f"{row.subject}\n{row.body}" for row in train])
    terms = [terms_of(row.subject, row.body) for row in train]
    return Problem(
        features,
        np.array([names[row.label] for row in train]),
        vectorizer.transform([f"{row.subject}\n{row.body}" for row in test]),
        np.array([names[row.label] for row in test]),
        term_vectors(terms),
        near_duplicates(terms),
    )


def fitted(given: Problem, known: Ints) -> LinearModel:
    """The head that is learnt from some rows of the pool."""
    truth = given.labels[known][:, None] == np.arange(given.classes)
    return fit_linear_model(given.features[known], truth, loss="hinge", c=1.0, balance=0.5, seed=0)


def calibrated(given: Problem, known: Ints, rng: np.random.Generator) -> Calibration:
    """The calibration from out-of-fold logits of the known rows."""
    fold = rng.permutation(len(known)) % FOLDS
    logits = np.zeros((len(known), given.classes))
    for number in range(FOLDS):
        logits[fold == number] = fitted(given, known[fold != number]).logits(given.features[known[fold == number]])
    return fit_calibration(logits, given.labels[known])


def committee(given: Problem, known: Ints, calibration: Calibration, seed: int) -> Strategy:
    """Disagreement of heads on bootstrap samples of the corrections (query by bagging, Abe & Mamitsuka 1998).

    Measured by the mutual information of label and head (Houlsby et al. 2011).
    """

    def choose(pool: Pool, count: int, rng: np.random.Generator) -> Ints:
        open_rows = np.setdiff1d(np.arange(len(given.labels)), known)
        members = []
        for _ in range(MEMBERS):
            sample = known[rng.integers(len(known), size=len(known))]
            members.append(probabilities(fitted(given, sample).logits(given.features[open_rows]), calibration))
        mean = np.mean(members, axis=0)
        gain = _entropy(mean) - np.mean([_entropy(one) for one in members], axis=0)
        return np.argsort(-gain, kind="stable")[:count]

    return choose


def _entropy(p: Floats) -> Floats:
    return np.asarray(-(p * np.log(np.clip(p, 1e-12, 1))).sum(axis=1))


def simulate(given: Problem, name: str, seed: int, start: int, batch: int, budget: int) -> Curve:
    """One reviewer and one strategy; all strategies of a seed begin with the same random rows."""
    rng = np.random.default_rng(1000 + seed)
    known = rng.permutation(len(given.labels))[:start]
    curve = Curve([], [], [])
    calibration = Calibration()
    for number in range(1 + (budget - start) // batch):
        model = fitted(given, known)
        predicted = model.logits(given.test_features).argmax(axis=1)
        curve.corrections.append(len(known))
        curve.accuracy.append(float((predicted == given.test_labels).mean()))
        curve.macro_f1.append(float(f1_score(given.test_labels, predicted, average="macro", zero_division=0)))
        open_rows = np.setdiff1d(np.arange(len(given.labels)), known)
        if not len(open_rows):
            break
        if number % CALIBRATED_EVERY == 0 and name != "random":
            calibration = calibrated(given, known, rng)
        p = probabilities(model.logits(given.features[open_rows]), calibration)
        pool = Pool((p,), np.ones((len(p), 1)), given.vectors[open_rows], given.groups[open_rows])
        strategy = committee(given, known, calibration, seed) if name == COMMITTEE else STRATEGIES[name]
        known = np.concatenate([known, open_rows[strategy(pool, batch, rng)]])
    return curve


def smoothed(values: Sequence[float]) -> Floats:
    """The mean of each value and its neighbours."""
    padded = np.pad(np.asarray(values), 1, mode="edge")
    return np.asarray((padded[:-2] + padded[1:-1] + padded[2:]) / 3)


def needed(curve: Curve, target: float) -> tuple[float, bool]:
    """Corrections at which the smoothed accuracy first reaches the target, and whether it does."""
    accuracy = smoothed(curve.accuracy)
    reached = np.flatnonzero(accuracy >= target)
    if not len(reached):
        return float(curve.corrections[-1]), False
    place = int(reached[0])
    if place == 0:
        return float(curve.corrections[0]), True
    low, high = accuracy[place - 1], accuracy[place]
    share = (target - low) / (high - low)
    return curve.corrections[place - 1] + share * (curve.corrections[place] - curve.corrections[place - 1]), True


def shares(curves: Sequence[Curve], random: Sequence[Curve], n: int) -> tuple[list[float], bool]:
    """Each seed's share of N that the strategy needed, and whether all seeds reached the accuracy."""
    places = [curve.corrections.index(n) for curve in random]
    target = float(np.mean([smoothed(curve.accuracy)[place] for curve, place in zip(random, places, strict=True)]))
    found = [needed(curve, target) for curve in curves]
    return [count / n for count, _ in found], all(reached for _, reached in found)


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean and Student's 95 % interval."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return mean, mean, mean
    half = float(student.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return mean, mean - half, mean + half


Curves = Mapping[str, Mapping[str, Sequence[Curve]]]
"""By set and strategy, one a seed."""


def print_shares(curves: Curves, ns: Sequence[int]) -> None:
    """A row for each set and N, a column for each strategy."""
    names = list(next(iter(curves.values())))
    table = Table("set", "N", "accuracy", *names, title="corrections needed, as a share of random review's N")
    for name, of_set in curves.items():
        for n in ns:
            if n not in of_set["random"][0].corrections:
                continue
            place = of_set["random"][0].corrections.index(n)
            accuracy = np.mean([smoothed(curve.accuracy)[place] for curve in of_set["random"]])
            table.add_row(name, str(n), f"{accuracy:.3f}", *(_cell(of_set[one], of_set["random"], n) for one in names))
    Console(width=200).print(table)


def _cell(curves: Sequence[Curve], random: Sequence[Curve], n: int) -> str:
    values, all_reached = shares(curves, random, n)
    mean, low, high = interval(values)
    return f"{'' if all_reached else '>'}{mean:.2f} [{low:.2f}, {high:.2f}]"


def plot(curves: Curves, path: Path) -> None:
    """A panel for each set: mean accuracy by corrections, a line for each strategy."""
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, len(curves), figsize=(5 * len(curves), 4), squeeze=False)
    for panel, (name, of_set) in zip(panels[0], curves.items(), strict=True):
        for strategy, own in of_set.items():
            least = min(len(curve.accuracy) for curve in own)
            mean = np.mean([curve.accuracy[:least] for curve in own], axis=0)
            panel.plot(own[0].corrections[:least], mean, label=strategy)
        panel.set(title=name, xlabel="corrections", ylabel="accuracy")
    panels[0][-1].legend()
    figure.tight_layout()
    figure.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--strategies", nargs="+", default=[*STRATEGIES, COMMITTEE])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--start", type=int, default=50, help="random rows that the first model learns from")
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--budget", type=int, default=1000, help="corrections in all")
    parser.add_argument("--n", type=int, nargs="+", default=[200, 400, 600, 1000], help="corrections of random review")
    parser.add_argument("--pool", type=int, default=5000, help="rows that may be drawn, at most")
    parser.add_argument("--plot", type=Path, help="where the curves are drawn")
    parser.add_argument("--json", type=Path, help="where the curves are written")
    args = parser.parse_args()
    names = list(dict.fromkeys(["random", *args.strategies]))
    curves: dict[str, dict[str, list[Curve]]] = {}
    for name in args.sets:
        rows, begun = label_rows(name, args.data), monotonic()
        curves[name] = {strategy: [] for strategy in names}
        for seed in range(args.seeds):
            given = problem(rows, args.pool, seed)
            for strategy in names:
                curves[name][strategy].append(simulate(given, strategy, seed, args.start, args.batch, args.budget))
        print(f"{name}: {monotonic() - begun:.0f} s", flush=True)
        if args.json:
            args.json.write_text(
                json.dumps({one: {s: [asdict(c) for c in own] for s, own in of.items()} for one, of in curves.items()})
            )
    print_shares(curves, args.n)
    if args.plot:
        plot(curves, args.plot)


if __name__ == "__main__":
    main()
