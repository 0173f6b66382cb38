"""Conditions over one mail: what holds, what does not, and what is unknown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from triage.routing.attributes import attributes
from triage.routing.conditions import read_condition
from triage.routing.plain import holds

KNOWN = attributes({"category": ("billing", "hr")})
MAIL: dict[str, Any] = {
    "mail_key": "m",
    "batch_id": 1,
    "received_at": datetime(2026, 1, 5, tzinfo=UTC),
    "language": "de",
    "bulk": True,
    "bounce": None,
    "importance": None,
    "size_bytes": 10,
    "attachments": None,
    "marks": ["SENDER_MISSING"],
    "subject": "Grüße",
    "body": "Bitte  opt\n out, RECHNUNGEN",
    "category": "billing",
    "category_score": 0.5,
}


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("bulk", True, True),
        ("bulk", False, False),
        ("bounce", False, False),
        ("language", "de", True),
        ("language", {"none_of": ["en"]}, True),
        ("importance", {"max": 2}, False),
        ("size_bytes", {"min": 10}, True),
        ("size_bytes", {"min": 11}, False),
        ("attachments", 0, True),
        ("marks", "SENDER_MISSING", True),
        ("marks", {"none_of": ["SENDER_MISSING"]}, False),
        ("body_words", "opt out", True),
        ("body_words", "rechnung", False),
        ("words", {"any_of": ["nothing", "bitte"], "none_of": ["spam"]}, True),
        ("category", "billing", True),
        ("category", {"none_of": ["billing"]}, False),
        ("category", "abstained", False),
        ("category_score", {"min": 0.5, "max": 0.6}, True),
    ],
)
def test_a_condition_over_one_mail(name: str, given: Any, expected: bool) -> None:
    assert holds(read_condition(KNOWN[name], given), MAIL) is expected


def test_a_head_without_a_row_fulfils_nothing() -> None:
    mail = {name: value for name, value in MAIL.items() if name != "category"}
    assert not holds(read_condition(KNOWN["category"], {"none_of": ["hr"]}), mail)
