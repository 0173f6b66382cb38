"""Splits keep what belongs together on one side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from pyspark.sql import DataFrame, SparkSession

from triage.labelling.data.splits import with_split

SCHEMA = "row long, labels map<string,string>, body string, subject string, thread_token string, sent_at timestamp"
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
Row = tuple[int, dict[str, str], str, str, str | None, datetime | None]


def _text(number: int) -> list[str]:
    words = ["".join(Random(n).choices("abcdefghijklmnop", k=6)) for n in range(400)]
    return Random(number + 1000).choices(words, k=60)


def _rows(count: int = 300) -> list[Row]:
    """Threes: a mail, its near-duplicate and, linked to that one by thread alone, a reply in other words."""
    rows: list[Row] = []
    for number in range(count):
        first = number - number % 3
        words = _text(first if number % 3 < 2 else number)
        words[5] = "changed" if number % 3 == 1 else words[5]
        thread = f"thread {first}" if number % 3 else None
        label = "rare" if first == count - 3 else "abc"[first % 9 // 3]
        rows.append((number, {"topic": label}, " ".join(words), "", thread, BEGIN + timedelta(hours=number)))
    return rows


def _parts(frame: DataFrame, **options: int) -> dict[int, tuple[str, int | None, int]]:
    parts = with_split(frame, **{"seed": 7, "folds": 5, **options})
    return {row.row: (row.split, row.fold, row.group) for row in parts.collect()}


@pytest.mark.parametrize("timed", [True, False])
def test_replies_and_near_duplicates_never_straddle(spark: SparkSession, timed: bool) -> None:
    frame = spark.createDataFrame(_rows(), SCHEMA)
    parts = _parts(frame if timed else frame.drop("sent_at"))
    assert all(parts[n] == parts[n - n % 3] for n in parts)
    assert len({group for *_, group in parts.values()}) == 100
    held = [n for n, (split, *_) in parts.items() if split == "test"]
    assert 0.15 <= len(held) / 300 <= 0.25
    assert all((fold is None) == (split == "test") for split, fold, _ in parts.values())


def test_the_latest_are_held_back_but_for_a_label_that_training_would_lack(spark: SparkSession) -> None:
    parts = _parts(spark.createDataFrame(_rows(), SCHEMA))
    assert [n for n in range(297) if parts[n][0] == "test"] == list(range(240, 297))
    assert {parts[n][0] for n in range(297, 300)} == {"train"}  # the only three rows of their label


def test_a_late_mail_of_an_old_thread_is_learnt_from(spark: SparkSession) -> None:
    rows = _rows()
    rows[296] = (*rows[296][:4], "thread 0", rows[296][5])
    assert _parts(spark.createDataFrame(rows, SCHEMA))[296][0] == "train"


@pytest.mark.slow
@pytest.mark.parametrize("partitions", [1, 7])
def test_parts_do_not_depend_on_partitions_or_order(spark: SparkSession, partitions: int) -> None:
    rows = _rows()
    shuffled = Random(3).sample(rows, len(rows))
    for schema_drop in ((), ("sent_at",)):
        first = _parts(spark.createDataFrame(rows, SCHEMA).drop(*schema_drop))
        assert _parts(spark.createDataFrame(shuffled, SCHEMA).repartition(partitions).drop(*schema_drop)) == first


def test_another_seed_holds_others_back(spark: SparkSession) -> None:
    frame = spark.createDataFrame(_rows(), SCHEMA).drop("sent_at")
    assert _parts(frame) != _parts(frame, seed=8)


def test_folds_balance_labels(spark: SparkSession) -> None:
    rows = _rows()
    parts = _parts(spark.createDataFrame(rows, SCHEMA).drop("sent_at"))
    for label in "abc":
        sizes = [sum(parts[r[0]][1] == fold for r in rows if r[1]["topic"] == label) for fold in range(5)]
        assert max(sizes) - min(sizes) <= 3


def test_a_split_that_is_there_stays(spark: SparkSession) -> None:
    frame = spark.createDataFrame(_rows(), SCHEMA).selectExpr("*", "if(row < 30, 'test', 'train') AS split")
    parts = _parts(frame)
    assert all((split == "test") == (n < 30) and (fold is None) == (n < 30) for n, (split, fold, _) in parts.items())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("Order of new chairs {}", "Re: AW: order of new chairs {}", id="reply"),
        pytest.param("Order of new chairs {}", "FWD: order of   NEW chairs {}", id="forwarded"),
    ],
)
def test_mails_under_one_subject_are_a_thread(spark: SparkSession, first: str, second: str) -> None:
    names = ["".join(chr(97 + int(digit)) for digit in str(n)) for n in range(1000, 1060)]
    subjects = [subject.format(name) for name in names for subject in (first, second)]
    rows = [(n, {"topic": "ab"[n % 2]}, " ".join(_text(n)), s, None, None) for n, s in enumerate(subjects)]
    parts = _parts(spark.createDataFrame(rows, SCHEMA))
    assert all(parts[n] == parts[n + 1] for n in range(0, len(rows), 2))
    assert len({group for *_, group in parts.values()}) == len(names)


def test_rows_without_words_belong_to_nobody(spark: SparkSession) -> None:
    rows = [(n, {"topic": "a"}, "" if n % 2 else "12 34", "", None, None) for n in range(20)]
    assert len({group for *_, group in _parts(spark.createDataFrame(rows, SCHEMA)).values()}) == 20


def test_a_given_calibration_part_stays_and_has_no_fold(spark: SparkSession) -> None:
    named = {0: "calibration", 1: "test"}
    rows = [(*row, named.get(row[0] // 3, "train")) for row in _rows(30)]
    parts = _parts(spark.createDataFrame(rows, f"{SCHEMA}, split string"))
    assert {row: split for row, (split, *_) in parts.items()} == {row[0]: row[-1] for row in rows}
    assert {row for row, (_, fold, _) in parts.items() if fold is None} == set(range(6))
