from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from triage.lake.tables import SILVER_MAIL
from triage.quality.rules import ROW_RULES, violations
from triage.reasons import Mark, Reason

GOOD: dict[str, Any] = {
    "subject": "Invoice",
    "body": "Please pay.",
    "attachments": [],
    "sender": ("<PERSON_1>", "<EMAIL_ADDRESS_1>"),
    "recipients": [("to", "<PERSON_2>", "<EMAIL_ADDRESS_2>")],
    "sent_at": datetime(2026, 1, 1, 12, tzinfo=UTC),
    "received_at": datetime(2026, 1, 1, 12, 1, tzinfo=UTC),
}
FILE = [("a.pdf", "application/pdf", 5)]
CASES: list[tuple[str, dict[str, Any], list[str], list[str]]] = [
    ("nothing wrong", {}, [], []),
    ("no recipient", {"recipients": []}, [], ["NO_RECIPIENT"]),
    ("recipients unknown", {"recipients": None}, [], ["NO_RECIPIENT"]),
    ("no date", {"sent_at": None}, [], []),
    ("blank body", {"body": " \n"}, [], []),
    ("only an attachment", {"subject": "", "body": "", "attachments": FILE}, [], []),
    ("nothing at all", {"subject": "", "body": " \n"}, ["NO_CONTENT"], []),
    ("a day ahead", {"sent_at": datetime(2026, 1, 2, 12, tzinfo=UTC)}, [], []),
    ("a week ahead", {"sent_at": datetime(2026, 1, 8, tzinfo=UTC)}, [], ["DATE_AFTER_RECEIPT"]),
    (
        "several",
        {"sent_at": datetime(2026, 1, 8, tzinfo=UTC), "recipients": []},
        [],
        ["NO_RECIPIENT", "DATE_AFTER_RECEIPT"],
    ),
]


Found = dict[str, tuple[list[str], list[str]]]


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> Found:
    """Held and marked codes by case, all in one pass."""
    rows = [(case[0], *[(GOOD | case[1]).get(name) for name in SILVER_MAIL.column_names]) for case in CASES]
    schema = StructType([StructField("case", StringType()), *SILVER_MAIL.schema.fields])
    both = spark.createDataFrame(rows, schema).select("case", violations(Reason), violations(Mark))
    return {row[0]: (row[1], row[2]) for row in both.collect()}


@pytest.mark.parametrize(("name", "held", "marked"), [(c[0], c[2], c[3]) for c in CASES], ids=[c[0] for c in CASES])
def test_all_violations_are_collected(found: Found, name: str, held: list[str], marked: list[str]) -> None:
    assert found[name] == (held, marked)


def test_codes_are_distinct() -> None:
    codes = [rule.code for rule in ROW_RULES]
    assert len(set(codes)) == len(codes)
