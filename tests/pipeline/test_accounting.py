"""What a run's summary asks somebody to look at."""

from __future__ import annotations

from datetime import UTC, datetime

from triage.monitoring.facts import ReportFacts
from triage.monitoring.record import RunRecord
from triage.pipeline.account.account import failed_gates
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
