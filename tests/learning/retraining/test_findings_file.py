"""The file of findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from triage.learning.guards.outcome import Guarded, LeftOut
from triage.learning.retraining.command import write_findings
from triage.learning.retraining.due import Due
from triage.learning.retraining.step import Learnt
from triage.paths import delete_whole

MAIL = "ab" * 32


def test_what_was_left_out_is_counted_by_reason_and_names_no_mail(tmp_path: Path) -> None:
    why = {(MAIL, "category"): LeftOut.AUDIT, (MAIL, "kind"): LeftOut.AUDIT, ("cd" * 32, "kind"): LeftOut.QUORUM}
    write_findings(Learnt(Due((), ()), Guarded((), (), {}, why), 0), tmp_path / "learning.json")
    text = (tmp_path / "learning.json").read_text("utf-8")
    assert json.loads(text)["left_out"] == {"audit": 2, "quorum": 1}
    assert MAIL not in text


@pytest.mark.parametrize("left", ["learning.json", ".learning.json.draft"], ids=["whole", "of a killed step"])
def test_the_file_can_be_deleted_with_its_draft(tmp_path: Path, left: str) -> None:
    (tmp_path / left).write_text("x")
    delete_whole(tmp_path / "learning.json")
    delete_whole(tmp_path / "learning.json")
    assert list(tmp_path.iterdir()) == []
