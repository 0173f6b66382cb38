"""The job over generated mails: anonymizer, label models and routing rules of the project."""

from __future__ import annotations

import pytest

from tests.lakes import Lake
from triage.pipeline.counterfactual.variants import PERSONAL

MAILS = 60
MOST_CHANGED = 3
"""One in twenty: names that detection misses, and mails whose best score is at a threshold."""


@pytest.mark.slow
def test_swaps_are_counted_and_the_exit_code_says_whether_one_changed_a_decision(lake: Lake) -> None:
    job = lake.start("counterfactual", "--mails", str(MAILS), "--seed", "1")
    shown, log = job.communicate(timeout=900)
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.splitlines() if line.startswith("│")]
    rows = {name: [float(cell) for cell in cells] for name, *cells in lines}
    assert set(rows) == {*PERSONAL, "dialect"}, log
    changed = {swap: rows[swap][1] for swap in PERSONAL}
    assert job.returncode == (1 if any(changed.values()) else 0)
    assert [rows[swap][0] for swap in PERSONAL] == [MAILS] * len(PERSONAL)
    assert max(changed.values()) <= MOST_CHANGED
    assert max(rows[swap][-1] for swap in PERSONAL) < 0.1  # the largest change of a probability
    assert rows["dialect"][0] > 10


def test_there_must_be_mails(lake: Lake) -> None:
    assert "--mails 0" in lake.run("counterfactual", "--mails", "0", expect=2).stderr
