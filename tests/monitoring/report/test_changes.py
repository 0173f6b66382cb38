"""What the page says changed since the last run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.monitoring.builders import RUN
from triage.config import ReportSettings
from triage.monitoring.facts import ReportFacts
from triage.monitoring.measurement import Measurement
from triage.monitoring.report.changes import changes
from triage.monitoring.report.data import ReportData
from triage.monitoring.report.texts import texts


@pytest.mark.parametrize(
    ("figures", "shown"),
    [
        pytest.param({"cost_per_thousand": 0.57, "cost_per_thousand.label": 0.13}, 0.57, id="a whole with its parts"),
        pytest.param({"abstention.category": 0.23, "abstention.kind": 0.43}, 0.33, id="heads without a whole"),
    ],
)
def test_the_whole_is_shown_where_there_is_one_and_else_the_mean(figures: dict[str, float], shown: float) -> None:
    before = replace(RUN, run_id="before", started_at=RUN.started_at - timedelta(days=1))
    found = [Measurement(name, value, mails=9) for name, value in figures.items()]
    words = texts(ReportSettings().language)

    every = changes(ReportData(run=RUN, facts=ReportFacts(), past=[before], measurements=found), words)

    measured = [one for one in every if one.now in (pytest.approx(shown), *figures.values())]
    assert measured[0].now == pytest.approx(shown)
    assert not measured[0].is_part
    assert all(one.is_part for one in measured[1:])
