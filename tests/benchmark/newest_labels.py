"""Does it help labels to read the newest text alone, or first? Real labelled sets, same rows, splits and search.

    ./spark-submit.sh tests/benchmark/newest_labels.py --data ../shared/data --quarters 2

`whole`: the body as it is. `newest`: its newest zones, all of it where they are blank. `newest first`: the newest
zones, then the rest, which matters where a mail is longer than what a model looks at. The candidate is `terms`.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from pyspark.sql import SparkSession
from rich.console import Console
from rich.table import Table

from tests.benchmark.label_sets import SETS, LabelRow, label_rows
from tests.benchmark.labels import _HEAD, Answered, _add, _candidates, frame, tests_of
from triage.config import Settings, load_settings
from triage.labelling.evaluation.metrics import difference, measured
from triage.labelling.training.head import fit_and_calibrate
from triage.labelling.training.preparation import prepare, training_data, with_idf
from triage.labelling.training.search import search
from triage.mail.zones.split import zones
from triage.spark.session import spark_session

_ASKED = ("r_mailing_lists", "enron genre", "omq group", "omq category")


def _parted(row: LabelRow) -> tuple[str, str]:
    found = zones(row.body, row.subject)
    newest = "".join(row.body[zone.start : zone.end] for zone in found if zone.kind == "newest")
    rest = "".join(row.body[zone.start : zone.end] for zone in found if zone.kind != "newest")
    return (newest, rest) if newest.strip() else (row.body, "")


BODIES: dict[str, Callable[[LabelRow], str]] = {
    "whole": lambda row: row.body,
    "newest": lambda row: _parted(row)[0],
    "newest first": lambda row: "\n".join(_parted(row)),
}


def answered(
    spark: SparkSession, settings: Settings, rows: list[LabelRow], quarters: int
) -> tuple[list[str], list[str]]:
    """The true labels of the tested rows, and what the head says, in the order of the tests."""
    candidates = _candidates(settings, ("terms",))
    data = training_data(
        spark, prepare(frame(spark, rows), settings, [_HEAD]), [_HEAD], candidates, settings, declared=False
    )
    fold = np.array([hashlib.sha256(f"f{row.group}".encode()).digest()[0] for row in rows])
    data = replace(data, rows=replace(data.rows, fold=(fold % settings.labelling.search.folds).astype(np.int64)))
    labels = data.rows.answers("label")
    said, truth = Answered([], [], [], [], []), []
    for test in tests_of(rows, quarters):
        truth += labels[test].tolist()
        held = replace(data.rows, test=test, fold=np.where(test, -1, data.rows.fold))
        parted = with_idf(replace(data, rows=held), ~test)
        found = search(parted, _HEAD.name, candidates, lambda _: None)
        _add(fit_and_calibrate(parted, _HEAD, found), held, said)
    return truth, said.predicted


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="*", default=list(_ASKED), choices=list(SETS))
    parser.add_argument("--quarters", type=int, default=2)
    parser.add_argument("--set", action="append", default=[], dest="settings")
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="triage-newest-")
    settings = load_settings(overrides=[f"lake.root={folder}/lake", "spark.master=local[2]", *args.settings])
    spark = spark_session(settings, "newest text benchmark")
    table = Table("set", "text", "rows", "characters", "macro-F1 (95 %)", "accuracy", "gain over whole (95 %)")
    for name in args.sets:
        rows, whole = label_rows(name, args.data), None
        for kind, body in BODIES.items():
            given = [replace(row, body=body(row)) for row in rows]
            truth, predicted = answered(spark, settings, given, args.quarters)
            found = measured(np.array(truth), np.array(predicted))
            whole = predicted if whole is None else whole
            gain = difference(np.array(truth), np.array(predicted), np.array(whole)).macro_f1
            size = sum(len(row.body) for row in given) / len(given)
            f1 = found.macro_f1
            table.add_row(
                name, kind, str(len(truth)), f"{size:.0f}", f"{f1.value:.3f} [{f1.low:.3f}, {f1.high:.3f}]",
                f"{found.accuracy.value:.3f}", f"{gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]",
            )  # fmt: skip
            Console(stderr=True).print(
                f"{name}, {kind}: {f1.value:.3f}, {gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
            )
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
