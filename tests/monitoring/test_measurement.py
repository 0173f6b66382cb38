"""A measurement as a row."""

from __future__ import annotations

import pytest

from triage.monitoring.measurement import Measurement


@pytest.mark.parametrize("value", [7, 7.0, True], ids=["int", "float", "bool"])
def test_numbers_are_floats_in_a_row(value: float) -> None:
    """Spark writes null for an int in a column of doubles, without a word."""
    row = Measurement("volume", value, "source", "mail", usual=4, mails=7).as_row("run")
    assert [type(row[name]) for name in ("value", "usual", "low")] == [float, float, type(None)]
    assert (row["run_id"], row["metric"], row["by"], row["slice"], row["mails"]) == (
        "run",
        "volume",
        "source",
        "mail",
        7,
    )
