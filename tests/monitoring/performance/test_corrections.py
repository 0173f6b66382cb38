"""Realized accuracy and correction rate from what people corrected."""

from __future__ import annotations

from typing import Any

import pytest

from tests.monitoring.performance.builders import correction, head_slice, past_values, profile_of, view_of
from triage.monitoring.performance.corrections import correction_rate, in_force, realized_accuracy
from triage.monitoring.performance.notes import AUDITED, NO_CORRECTIONS, NOT_RANDOM, TOO_FEW_MAILS
from triage.monitoring.profiles.profile import Profile


def now(decided: int = 400) -> Profile:
    return profile_of(head_slice([0.4] * 100 + [0.9] * decided, 0.5))


def undo(number: int, of: int) -> dict[str, Any]:
    return correction(number, mail_key="mail-1", undoes=f"c{of}")


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        pytest.param([correction(1), correction(2)], {"c1", "c2"}, id="two mails"),
        pytest.param([correction(1), undo(2, of=1)], set(), id="undone"),
        pytest.param([correction(1), undo(2, of=1), undo(3, of=2)], {"c1"}, id="the undo undone"),
        pytest.param([correction(1), correction(2, mail_key="mail-1")], {"c2"}, id="corrected again"),
        pytest.param(
            [correction(1), correction(2, mail_key="mail-1"), undo(3, of=2)], {"c1"}, id="the second one undone"
        ),
        pytest.param(
            [correction(1), correction(2, mail_key="mail-1", head="kind")], {"c1", "c2"}, id="two heads of a mail"
        ),
        pytest.param(
            [correction(1), correction(2, mail_key="mail-1", source="move")], {"c1"}, id="moved after it was stated"
        ),
        pytest.param([correction(1, source="move")], {"c1"}, id="only moved"),
    ],
)
def test_the_last_correction_that_nobody_took_back_counts(rows: list[dict[str, Any]], left: set[str]) -> None:
    assert {row["correction_id"] for row in in_force(rows)} == left
    assert {row["correction_id"] for row in in_force(rows[::-1])} == left


@pytest.mark.parametrize(
    ("rows", "value", "mails", "note"),
    [
        pytest.param([], None, 0, NO_CORRECTIONS, id="none"),
        pytest.param([correction(n) for n in range(10)], 0.0, 10, NOT_RANDOM, id="only what people moved"),
        pytest.param(
            [correction(n, source="audit", label="billing" if n % 4 else "sales") for n in range(40)],
            0.75,
            40,
            AUDITED,
            id="audited",
        ),
        pytest.param(
            [correction(n, source="audit", label="billing") for n in range(40)]
            + [correction(n) for n in range(50, 90)],
            1.0,
            40,
            AUDITED,
            id="an audit counts alone",
        ),
        pytest.param(
            [correction(n, source="audit", label="billing") for n in range(40)]
            + [correction(100 + n, mail_key=f"mail-{n}") for n in range(40)],
            1.0,
            40,
            AUDITED,
            id="later corrections of the same mails change no audit",
        ),
        pytest.param(
            [correction(n, source="audit", label="billing") for n in range(10)]
            + [correction(n) for n in range(50, 60)],
            0.5,
            20,
            NOT_RANDOM,
            id="too small an audit",
        ),
        pytest.param(
            [correction(n, decided=None) for n in range(10)], None, 0, NO_CORRECTIONS, id="abstentions decided"
        ),
    ],
)
def test_realized_accuracy(rows: list[dict[str, Any]], value: float | None, mails: int, note: str) -> None:
    (found,) = realized_accuracy(view_of(now(), corrections=rows))
    assert (found.metric, found.value, found.mails, found.note) == ("realized_accuracy.category", value, mails, note)


def test_the_correction_rate_is_of_all_labels_given_in_the_time() -> None:
    past = past_values("abstention.category", [0.2, 0.2])
    rows = [correction(n) for n in range(20)] + [correction(n, source="audit") for n in range(30, 40)]
    (found,) = correction_rate(
        view_of(now(), corrections=rows, history=lambda name: past if "abstention" in name else [])
    )
    assert (found.value, found.mails) == (20 / 2_000, 2_000)


def test_a_confirmed_label_is_no_correction() -> None:
    (found,) = correction_rate(view_of(now(), corrections=[correction(1, label="billing")]))
    assert (found.value, found.mails) == (0.0, 400)


@pytest.mark.parametrize(
    ("decided", "rows", "note"),
    [
        pytest.param(400, [], NO_CORRECTIONS, id="nobody corrects"),
        pytest.param(0, [correction(1)], TOO_FEW_MAILS, id="no labels"),
    ],
)
def test_no_rate_is_known(decided: int, rows: list[dict[str, Any]], note: str) -> None:
    (found,) = correction_rate(view_of(now(decided), corrections=rows))
    assert (found.value, found.note) == (None, note)
