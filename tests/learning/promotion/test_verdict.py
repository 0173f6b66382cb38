"""What a person's override makes of a verdict."""

from __future__ import annotations

import pytest

from triage.learning.promotion.verdict import Decision, Verdict

CASES = {
    "refused": ("refused", False, "overridden"),
    "refused, and an approval is asked for": ("refused", True, "awaits_approval"),
    "passed": ("promoted", False, "promoted"),
    "waits for approval": ("awaits_approval", True, "awaits_approval"),
}


@pytest.mark.parametrize(("decision", "approval", "expected"), CASES.values(), ids=CASES)
def test_overridden(decision: Decision, approval: bool, expected: str) -> None:
    made = Verdict("labels", "7", "6", None, decision, ("Too few rows.",))
    found = made.overridden("ops", "it is needed", approval=approval)
    assert (found.decision, found.decided_by) == (expected, "ops")
    assert found.goes_live == (expected in ("overridden", "promoted"))
    assert found.sentences[-1] == "Too few rows."
    assert "it is needed" in found.sentences[0]
    assert "needed" not in found.evidence()  # a person's words stay where an erasure looks for names
