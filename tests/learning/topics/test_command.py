"""What `jobs/topics.py` prints where it proposes nothing."""

from __future__ import annotations

import pytest

from triage.learning.topics.command import Proposed, print_proposals


@pytest.mark.parametrize(
    ("mails", "said"),
    [
        pytest.param(0, "No mail has labels of category, so nothing can be said.", id="nothing was read"),
        pytest.param(40, "The labels of category fit 40 mails of the 30 days before the newest", id="they fit"),
    ],
)
def test_without_proposals_the_number_of_mails_is_named(
    mails: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_proposals(Proposed("category", mails, 30, ()))
    printed = capsys.readouterr().out
    assert said in printed
    assert ("fit" in printed) == bool(mails)
