"""What a run's summary asks somebody to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from triage.lake.store import Store
from triage.lake.tables import LEDGER
from triage.monitoring.facts import ReportFacts
from triage.monitoring.record import RunRecord
from triage.pipeline.account.account import failed_gates, is_resumed
from triage.pipeline.account.results import RunSummary

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def summary(batch: int, *alerts: str) -> RunSummary:
    record = RunRecord(f"batches-{batch}", NOON, 1.0, (batch,), 1, 1, 0, 1, 0)
    return RunSummary(record, alerts=alerts)


def test_an_alert_of_two_summaries_is_shown_once() -> None:
    both = summary(1, "version 2 is refused") + summary(2, "version 2 is refused", "Drift")
    assert both.alerts == ("version 2 is refused", "Drift")


def test_failed_gates_are_those_that_mails_are_quarantined_for() -> None:
    """A batch that was killed may be judged otherwise again, and metrics/quality keeps the first verdict."""
    facts = ReportFacts(reasons={"GATE_unique(mail_key)": 40, "EMPTY": 1})
    assert failed_gates(facts) == ["unique(mail_key)"]
    assert failed_gates(ReportFacts(reasons={"EMPTY": 1})) == []


@pytest.mark.parametrize(("minutes", "expected"), [(-60, True), (0, False), (1, False)])
def test_batches_that_a_killed_run_planned_are_known(tmp_path: Path, minutes: int, expected: bool) -> None:
    store = Store(lambda: pytest.fail("Spark was started"), str(tmp_path))
    planned = NOON + timedelta(minutes=minutes)
    store.append_rows(LEDGER, [{"file_key": "f", "batch_id": 3, "kind": "file", "planned_at": planned}], 3)
    assert is_resumed(store, summary(3).record) is expected


def test_two_summaries_of_one_run_take_the_time_of_both() -> None:
    one, two = summary(1), summary(2)
    both = replace(one, record=replace(one.record, stage_seconds={"label": 2.0})) + replace(
        two, record=replace(two.record, seconds=3.0, stage_seconds={"label": 1.0, "route": 1.0})
    )
    assert (both.record.seconds, both.record.stage_seconds) == (4.0, {"label": 3.0, "route": 1.0})
    assert both.record.batches == (1, 2)
