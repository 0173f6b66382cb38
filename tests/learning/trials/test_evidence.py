"""Who was right on checked mails, and the verdict on a trial."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from triage.config.learning.trials import TrialSettings
from triage.learning.trials.evidence import Checked, checked_answers, judge

START = datetime(2026, 3, 1, tzinfo=UTC)
SETTINGS = TrialSettings(most_mails=100)


def shadow(key: str, label: str | None, other: str | None, *, version: str = "1", head: str = "category") -> Any:
    other_version = "2" if version == "1" else "1"
    return {
        "mail_key": key,
        "head": head,
        "model_version": version,
        "label": label,
        "other_version": other_version,
        "other_label": other,
    }


def correction(key: str, label: str, *, source: str = "audit", head: str = "category", hours: int = 0) -> Any:
    return {
        "correction_id": f"{key}{head}{source}",
        "mail_key": key,
        "head": head,
        "label": label,
        "source": source,
        "undoes": None,
        "corrected_at": START + timedelta(hours=hours),
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(shadow("a", "hr", "legal"), (True, False, False), id="the champion decided and was right"),
        pytest.param(shadow("a", "legal", "hr"), (False, True, False), id="the shadow was right"),
        pytest.param(shadow("a", "hr", "legal", version="2"), (False, True, True), id="the challenger decided"),
        pytest.param(shadow("a", None, "hr"), (False, True, False), id="an abstention is not right"),
        pytest.param(shadow("a", "hr", "hr"), (True, True, False), id="both"),
    ],
)
def test_who_was_right(row: Any, expected: tuple[bool, bool, bool]) -> None:
    (one,) = checked_answers([row], [correction("a", "hr")], "2", "1")["category"]
    assert (one.champion_right, one.challenger_right, one.by_challenger) == expected


@pytest.mark.parametrize(
    "corrections",
    [
        pytest.param([correction("a", "hr", source="page")], id="not drawn at random"),
        pytest.param([correction("b", "hr")], id="another mail"),
        pytest.param([correction("a", "hr", head="kind")], id="another head"),
        pytest.param([], id="none"),
    ],
)
def test_other_mails_say_nothing(corrections: list[Any]) -> None:
    assert checked_answers([shadow("a", "hr", "legal")], corrections, "2", "1") == {}


def test_rows_of_an_earlier_trial_say_nothing() -> None:
    assert checked_answers([shadow("a", "hr", "legal")], [correction("a", "hr")], "3", "1") == {}


def test_rows_with_an_earlier_champion_say_nothing() -> None:
    rows = [shadow("a", "hr", "legal"), shadow("b", "legal", "hr") | {"model_version": "5"}]
    found = checked_answers(rows, [correction("a", "hr"), correction("b", "hr")], "2", "5")["category"]
    assert [one.challenger_right for one in found] == [True]


def answers(*groups: tuple[int, bool, bool]) -> list[Checked]:
    flags = [(first, second) for count, first, second in groups for _ in range(count)]
    return [
        Checked(START + timedelta(hours=n), first, second, by_challenger=n % 2 == 0)
        for n, (first, second) in enumerate(flags)
    ]


BOTH = (30, True, True)


@pytest.mark.parametrize(
    ("heads", "outcome"),
    [
        pytest.param({}, "open", id="nothing checked"),
        pytest.param({"kind": answers(BOTH)}, "open", id="no difference yet"),
        pytest.param({"kind": answers(BOTH, (20, True, False))}, "worse", id="worse"),
        pytest.param({"kind": answers(BOTH, (20, False, True))}, "better", id="better"),
        pytest.param({"kind": answers((100, True, True))}, "enough", id="no difference to the end"),
        pytest.param(
            {"kind": answers((20, False, True)), "category": answers((20, True, False))}, "worse", id="better and worse"
        ),
    ],
)
def test_verdict(heads: dict[str, list[Checked]], outcome: str) -> None:
    assert judge(heads, SETTINGS, with_arms=False).outcome == outcome


def test_error_rates_are_shared_out_among_heads() -> None:
    alone = answers((8, True, False))
    limit = judge({"kind": alone}, SETTINGS, with_arms=False).heads[0].p_worse
    settings = SETTINGS.model_copy(update={"false_stops": limit * 1.5})
    assert judge({"kind": alone}, settings, with_arms=False).outcome == "worse"
    assert judge({"kind": alone, "category": answers(BOTH)}, settings, with_arms=False).outcome == "open"
    assert judge({"kind": alone}, settings, with_arms=True).outcome == "open"


def test_arms_are_compared_in_an_ab_test() -> None:
    """Where both models would be right or wrong on the same mails, pairs say nothing, and arms do."""
    own = [
        Checked(START + timedelta(days=n // 20), n % 2 == 1, n % 2 == 1, by_challenger=n % 2 == 0) for n in range(400)
    ]
    settings = TrialSettings(most_mails=10_000)
    assert judge({"kind": own}, settings, with_arms=False).outcome == "open"
    assert judge({"kind": own}, settings, with_arms=True).outcome == "worse"
