"""Accuracy estimated without labels beside the true one, on real mail of later periods than the model was trained on.

    ./spark-submit.sh tests/benchmark/expected_accuracy.py --data ../shared/data

r_mailing_lists: the list is the label. A model is trained on all mail before a date (lists of twenty mails or more) and
labels the mail of new threads after it. Estimates of the accuracy of the labels that it gives: CBPE with the interval
of triage.monitoring.performance; importance-weighted calibration (PAPE: a classifier tells the period's mail from the
held-out rows, whose calibration is fitted anew with its odds as weights); the accuracy on held-out rows, weighted so.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from scipy.sparse import vstack
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from tests.benchmark.label_sets import LabelRow, label_rows
from tests.benchmark.labels import frame
from triage.config import Settings, load_settings
from triage.config.monitoring import PerformanceSettings
from triage.labelling.candidates import chosen_candidates
from triage.labelling.candidates.base import Candidate, Params, TrainingData
from triage.labelling.evaluation.calibration import newest, probabilities
from triage.labelling.evaluation.reliability import ece
from triage.labelling.taxonomy import Head
from triage.labelling.training.head_description import calibrate_head
from triage.labelling.training.preparation import prepare, training_data, with_idf
from triage.labelling.training.search import single_combination
from triage.monitoring.performance.expected import accuracy_bounds, scores_fell, why_unknown
from triage.monitoring.profiles.distributions import Counts, Numbers
from triage.monitoring.profiles.profile import Slice
from triage.monitoring.view import HeadFacts
from triage.spark.session import spark_session

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HEAD = Head(name="label", labels=("one", "other"), languages="any")
FEWEST = 20
"""Mails from which a list is learnt."""

PERIODS = (
    ("2019-01", "2020-01"),
    ("2020-01", "2021-01"),
    ("2021-01", "2022-01"),
    ("2022-01", "2023-01"),
    ("2023-01", "2024-01"),
    ("2023-04", "2023-07"),
    ("2023-07", "2023-10"),
    ("2023-08", "2023-09"),
    ("2023-09", "2023-10"),
    ("2023-10", "2023-11"),
    ("2023-11", "2024-01"),
)
"""Trained on what is before the first month, estimated from it to the second one."""


@dataclass(frozen=True)
class Scored:
    """Best scores, whether the best label is right, and which rows."""

    top: Floats
    right: Floats
    rows: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Estimated:
    """A period: the true accuracy of the labels given, and what was estimated; `note` says why not."""

    period: str
    trained: int
    mails: int
    unknown: float
    decided: int
    true: float
    cbpe: float
    low: float
    high: float
    note: str
    weighted_calibration: float
    weighted_accuracy: float


def estimate(data: TrainingData, rows: Sequence[LabelRow], begin: str, end: str) -> Estimated:
    """Trains before `begin` and estimates from there to `end`."""
    learnt, held, later, threshold, trained = _scored(data, rows, _seconds(begin), _seconds(end))
    facts = HeadFacts(float(held.right.mean()), ece(held.top, held.right), len(held.top))
    decided = later.top >= threshold
    part = Slice(
        len(later.top),
        0,
        {
            "score.label": Numbers.of(later.top),
            "decided_score.label": Numbers.of(later.top[decided]),
            "abstained.label": Counts.of({"decided": int(decided.sum()), "LOW_SCORE": int((~decided).sum())}),
        },
    )
    limits = PerformanceSettings()
    moved = "MAIL_MOVED" if scores_fell(part, "label", facts, limits) else ""
    low, high = accuracy_bounds(Numbers.of(later.top[decided]), facts, 0.95)
    weights = _odds(data, held, later)
    fitted = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(held.top, held.right, sample_weight=weights)
    sure = held.top >= threshold
    labels = np.array([row.label for row in rows])[later.rows]
    return Estimated(
        period=f"{begin} to {end}",
        trained=trained,
        mails=len(later.top),
        unknown=float(np.mean(~np.isin(labels, learnt))),
        decided=int(decided.sum()),
        true=float(later.right[decided].mean()),
        cbpe=float(later.top[decided].mean()),
        low=low,
        high=high,
        note=why_unknown(part, "label", facts, limits) or moved,
        weighted_calibration=float(fitted.predict(later.top[decided]).mean()),
        weighted_accuracy=float(np.average(held.right[sure], weights=weights[sure])),
    )


def _scored(
    data: TrainingData, rows: Sequence[LabelRow], begin: float, end: float
) -> tuple[list[str], Scored, Scored, float, int]:
    """Labels learnt, held-out rows, the period's rows, the threshold, and how many rows the model is trained on."""
    sent = np.array([row.sent_at or 0.0 for row in rows])
    answers = data.rows.answers("label")
    names, counts = np.unique(answers[sent < begin], return_counts=True)
    learnt = [str(name) for name in names[counts >= FEWEST]]
    use = (sent < begin) & np.isin(answers, learnt)
    after = (sent >= begin) & (sent < end) & (_begun(rows) >= begin)
    known = _known(data, learnt, use)
    best = single_combination(known, "label", *_candidate(data.settings)).best
    calibrated = calibrate_head(known.rows, HEAD, best)
    fitted = best.candidate.fit(known, "label", use, best.params)
    held = np.flatnonzero(best.held_out)[newest(sent[best.held_out])]
    out_of_fold = np.zeros((len(rows), len(learnt)))
    out_of_fold[best.held_out] = best.logits
    out_of_fold[after] = fitted.logits(known, after)

    def scored(places: npt.NDArray[np.int64]) -> Scored:
        found = probabilities(out_of_fold[places], calibrated.calibration)
        right = np.array(learnt)[found.argmax(axis=1)] == answers[places]
        return Scored(found.max(axis=1), right.astype(np.float64), places)

    return learnt, scored(held), scored(np.flatnonzero(after)), calibrated.threshold.default, int(use.sum())


def _known(data: TrainingData, learnt: Sequence[str], use: Flags) -> TrainingData:
    """The rows with the labels learnt only, weighted by the rows that are trained on."""
    rows = data.rows
    columns = [rows.labels["label"].index(name) for name in learnt]
    known = replace(
        rows,
        labels={"label": tuple(learnt)},
        truth={"label": rows.truth["label"][:, columns]},
        known={"label": np.ones(len(rows), dtype=np.bool_)},
        test=~use,
        fold=np.where(use, rows.fold, -1),
    )
    return with_idf(replace(data, rows=known), use)


def _candidate(settings: Settings) -> tuple[Candidate, Params]:
    (terms,) = [one for one in chosen_candidates(settings) if one.name == "terms"]
    return terms, terms.default


def _odds(data: TrainingData, held: Scored, later: Scored) -> Floats:
    """Of each held-out row, how much more probable its words are in the period, by a classifier out of fold."""
    words = data.features["words"]
    both = vstack([words[held.rows], words[later.rows]]).tocsr()
    side = np.repeat([0, 1], [len(held.rows), len(later.rows)])
    model = LogisticRegression(C=10, class_weight="balanced", max_iter=200)
    found = cross_val_predict(model, both, side, cv=5, method="predict_proba")[: len(held.rows), 1]
    odds: Floats = found / np.clip(1 - found, 1e-3, None)
    return np.asarray(odds / odds.mean(), dtype=np.float64)


def _begun(rows: Sequence[LabelRow]) -> Floats:
    """When each row's thread began."""
    first: dict[str, float] = {}
    for row in rows:
        first[row.group] = min(first.get(row.group, float("inf")), row.sent_at or 0.0)
    return np.array([first[row.group] for row in rows])


def _seconds(month: str) -> float:
    return datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC).timestamp()


def table(found: Sequence[Estimated]) -> Table:
    """One line a period."""
    shown = Table(
        "period", "trained on", "mails", "of new lists", "decided", "true", "CBPE", "says", "PAPE", "weighted"
    )
    for one in found:
        says = one.note or f"{one.low:.3f} to {one.high:.3f}" + ("" if one.low <= one.true <= one.high else " (misses)")
        shown.add_row(
            one.period, f"{one.trained:,}", f"{one.mails:,}", f"{one.unknown:.0%}", f"{one.decided:,}",
            f"{one.true:.3f}", f"{one.cbpe:.3f}", says, f"{one.weighted_calibration:.3f}",
            f"{one.weighted_accuracy:.3f}",
        )  # fmt: skip
    return shown


def _all(settings: Settings, folder: Path) -> Iterator[Estimated]:
    spark = spark_session(settings, "expected accuracy")
    rows = label_rows("r_mailing_lists", folder)
    prepared = prepare(frame(spark, rows), settings, [HEAD])
    every = [one for one in chosen_candidates(settings) if one.name == "terms"]
    data = training_data(spark, prepared, [HEAD], every, settings, declared=False)
    fold = np.array([hashlib.sha256(f"f{row.group}".encode()).digest()[0] for row in rows])
    folds = (fold % settings.labelling.search.folds).astype(np.int64)
    data = replace(data, rows=replace(data.rows, fold=folds))
    for begin, end in PERIODS:
        yield estimate(data, rows, begin, end)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="triage-accuracy-")
    settings = load_settings(overrides=[f"lake.root={folder}/lake", "spark.master=local[2]"])
    Console(width=160).print(table(list(_all(settings, args.data))))


if __name__ == "__main__":
    main()
