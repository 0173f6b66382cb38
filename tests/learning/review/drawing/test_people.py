"""Who may review which team's mails."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.learning.corrections.lakes import NOW
from triage.config import load_settings
from triage.learning.corrections.reviewers import reviewer_token
from triage.learning.review.answers import Answer
from triage.learning.review.drawing.people import people_of
from triage.privacy.pseudonyms.keys import keys_from_secret

KEYS = keys_from_secret(b"s" * 32)
ANSWERS = {
    ("a", "category"): (Answer("new", "hr", NOW, "page"), Answer("old", "hr", NOW - timedelta(days=31), "page")),
    ("b", "category"): (Answer("moved", "hr", NOW, "move"),),
}


def test_without_a_file_those_who_answered_lately_review_everything() -> None:
    found = people_of(load_settings(), KEYS, ANSWERS, NOW - timedelta(days=30))
    assert found.of("billing") == {"new"}


def test_with_a_file_those_of_the_team(tmp_path: Path) -> None:
    file = tmp_path / "reviewers.yaml"
    file.write_text("reviewers: {Ann: {teams: [billing]}, Bo: {}}")
    settings = load_settings(overrides=[f"learning.corrections.reviewers={file}"])
    found = people_of(settings, KEYS, ANSWERS, NOW)
    ann, bo = (reviewer_token(name, KEYS) for name in ("Ann", "Bo"))
    assert found.of("billing") == {ann, bo}
    assert found.of("sales") == {bo}
