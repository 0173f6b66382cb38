"""What a learning step prints."""

from __future__ import annotations

import pytest

from triage.config.learning.guards import GuardSettings
from triage.learning.guards.outcome import Guarded, LeftOut, Trust
from triage.learning.retraining.command import quorum_hint

SETTINGS = GuardSettings(quorum=2, quorum_gold=3, quorum_trust=0.8)
ABLE, NEW, WRONG = Trust(0.9, 3, 3, False), Trust(0.9, 0, 0, False), Trust(0.7, 2, 3, False)
WAITING = {("a", "kind"): LeftOut.QUORUM, ("b", "kind"): LeftOut.CONFLICT}


@pytest.mark.parametrize(
    ("left_out", "trust", "counting"),
    [
        pytest.param(WAITING, [NEW] * 10, 0, id="nobody answered gold questions"),
        pytest.param(WAITING, [ABLE, NEW, WRONG], 1, id="one person counts"),
        pytest.param(WAITING, [ABLE, ABLE], None, id="enough people"),
        pytest.param({}, [NEW], None, id="nothing waits"),
    ],
)
def test_hint_where_nobody_can_settle_a_dangerous_change(
    left_out: dict[tuple[str, str], LeftOut], trust: list[Trust], counting: int | None
) -> None:
    found = Guarded((), (), {f"p{number}": one for number, one in enumerate(trust)}, left_out)
    hints = list(quorum_hint(found, SETTINGS))
    assert len(hints) == (counting is not None)
    assert all(f"wait (1) for a quorum of 2 people, and {counting} can count" in hint for hint in hints)
    assert all("jobs/review.py gold" in hint for hint in hints)
