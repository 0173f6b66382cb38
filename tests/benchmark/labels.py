"""Label quality beside what one would otherwise write, on real labelled sets: same rows, same splits, one run.

    ./spark-submit.sh tests/benchmark/labels.py --data ../shared/data --sets banking77 "omq group"

Systems: TF-IDF (words and pairs, sublinear) + LinearSVC or LogisticRegression, chosen with C and class weights by folds
within the training rows; all-MiniLM-L6-v2 + LogisticRegression likewise; this project's candidates, searched by its own
folds. Small sets are held back a quarter after the other, so that every row is tested once. Needs jobs/embeddings.py
once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import numpy.typing as npt
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as t
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC

from tests.benchmark.label_sets import SETS, LabelRow, label_rows
from triage.config import Settings, load_settings
from triage.labelling.candidates import chosen_candidates
from triage.labelling.candidates.base import Candidate, TrainingData
from triage.labelling.evaluation.abstention import precision_threshold
from triage.labelling.evaluation.calibration import probabilities
from triage.labelling.evaluation.metrics import difference, measured
from triage.labelling.evaluation.reliability import answers, ece_interval
from triage.labelling.features.training_rows import TrainingRows
from triage.labelling.taxonomy import Head
from triage.labelling.training.head import TrainedHead, fit_and_calibrate
from triage.labelling.training.preparation import prepare, training_data, with_idf
from triage.labelling.training.search import SearchResult, best_combination, search
from triage.spark.session import spark_session

SMALL = 2_500
"""Rows up to which a set is tested whole, a quarter after the other."""

QUARTERS = 4
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

_SCHEMA = t.StructType(
    [
        t.StructField("row", t.LongType()),
        t.StructField("labels", t.MapType(t.StringType(), t.StringType())),
        t.StructField("subject", t.StringType()),
        t.StructField("body", t.StringType()),
        t.StructField("thread_token", t.StringType()),
        t.StructField("sent_at", t.TimestampType()),
    ]
)
_HEAD = Head(name="label", labels=("one", "other"), languages="any")


@dataclass
class Answered:
    """What a system says about the tested rows, in the order of the tests."""

    predicted: list[str]
    top: list[float]
    correct: list[float]
    sure: list[bool]
    chosen: list[str]


def plain(texts: Sequence[str], labels: Texts, asked: Sequence[str]) -> tuple[Texts, str]:
    """TF-IDF and a linear model, the best of a grid by three folds."""
    grid: list[dict[str, list[Any]]] = [
        {"model": [LinearSVC()], "model__C": [0.1, 0.3, 1.0, 3.0], "model__class_weight": [None, "balanced"]}
    ]
    logistic = OneVsRestClassifier(LogisticRegression(solver="liblinear", class_weight="balanced", tol=1e-2))
    grid.append({"model": [logistic], "model__estimator__C": [10.0, 100.0]})
    steps = [("terms", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)), ("model", LinearSVC())]
    folds = StratifiedKFold(3, shuffle=True, random_state=7)
    with tempfile.TemporaryDirectory() as memory:
        search = GridSearchCV(Pipeline(steps, memory=memory), grid, scoring="f1_macro", cv=folds, n_jobs=1)
        search.fit(texts, labels)
    best = search.best_params_
    c = best.get("model__C", best.get("model__estimator__C"))
    kind = "LinearSVC" if "model__C" in best else "LogisticRegression"
    return search.predict(asked), f"{kind} C={c}"


def embedded(vectors: npt.NDArray[np.float32], labels: Texts, asked: npt.NDArray[np.float32]) -> tuple[Texts, str]:
    """Sentence vectors and logistic regression, the best of a grid by three folds."""
    grid = {"C": [10.0, 30.0], "class_weight": [None, "balanced"]}
    folds = StratifiedKFold(3, shuffle=True, random_state=7)
    search = GridSearchCV(LogisticRegression(max_iter=300, tol=1e-3), grid, scoring="f1_macro", cv=folds, n_jobs=1)
    search.fit(vectors, labels)
    return search.predict(asked), f"C={search.best_params_['C']}"


def tests_of(rows: Sequence[LabelRow], quarters: int) -> list[Flags]:
    """The rows tested at a time: the set's own test part, or quarters of a small set by group."""
    if len(rows) > SMALL:
        return [np.array([row.test for row in rows])]
    quarter = np.array([hashlib.sha256(row.group.encode()).digest()[0] % QUARTERS for row in rows])
    return [quarter == number for number in range(quarters)]


def frame(spark: SparkSession, rows: Sequence[LabelRow]) -> DataFrame:
    """The rows as labelled mail."""
    content = [
        (
            n, {"label": row.label}, row.subject, row.body, row.group,
            None if row.sent_at is None else _moment(row.sent_at),
        )
        for n, row in enumerate(rows)
    ]  # fmt: skip
    return spark.createDataFrame(content, _SCHEMA)


def _moment(seconds: float) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC)


def ours(data: TrainingData, test: Flags, candidates: Sequence[Candidate], said: dict[str, Answered]) -> None:
    """Searches on the rows that are not tested, and adds what the best of each system says about those that are."""
    rows = replace(data.rows, test=test, fold=np.where(test, -1, data.rows.fold))
    parted = with_idf(replace(data, rows=rows), ~test)
    found = search(parted, _HEAD.name, candidates, lambda _: None)
    for system, names in SYSTEMS.items():
        tried = tuple(one for one in found.tried if one.candidate.name in names)
        own = SearchResult(best_combination(parted, _HEAD.name, tried), tried, cut_short=False)
        _add(fit_and_calibrate(parted, _HEAD, own), rows, said[system])


def _add(head: TrainedHead, rows: TrainingRows, told: Answered) -> None:
    found = head.evaluated
    top, correct = answers(found.after, found.truth)
    labels = np.asarray(rows.labels["label"], dtype=np.str_)
    told.predicted += labels[found.after.argmax(axis=1)].tolist()
    told.top += top.tolist()
    told.correct += correct.tolist()
    told.sure += (top >= _sure(head, rows)).tolist()
    told.chosen.append(head.search.best.candidate.name)


def _sure(head: TrainedHead, rows: TrainingRows) -> float:
    """The threshold that gives 95 % precision on rows of the training part."""
    best = head.search.best
    found = probabilities(best.logits, head.calibration.calibration)
    top, correct = answers(found, rows.truth["label"][best.held_out].argmax(axis=1))
    threshold = precision_threshold(top, correct, 0.95)
    return 1.1 if threshold is None else threshold


SYSTEMS = {
    "fast (terms)": ("terms",),
    "champion": ("terms", "terms_and_sentences"),
}


def compare(spark: SparkSession, settings: Settings, name: str, data_folder: Path, quarters: int) -> dict[str, Any]:
    """All systems on one set."""
    rows = label_rows(name, data_folder)
    texts = [f"{row.subject}\n{row.body}" for row in rows]
    prepared = prepare(frame(spark, rows), settings, [_HEAD])
    every = _candidates(settings, SYSTEMS["champion"])
    data = training_data(spark, prepared, [_HEAD], every, settings, declared=False)
    fold = np.array([hashlib.sha256(f"f{row.group}".encode()).digest()[0] for row in rows])
    data = replace(data, rows=replace(data.rows, fold=(fold % settings.labelling.search.folds).astype(np.int64)))
    labels = data.rows.answers("label")
    vectors = data.rows.features["sentences"]
    said: dict[str, Answered] = {n: Answered([], [], [], [], []) for n in ("TF-IDF", "MiniLM", *SYSTEMS)}
    truth: list[str] = []
    for test in tests_of(rows, quarters):
        truth += labels[test].tolist()
        learnt = [text for text, held in zip(texts, test, strict=True) if not held]
        asked = [text for text, held in zip(texts, test, strict=True) if held]
        for system, (answer, chosen) in {
            "TF-IDF": plain(learnt, labels[~test], asked),
            "MiniLM": embedded(vectors[~test], labels[~test], vectors[test]),
        }.items():
            said[system].predicted += answer.tolist()
            said[system].chosen.append(chosen)
        ours(data, test, every, said)
    return _figures(name, np.array(truth), said)


def _candidates(settings: Settings, names: Sequence[str]) -> list[Candidate]:
    search = settings.labelling.search.model_copy(update={"candidates": tuple(names)})
    labelling = settings.labelling.model_copy(update={"search": search})
    return chosen_candidates(settings.model_copy(update={"labelling": labelling}))


def _figures(name: str, truth: Texts, said: dict[str, Answered]) -> dict[str, Any]:
    found: dict[str, Any] = {"set": name, "rows": len(truth)}
    for system, one in said.items():
        figures = measured(truth, np.array(one.predicted))
        found[system] = {
            "macro_f1": asdict(figures.macro_f1),
            "accuracy": asdict(figures.accuracy),
            "chosen": one.chosen,
        }
        if one.top:
            top, correct, sure = np.array(one.top), np.array(one.correct), np.array(one.sure)
            found[system]["ece"] = asdict(ece_interval(top, correct))
            found[system]["automatic"] = float(sure.mean())
            found[system]["precision"] = float(correct[sure].mean()) if sure.any() else None
    rivals = max(("TF-IDF", "MiniLM"), key=lambda system: found[system]["macro_f1"]["value"])
    for system in SYSTEMS:
        gain = difference(truth, np.array(said[system].predicted), np.array(said[rivals].predicted))
        found[system]["gain"] = {"over": rivals, **asdict(gain.macro_f1)}
    return found


def table(results: Sequence[dict[str, Any]]) -> Table:
    """One line a set and system."""
    shown = Table(
        "set",
        "system",
        "macro-F1 (95 %)",
        "accuracy (95 %)",
        "ECE (95 %)",
        "automatic at 95 %",
        "over the best rival",
        "chosen",
    )
    for found in results:
        for system in ("TF-IDF", "MiniLM", *SYSTEMS):
            shown.add_row(*_line(found, system))
        shown.add_section()
    return shown


def _line(found: dict[str, Any], system: str) -> list[str]:
    one = found[system]
    automatic = f"{one['automatic']:.0%} at {one['precision'] or 0:.3f}" if "automatic" in one else ""
    return [
        f"{found['set']} ({found['rows']})", system, _interval(one["macro_f1"]), _interval(one["accuracy"]),
        _interval(one["ece"]) if "ece" in one else "", automatic, _interval(one["gain"]) if "gain" in one else "",
        ", ".join(sorted(set(one["chosen"]))),
    ]  # fmt: skip


def _interval(found: dict[str, float]) -> str:
    return f"{found['value']:.3f} [{found['low']:.3f}, {found['high']:.3f}]"


def main() -> None:
    """Prints the table; `--out` also keeps the figures, a JSON line a set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--quarters", type=int, default=QUARTERS, help="of a small set that are tested in turn")
    parser.add_argument("--set", action="append", default=[], dest="settings")
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="triage-labels-")
    settings = load_settings(overrides=[f"lake.root={folder}/lake", "spark.master=local[2]", *args.settings])
    spark, results = spark_session(settings, "labels benchmark"), []
    for name in args.sets:
        begin = monotonic()
        results.append(compare(spark, settings, name, args.data, args.quarters))
        Console(stderr=True).print(f"{name}: {monotonic() - begin:.0f} s")
        if args.out:
            with args.out.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(results[-1]) + "\n")
    Console(width=200).print(table(results))


if __name__ == "__main__":
    main()
