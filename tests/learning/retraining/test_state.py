"""Which corrections a training has not had yet."""

from __future__ import annotations

from typing import Any

import pytest

from triage.learning.guards.outcome import Example
from triage.learning.retraining.state import new_examples

MAIL = "a" * 64
REGISTERED = "20261101-00000001"


def used(label: str = "billing", training_id: str = REGISTERED) -> dict[str, Any]:
    return {"training_id": training_id, "mail_key": MAIL, "head": "category", "label": label}


CASES = {
    "no training": ([], 1.0, 1),
    "a model learnt it": ([used()], 1.0, 0),
    "a model learnt another label of it": ([used("sales")], 1.0, 1),
    "a killed step stored its set, and no model of it is registered": ([used(training_id="20261102-00000002")], 1.0, 1),
    "a guard left nothing of it": ([], 0.0, 0),
}


@pytest.mark.parametrize(("rows", "weight", "count"), CASES.values(), ids=CASES)
def test_new(rows: list[dict[str, Any]], weight: float, count: int) -> None:
    examples = [Example(MAIL, "category", "billing", weight, "file")]
    assert len(new_examples(examples, rows, {REGISTERED}, {MAIL})) == count


def test_a_correction_of_a_mail_that_is_gone_is_not_new() -> None:
    examples = [Example(key * 64, "category", "billing", 1.0, "file") for key in "ab"]
    assert new_examples(examples, [], set(), {MAIL}) == examples[:1]
