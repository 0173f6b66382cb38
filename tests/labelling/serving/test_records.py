"""Records of a request as rows of silver/mail."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from triage.errors import ConfigError
from triage.labelling.serving.records import rows_of
from triage.lake.tables import SILVER_MAIL

MAIL = {"subject": "Invoice overdue", "body": "Please pay."}

LANGUAGES = {
    "found in the text": ({"subject": "Invoice overdue", "body": "Please pay."}, "en"),
    "given": ({"subject": "Invoice overdue", "body": "Please pay.", "language": "de"}, "de"),
    "missing in pandas": ({"subject": "Rechnung", "body": "Bitte zahlen Sie bald.", "language": float("nan")}, "de"),
    "unknown": ({"subject": "", "body": "17 %"}, "und"),
    "no text": ({"subject": None, "body": None}, "und"),
}


@pytest.mark.parametrize(("record", "expected"), LANGUAGES.values(), ids=LANGUAGES)
def test_a_record_without_a_language_has_that_of_its_text(record: dict[str, Any], expected: str) -> None:
    assert [row["language"] for row in rows_of([record])] == [expected]


VALUES: dict[str, tuple[str, Any, Any]] = {
    "flag": ("bulk", True, True),
    "flag of numpy": ("bulk", np.bool_(False), False),
    "flag of a column with gaps": ("bulk", 1.0, True),
    "unknown flag": ("bulk", math.nan, None),
    "unknown": ("importance", pd.NA, None),
    "number of a column with gaps": ("importance", 1.0, 1),
    "moment": ("sent_at", "2026-03-02T09:30:00Z", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
    "moment without a zone": ("sent_at", "2026-03-02T09:30:00", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
    "moment of pandas": ("sent_at", pd.Timestamp("2026-03-02T09:30"), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
    "no moment": ("sent_at", pd.NaT, None),
    "attachment": ("attachments", [{"name": "a.pdf", "size_bytes": 3}], [("a.pdf", None, 3)]),
    "attachments unknown": ("attachments", math.nan, None),
}


@pytest.mark.parametrize(("column", "given", "expected"), VALUES.values(), ids=VALUES)
def test_a_value_has_the_type_of_its_column(column: str, given: Any, expected: Any) -> None:
    [row] = rows_of([MAIL | {column: given}])
    assert row[column] == expected
    assert type(row[column]) is type(expected)
    assert set(row) == set(SILVER_MAIL.column_names)


WRONG: dict[str, tuple[str, Any]] = {
    "word for a flag": ("bulk", "false"),
    "number for a flag": ("bulk", 2),
    "no moment": ("sent_at", "secret"),
    "empty moment": ("sent_at", ""),
    "not a time": ("sent_at", "NaT"),
    "moment of no mail": ("sent_at", "9999-12-31"),
    "word for attachments": ("attachments", "secret"),
    "one attachment for a list": ("attachments", {"name": "secret"}),
    "endless number": ("importance", math.inf),
    "word for a number": ("importance", "secret"),
    "word for an attachment": ("attachments", ["secret"]),
    "number for a text": ("subject", 5),
    "list for a text": ("language", ["secret"]),
}


@pytest.mark.parametrize(("column", "given"), WRONG.values(), ids=WRONG)
def test_a_value_of_another_type_is_refused_and_not_quoted(column: str, given: Any) -> None:
    with pytest.raises(ConfigError, match=rf"Mail 1 .* \[{column}\]") as refused:
        rows_of([MAIL, MAIL | {column: given}])
    assert "secret" not in str(refused.value)
