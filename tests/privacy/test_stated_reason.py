"""Reasons that people state for decisions: on one line, and without a person."""

from __future__ import annotations

import pytest

from triage.errors import ConfigError
from triage.privacy.stated_reason import LONGEST, require_reason

REFUSED = {
    "none": None,
    "empty": "",
    "blanks": " \n ",
    "an address": "asked by ann@example.com",
    "a token": "wrong for <PERSON_0a1b2c_0123456789abcdef>",
    "a full name": "Maria Schmidt complained",
}
KEPT = {
    "words": ("version 7 sends invoices to hr", "version 7 sends invoices to hr"),
    "several lines": (" worse\n than  before ", "worse than before"),
    "too long": ("wrong " * 200, ("wrong " * 200)[:LONGEST]),
}


@pytest.mark.parametrize("reason", REFUSED.values(), ids=REFUSED)
def test_refused(reason: str | None) -> None:
    what = "seems to name a person: it" if (reason or "").strip() else "needs a reason, which"
    with pytest.raises(ConfigError, match=f"{what} stays in ops/promotions and must name no person") as refused:
        require_reason(reason, table="ops/promotions", example="a test")
    assert not (reason or "").strip() or str(reason) not in str(refused.value)


@pytest.mark.parametrize(("reason", "kept"), KEPT.values(), ids=KEPT)
def test_kept(reason: str, kept: str) -> None:
    assert require_reason(reason, table="ops/promotions", example="a test") == kept
