"""Splits keep what belongs together on one side."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from triage.labelling.splits import split_of

LONG = "the printer on the second floor does not print any more since monday morning please send somebody number {}"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(("Order of new chairs {}", "x"), ("Re: AW: order of new chairs {}", "y"), id="thread"),
        pytest.param(
            ("", "word {} and then the same text"), ("", "word {} and then the same text"), id="equal"
        ),
    ],
)
def test_groups_stay_together(spark: SparkSession, first: tuple[str, str], second: tuple[str, str]) -> None:
    names = [chr(97 + n % 26) * (2 + n // 26) for n in range(60)]
    rows = [(n, s.format(name), b.format(name)) for n, name in enumerate(names) for s, b in (first, second)]
    mail = spark.createDataFrame(rows, "n int, subject string, body string")
    sides = mail.select("n", split_of(mail.columns, 7).alias("split")).distinct().collect()
    assert len(sides) == 60
    assert {"train", "test"} == {row.split for row in sides}


def test_about_a_fifth_is_held_back(spark: SparkSession) -> None:
    rows = spark.range(3000).selectExpr(
        "concat('a', translate(id, '0123456789', 'abcdefghij'), ' plain words') AS body"
    )
    held = rows.where(split_of(rows.columns, 7) == "test").count()
    assert 0.15 < held / 3000 < 0.25
