"""Thresholds by slice, before and after."""

from __future__ import annotations

import numpy as np
import pytest

from tests.monitoring.performance.builders import head_slice, profile_of, view_of
from triage.monitoring.fairness.thresholds import SliceThreshold, equalized
from triage.monitoring.view import RunView


def two_languages(mails: int = 4_000) -> RunView:
    """A language with high scores and one with low ones, both decided from 0.6 on."""
    random = np.random.default_rng(6)
    easy = head_slice(random.uniform(0.85, 1.0, mails), 0.6)
    hard = head_slice(random.uniform(0.5, 1.0, mails // 4), 0.6)
    return view_of(profile_of(easy + hard, {("language", "en"): easy, ("language", "fr"): hard}))


def rows(view: RunView, **options: object) -> dict[str, SliceThreshold]:
    return {one.slice: one for one in equalized(view, "category", "language", **options)}  # type: ignore[arg-type]


def test_one_error_for_all_slices() -> None:
    found = rows(two_languages())
    # all mails: (4000 × 0.925 + 800 × 0.8) / 4800 right; French from t on is right in (1 + t) / 2
    error = 1 - (4_000 * 0.925 + 800 * 0.8) / 4_800
    french = found["fr"]
    assert french.before.error == pytest.approx(0.2, abs=0.01)
    assert french.before.abstention == pytest.approx(0.2, abs=0.03)
    assert french.after.error == pytest.approx(error, abs=0.01)
    assert french.threshold == pytest.approx(1 - 2 * error, abs=0.03)
    assert french.after.abstention == pytest.approx((french.threshold - 0.5) / 0.5, abs=0.03)
    assert (found["en"].after.abstention, found["en"].mails) == (0.0, 4_000)


def test_one_abstention_for_all_slices() -> None:
    found = rows(two_languages(), aim="abstention")
    assert [one.after.abstention for one in found.values()] == pytest.approx([200 / 5_000] * 2, abs=0.02)
    assert found["fr"].after.error == pytest.approx((1 - 0.52) / 2, abs=0.02)


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(lambda: view_of(profile_of(head_slice([0.5] * 900))), id="accuracy unknown"),
        pytest.param(lambda: two_languages(mails=160), id="few mails"),
    ],
)
def test_nothing_is_said_without_knowledge(view: object) -> None:
    found = rows(view())  # type: ignore[operator]
    assert "fr" not in found
