from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from triage.quality.rules import ROW_RULES, violations
from triage.tables import SILVER_MAIL

GOOD: dict[str, Any] = {
    "subject": "Invoice",
    "body": "Please pay.",
    "attachments": [],
    "sender": ("<PERSON_1>", "<EMAIL_ADDRESS_1>"),
    "recipients": [("to", "<PERSON_2>", "<EMAIL_ADDRESS_2>")],
    "sent_at": datetime(2026, 1, 1, 12),
    "received_at": datetime(2026, 1, 1, 12, 1),
}
FILE = [("a.pdf", "application/pdf", 5)]
CASES = [
    ("nothing wrong", {}, [], []),
    ("no sender", {"sender": None}, [], ["NO_SENDER"]),
    ("no recipient", {"recipients": []}, [], ["NO_RECIPIENT"]),
    ("recipients unknown", {"recipients": None}, [], ["NO_RECIPIENT"]),
    ("no date", {"sent_at": None}, [], ["NO_DATE"]),
    ("blank body", {"body": " \n"}, [], ["EMPTY_BODY"]),
    ("only an attachment", {"subject": "", "body": "", "attachments": FILE}, [], ["EMPTY_BODY"]),
    ("nothing at all", {"subject": "", "body": ""}, ["NO_CONTENT"], ["EMPTY_BODY"]),
    ("a day ahead", {"sent_at": datetime(2026, 1, 2, 12)}, [], []),
    ("a week ahead", {"sent_at": datetime(2026, 1, 8)}, [], ["DATE_AFTER_RECEIPT"]),
    ("several", {"sent_at": None, "sender": None}, [], ["NO_SENDER", "NO_DATE"]),
]


Found = dict[str, tuple[list[str], list[str]]]


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> Found:
    """Held and marked codes by case, all in one pass."""
    rows = [(case[0], *[(GOOD | case[1]).get(name) for name in SILVER_MAIL.column_names]) for case in CASES]
    schema = StructType([StructField("case", StringType()), *SILVER_MAIL.schema.fields])
    both = spark.createDataFrame(rows, schema).select("case", violations(holding=True), violations(holding=False))
    return {row[0]: (row[1], row[2]) for row in both.collect()}


@pytest.mark.parametrize(("name", "held", "marked"), [(c[0], c[2], c[3]) for c in CASES], ids=[c[0] for c in CASES])
def test_all_violations_are_collected(found: Found, name: str, held: list[str], marked: list[str]) -> None:
    assert found[name] == (held, marked)


def test_codes_are_distinct_and_explained() -> None:
    codes = [rule.code for rule in ROW_RULES]
    assert len(set(codes)) == len(codes)
    assert all(rule.meaning.endswith(".") for rule in ROW_RULES)
