"""The job over generated mails: anonymizer, label models and routing rules of the project."""

from __future__ import annotations

import pytest

from tests.lakes import Lake

MAILS = "60"


@pytest.mark.slow
def test_no_name_changes_a_decision(lake: Lake) -> None:
    done = lake.run("counterfactual", "--mails", MAILS, "--seed", "1")
    lines = [line for line in done.stdout.splitlines() if line.startswith("│")]
    counted = {
        cells[0].strip(): [cell.strip() for cell in cells[1:]] for line in lines if (cells := line.split("│")[1:])
    }
    assert {name: cells[:2] for name, cells in counted.items() if name != "dialect"} == {
        "names of the culture": [MAILS, "0"],
        "names of another culture": [MAILS, "0"],
        "women": [MAILS, "0"],
        "men": [MAILS, "0"],
    }
    assert int(counted["dialect"][0]) > 10
