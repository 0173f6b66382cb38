"""Approvals: one counts for its very version; the file is only added to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.config import PROJECT
from triage.errors import ConfigError
from triage.monitoring.governance.approvals import (
    Approval,
    add_approval,
    approval_of,
    load_approvals,
    new_approval,
)

AT = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
RULES = Approval(what="rules", version="f4d3", by="Ada", at=AT)

BROKEN = {
    "no list": ("what: rules", "list"),
    "no version": ("- {what: rules, by: Ada, at: 2026-03-02T02:30:00+00:00}", "entry 1 version"),
    "nobody": ("- {what: rules, version: f4d3, by: '', at: 2026-03-02T02:30:00+00:00}", "entry 1 by"),
    "no time zone": ("- {what: rules, version: f4d3, by: Ada, at: 2026-03-02T02:30:00}", "entry 1 at"),
    "unknown key": ("- {what: rules, version: f4d3, by: Ada, at: 2026-03-02T02:30:00+00:00, bye: x}", "entry 1 bye"),
    "no YAML": ("- {what", "not valid YAML"),
}


@pytest.mark.parametrize(
    ("what", "version", "digest", "is_approved"),
    [
        pytest.param("rules", "f4d3", "", True, id="the very version"),
        pytest.param("rules", "f4d4", "", False, id="another version"),
        pytest.param("policy", "f4d3", "", False, id="another part"),
        pytest.param("rules", "f4d3", "ab", False, id="the same number with other files"),
    ],
)
def test_an_approval_counts_for_its_version(what: str, version: str, digest: str, is_approved: bool) -> None:
    assert (approval_of(what, version, digest, [RULES]) is not None) == is_approved


def test_the_latest_of_several_counts() -> None:
    later = RULES.model_copy(update={"by": "Grace", "at": AT + timedelta(days=1)})
    assert approval_of("rules", "f4d3", "", [later, RULES]) == later


def test_no_file_is_no_approval(tmp_path: Path) -> None:
    assert load_approvals(tmp_path / "none.yaml") == ()


def test_the_shipped_file_can_be_read() -> None:
    assert load_approvals(PROJECT / "conf" / "approvals.yaml") == ()


@pytest.mark.parametrize(("text", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_an_error_that_names_the_entry(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "approvals.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=says):
        load_approvals(file)
    with pytest.raises(ConfigError):
        add_approval(file, RULES)
    assert file.read_text("utf-8") == text


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("", id="empty"),
        pytest.param("# a comment\n", id="comment"),
        pytest.param("# a comment", id="no end of line"),
        pytest.param("- {what: policy, version: v, by: Eve, at: 2026-01-01T00:00:00+00:00}", id="an entry"),
    ],
)
def test_an_entry_is_added_and_all_before_it_kept(before: str, tmp_path: Path) -> None:
    file = tmp_path / "approvals.yaml"
    file.write_text(before, "utf-8")
    earlier = load_approvals(file)
    add_approval(file, RULES)
    assert file.read_text("utf-8").startswith(before)
    assert load_approvals(file) == (*earlier, RULES)


@settings(max_examples=20, deadline=None)
@given(
    by=st.text(min_size=1).filter(str.strip),
    note=st.text(),
    version=st.text(min_size=1, alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))),
)
def test_what_is_added_is_what_is_read(
    by: str, note: str, version: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("approvals") / "approvals.yaml"
    approval = new_approval("rules", version, "", by, note)
    add_approval(file, approval)
    assert load_approvals(file) == (approval,)


@pytest.mark.parametrize("by", ["", "  ", "\n"], ids=["empty", "blanks", "line"])
def test_nobody_cannot_approve(by: str) -> None:
    with pytest.raises(ConfigError, match="names nobody"):
        new_approval("rules", "f4d3", "", by, "")
