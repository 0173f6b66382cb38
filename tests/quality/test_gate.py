from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import SparkSession

from triage.lake.tables import QUARANTINE
from triage.quality.gate import validate_batch

KEY = "0" * 63
GOOD: dict[str, Any] = {
    "mail_key": KEY + "1",
    "batch_id": 1,
    "file_key": "file",
    "byte_offset": 0,
    "size_bytes": 10,
    "reasons": ["EMPTY"],
    "stage": "parse",
}
BROKEN = [
    GOOD | {"mail_key": "Jane Roe"},
    GOOD | {"mail_key": KEY + "3", "file_key": None},
    GOOD | {"mail_key": KEY + "4", "size_bytes": -1},
    GOOD | {"mail_key": KEY + "5", "stage": "elsewhere"},
    GOOD,
    GOOD,
]
CASES = [
    ("sound rows", [GOOD, GOOD | {"mail_key": KEY + "2"}], set()),
    ("no rows", [], set()),
    (
        "every kind of fault",
        BROKEN,
        {
            "expect_column_values_to_be_unique(mail_key)",
            "expect_column_values_to_match_regex(mail_key)",
            "expect_column_values_to_not_be_null(file_key)",
            "expect_column_values_to_be_between(size_bytes)",
            "expect_column_values_to_be_in_set(stage)",
        },
    ),
]


@pytest.mark.parametrize(("rows", "failed"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_declaration_is_enforced(spark: SparkSession, rows: list[dict[str, Any]], failed: set[str]) -> None:
    values = [tuple(row[name] for name in QUARANTINE.column_names) for row in rows]
    verdicts = validate_batch(spark.createDataFrame(values, QUARANTINE.schema), QUARANTINE)
    assert {v.name for v in verdicts if not v.passed} == failed
    assert len(verdicts) > 8
