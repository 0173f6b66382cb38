"""Deadline and urgency of one mail: the sayings that Spark is held to, and Spark's answers on mails put together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from pyspark.sql import SparkSession

from tests.labelling.test_signs import MONDAY, SAYINGS
from triage.labelling.features.deadlines import deadline, urgency
from triage.labelling.plain.deadlines import text_fact

OPENINGS = ("by", "bis zum", "avant le", "para el", "deadline is", "due on the")
DATES = (
    *("1.1.", "31/12", "29 February", "30. februar", "2024-02-31", "5/6/24", "12.5.1969", "3rd of march", "1er août"),
    *("dec 24", "24 december 2024", "7 de enero", "١٢.٥", "99/99/9999", "0000-05-03"),
)
ODD = (
    "\n> quoted by tomorrow\n",
    "\n_____\nurgent",
    "É\u0130STANBUL urgent",
    "\r\nby friday\r\n",
    "|by today|",
    "ASAP!",
    "",
)
PIECES = (*(text for text, *_ in SAYINGS), *(f"{opening} {date}" for opening in OPENINGS for date in DATES), *ODD)


@pytest.mark.parametrize(("text", "due", "tone"), SAYINGS)
def test_what_spark_is_held_to(text: str, due: str | None, tone: str | None) -> None:
    mail = {"subject": None, "body": text, "sent_at": MONDAY.replace(tzinfo=UTC), "received_at": None}
    assert (text_fact("deadline", mail), text_fact("urgency", mail)) == (due, tone)


def test_spark_and_this_process_give_the_same(spark: SparkSession) -> None:
    chance = Random(22)
    mails = [_mail(chance, n) for n in range(2_000)]
    frame = spark.createDataFrame(
        [tuple(mail.values()) for mail in mails],
        "n int, subject string, body string, sent_at timestamp, received_at timestamp",
    )
    read = frame.select("n", deadline(frame.columns).alias("due"), urgency(frame.columns).alias("tone"))
    of_spark = {row.n: (row.due, row.tone) for row in read.collect()}
    here = {mail["n"]: (text_fact("deadline", mail), text_fact("urgency", mail)) for mail in mails}
    assert {n: (here[n], of_spark[n], mails[n]) for n in here if here[n] != of_spark[n]} == {}
    assert {due for due, _ in here.values()} == {"today", "days", "week", "later", None}


def _mail(chance: Random, n: int) -> dict[str, Any]:
    moment = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(2 * 365 * 24 * 60))
    body = chance.choice([" ", "\n", ", "]).join(chance.choices(PIECES, k=chance.randint(1, 3)))
    return {
        "n": n,
        "subject": chance.choice([None, "hello", chance.choice(PIECES)]),
        "body": chance.choice([None, *[body] * 9]),
        "sent_at": chance.choice([None, moment, moment]),
        "received_at": chance.choice([None, moment + timedelta(days=1)]),
    }
