"""The split of labelled rows into train, test and folds; no thread or near-duplicate lies on two sides.

A reply quotes the mail that it answers, and many mails are one template. With such a pair on both sides of a split, a
model that remembers scores like one that generalizes, so figures and thresholds would be too good. Where times are
known the newest groups are held out, as the model will be used on mail later than all it was trained on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.labelling.data.near_duplicates import group_numbers, hash_columns, min_hashes

TEST_SHARE = 0.2
"""Share of the rows that is held out."""

OVERSHOOT = 0.05
"""Share of the rows by which the test part may be larger, so that one large group does not fill it."""

TIMES = ("sent_at", "received_at")
TIMED = 0.5
"""Share of rows with a time from which the split follows time; rows without one then belong to the train part."""

TRAIN, TEST, CALIBRATION = "train", "test", "calibration"
"""Rows of the last part are neither learnt nor counted in figures: calibration, thresholds and the known share come
from them where there are enough. Only an existing split names it."""

Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def with_split(labelled: DataFrame, *, seed: int, folds: int, test_share: float = TEST_SHARE) -> DataFrame:
    """`labelled` with split, fold and group.

    Split is `train`, `test` or a given `calibration`; fold 0 to folds - 1, null outside of `train`; group is a row's
    number.
    `labelled` has row (unique), labels (head → label), body, and perhaps label_sets, subject, thread_token, sent_at,
    received_at and split; an existing split is kept. Groups are threads and near-duplicates, joined transitively;
    a group lies on one side and in one fold. Where times are known the groups that began last are held out, until they
    make `test_share` of the rows; else a hash of the rows chooses. A label that only the test part would have
    gives its first group to the train part. Folds balance labels as far as groups allow. Equal rows and seed give
    equal parts, whatever Spark's partitions.
    """
    found = _collect(labelled, seed)
    numbers = group_numbers(found["thread"].to_numpy(), min_hashes(found["sketch"]))
    labels = [tuple(given) for given in found["given"]]
    group = _Groups(numbers, found["random"].to_numpy(), labels)
    if "split" in labelled.columns:
        is_test, is_kept = ((found["split"] == part).to_numpy() for part in (TEST, CALIBRATION))
    else:
        is_test = group.held_out(found["time"].to_numpy(dtype=float), test_share)
        is_kept = np.zeros_like(is_test)
    parts = pd.DataFrame(
        {
            "row": found["row"],
            "split": np.where(is_test, TEST, np.where(is_kept, CALIBRATION, TRAIN)),
            "fold": group.folds(~is_test & ~is_kept, folds),
            "group": found["row"].to_numpy()[group.first],
        }
    )
    known = f.when(f.col("fold") >= 0, f.col("fold")).cast("int").alias("fold")
    spark = labelled.sparkSession
    frame = spark.createDataFrame(parts, "row long, split string, fold int, group long")
    kept = labelled.drop("split", "fold", "group")
    return kept.join(f.broadcast(frame.select("row", "split", known, "group")), "row")


def _collect(labelled: DataFrame, seed: int) -> pd.DataFrame:
    """One line a row, ordered by row: numbers, hashes and labels; no text."""
    columns = labelled.columns
    times = [f.unix_timestamp(name) for name in TIMES if name in columns]
    time = f.coalesce(*times) if times else f.lit(None)
    texts = [f.col(name) for name in ("subject", "body") if name in columns]
    own = [f.col("split")] if "split" in columns else []
    chosen = labelled.select(
        "row",
        *hash_columns(columns),
        time.cast("double").alias("time"),
        f.xxhash64(f.lit(seed), *texts).alias("random"),
        _labels_of(columns).alias("given"),
        *own,
    )
    return chosen.toPandas().sort_values("row", ignore_index=True)


def _labels_of(columns: Sequence[str]) -> Column:
    """All of a row's labels with their heads, in order."""
    single = f.transform(f.map_entries("labels"), lambda e: f.concat_ws("=", e["key"], e["value"]))
    if "label_sets" not in columns:
        return f.array_sort(single)
    several = f.transform(
        f.map_entries(f.coalesce("label_sets", f.create_map().cast("map<string,array<string>>"))),
        lambda e: f.transform(e["value"], lambda label: f.concat_ws("=", e["key"], label)),
    )
    return f.array_sort(f.concat(single, f.flatten(several)))


class _Groups:
    """Rows by group, in an order that depends on the rows' content and the seed only."""

    def __init__(self, numbers: Longs, random: Longs, labels: Sequence[tuple[str, ...]]) -> None:
        rows = len(numbers)
        self.rows = rows
        self.labels = labels
        _, first, self.of = np.unique(numbers, return_index=True, return_inverse=True)
        self.first = first[self.of]
        """The first row of each row's group."""
        self.count = len(first)
        self.size = np.bincount(self.of, minlength=self.count)
        lowest = np.full(self.count, np.iinfo(np.int64).max)
        np.minimum.at(lowest, self.of, random)
        self.order = np.lexsort((first, lowest))
        """Groups in random order."""

    def held_out(self, time: npt.NDArray[np.float64], share: float) -> Mask:
        """Rows of the test part; `time` is NaN where it is not known."""
        order, wanted = self.order, share * self.rows
        if np.isfinite(time).sum() >= TIMED * self.rows:
            order = self._latest_first(time)
        held_out = np.zeros(self.count, dtype=bool)
        taken = 0
        for group in order:
            if taken + self.size[group] <= wanted + OVERSHOOT * self.rows:
                held_out[group] = True
                taken += self.size[group]
            if taken >= wanted:
                break
        self._release_needed(held_out, order)
        return np.asarray(held_out[self.of])

    def folds(self, train: Mask, folds: int) -> Longs:
        """The fold of each row of the train part, -1 for the others.

        Large groups first, each into the fold that has fewest of its labels.
        """
        train_rows = np.flatnonzero(train)
        total = Counter(label for row in train_rows for label in self.labels[int(row)])
        members = self._members(train_rows)
        chosen = np.full(self.count, -1, dtype=np.int64)
        sizes, counts = [0] * folds, [Counter[str]() for _ in range(folds)]
        for group in sorted(members, key=lambda g: -len(members[g])) if folds else ():
            own = Counter(label for row in members[group] for label in self.labels[int(row)])

            def load(fold: int, own: Counter[str] = own) -> tuple[float, int]:
                return sum(counts[fold][label] / total[label] for label in own), sizes[fold]

            best = min(range(folds), key=load)
            chosen[group] = best
            sizes[best] += len(members[group])
            counts[best].update(own)
        return np.where(train, chosen[self.of], -1)

    def _latest_first(self, time: npt.NDArray[np.float64]) -> Longs:
        """Groups with a known time, by the time of their first mail."""
        begun = np.full(self.count, np.inf)
        np.fmin.at(begun, self.of, time)
        order = self.order[np.argsort(-begun[self.order], kind="stable")]
        return np.asarray(order[np.isfinite(begun[order])])

    def _release_needed(self, held_out: Mask, order: Longs) -> None:
        """Moves a group of each label that only the test part has to the train part."""
        inside = held_out[self.of]
        trained = {label for row in np.flatnonzero(~inside) for label in self.labels[int(row)]}
        members = self._members(np.flatnonzero(inside))
        for group in order[::-1]:
            own = {label for row in members.get(int(group), ()) for label in self.labels[int(row)]}
            if own - trained:
                held_out[group] = False
                trained |= own

    def _members(self, rows: Longs) -> dict[int, list[int]]:
        """The rows of each group that has some, in the groups' random order."""
        members: dict[int, list[int]] = defaultdict(list)
        rank = np.argsort(self.order)
        for row in rows[np.argsort(rank[self.of[rows]], kind="stable")]:
            members[int(self.of[row])].append(int(row))
        return members
