"""How much is left to people."""

from __future__ import annotations

import pytest

from tests.monitoring.performance.builders import head_slice, profile_of, view_of
from triage.monitoring.performance.abstention import abstention, decided_share
from triage.monitoring.profiles.profile import Profile, Slice


def test_abstention_by_slice() -> None:
    mails = head_slice([0.4] * 25 + [0.9] * 75, 0.5)
    german = head_slice([0.4] * 10 + [0.9] * 10, 0.5)
    found = {(one.by, one.slice): one for one in abstention(view_of(profile_of(mails, {("language", "de"): german})))}
    assert {key: one.value for key, one in found.items()} == {("run", ""): 0.25, ("language", "de"): 0.5}
    # Wilson's interval of 25 of 100, as R's prop.test(25, 100, correct = FALSE) gives it
    whole = found["run", ""]
    assert [whole.low, whole.high] == pytest.approx([0.1754521, 0.3430446], abs=1e-6)
    assert whole.mails == 100


def test_the_decided_share_is_that_of_all_heads() -> None:
    both = head_slice([0.4] * 25 + [0.9] * 75, 0.5) + head_slice([0.9] * 100, 0.5, head="priority")
    (found,) = decided_share(view_of(profile_of(Slice(100, 0, both.features))))
    assert (found.value, found.mails) == (0.875, 100)


def test_nothing_decided_is_nothing_measured() -> None:
    assert list(decided_share(view_of(Profile()))) == []
    assert list(abstention(view_of(Profile()))) == []
