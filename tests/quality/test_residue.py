"""The last look before publication: plain personal data is seen, tokens and technical text are not."""

from __future__ import annotations

import time

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from triage.lake.tables import SILVER_MAIL, TAGGER_FALLBACK
from triage.quality.residue import PATTERNS, privacy_counts, residue

TOKEN = "<EMAIL_ADDRESS_0a1b2c_0123456789abcdef>"
CASES = {
    "nothing": ("the meeting is on 2026-03-01 at 10:30", []),
    "a token": (f"write to {TOKEN}, please", []),
    "an address": ("write to kai.voss@corp.example, please", ["EMAIL_ADDRESS"]),
    "an address right behind a token": (f"{TOKEN}kai@corp.example", ["EMAIL_ADDRESS"]),
    "a decorator": ("@pytest.mark.slow and x@y", []),
    "social security": ("mine is 219-09-9999.", ["US_SSN"]),
    "a part number": ("order 219-09-99991 or 000-12-3456", []),
    "bank account": ("IBAN GB82 WEST 1234 5698 7654 32", ["IBAN_CODE"]),
    "a licence": ("licence AB12 CDEF GH34 IJKL 56", []),
    "card": ("card 4111-1111-1111-1111 please", ["CREDIT_CARD"]),
    "phone": ("call +44 20 7946 0958 now", ["PHONE_NUMBER"]),
    "arithmetic": ("y ~ x +1 - 2 + 3.14 +10 20 30", []),
    "private key": ("-----BEGIN RSA PRIVATE KEY-----", ["SECRET"]),
    "two kinds": ("kai@corp.example 219-09-9999", ["EMAIL_ADDRESS", "US_SSN"]),
}


@pytest.mark.parametrize("column", ["subject", "body", "attachments", "events", "sender"])
def test_what_is_left_is_named(spark: SparkSession, column: str) -> None:
    rows = [row_with(column, text) for text, _ in CASES.values()]
    frame = spark.createDataFrame(rows, frame_schema())
    found = [row.left for row in frame.select(residue(list(PATTERNS)).alias("left")).collect()]
    assert dict(zip(CASES, found, strict=True)) == {name: left for name, (_, left) in CASES.items()}


def test_what_the_policy_allows_is_no_residue(spark: SparkSession) -> None:
    rows = [row_with("body", "Help(desk)+@Corp.example"), row_with("body", "kai@corp.example")]
    left = residue(list(PATTERNS), ["desk)+@corp.example"]).alias("left")
    shown = spark.createDataFrame(rows, frame_schema()).select(left).collect()
    assert [row.left for row in shown] == [[], ["EMAIL_ADDRESS"]]


COLUMNS = ("subject", "body", "attachments", "events", "sender", "recipients")


def frame_schema() -> StructType:
    return StructType([SILVER_MAIL.schema[name] for name in COLUMNS])


def row_with(column: str, text: str) -> tuple[object, ...]:
    row: dict[str, object] = dict.fromkeys(COLUMNS, "") | {
        "attachments": [],
        "events": [],
        "sender": None,
        "recipients": [],
    }
    shown: dict[str, object] = {
        "attachments": [(text, "text/plain", 1)],
        "events": [("request", text, None, None, False, None)],
        "sender": (text, TOKEN),
    }
    row[column] = shown.get(column, text)
    return tuple(row.values())


def test_what_the_policy_keeps_is_no_residue(spark: SparkSession) -> None:
    rows = [row_with("body", "kai@corp.example 219-09-9999")]
    frame = spark.createDataFrame(rows, frame_schema())
    assert [row.left for row in frame.select(residue(["US_SSN"]).alias("left")).collect()] == [["US_SSN"]]


@pytest.mark.slow
@pytest.mark.parametrize("text", ["a" * 50_000, "1-" * 25_000, "a@" * 25_000, "+1 " * 20_000, "AB12 " * 10_000])
def test_a_long_text_takes_no_long_time(spark: SparkSession, text: str) -> None:
    """Four times the text takes about four times as long, not sixteen times."""
    assert _seconds(spark, text * 4) < 10 * max(_seconds(spark, text), 0.2)


def _seconds(spark: SparkSession, text: str) -> float:
    frame = spark.createDataFrame([(text,)], "body string")
    begin = time.perf_counter()
    for pattern in PATTERNS.values():
        frame.where(frame.body.rlike(pattern)).count()
    return time.perf_counter() - begin


def test_detection_is_counted_by_entity_residue_and_fallback(spark: SparkSession) -> None:
    schema = f"reasons array<string>, entity_counts map<string, int>, residue array<string>, {TAGGER_FALLBACK} boolean"
    published: tuple[object, ...] = ([], {"PERSON": 2}, [], None)
    held = (["RESIDUE"], {"PERSON": 9}, ["US_SSN"], False)
    counts = {("entities", "PERSON"): 4, ("residue", "US_SSN"): 1}
    frame = spark.createDataFrame([published, published, held], schema)
    assert privacy_counts(frame) == counts
    slow = frame.unionByName(spark.createDataFrame([([], {}, [], True), ([], {}, [], True)], schema))
    assert privacy_counts(slow) == counts | {("anonymize", TAGGER_FALLBACK): 2}
