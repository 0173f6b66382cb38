"""What a run's summary asks somebody to look at."""

from __future__ import annotations

from datetime import UTC, datetime

from triage.config import Settings
from triage.lake.store import Store
from triage.monitoring.facts import ReportFacts
from triage.monitoring.record import RunRecord
from triage.pipeline.accounting import RunFacts, RunSummary, alerts_of, failed_gates, tagger_alerts
from triage.pipeline.counts import Counts

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def run(store: Store, *alerts: str) -> RunFacts:
    return RunFacts(Settings(), store, NOON, {}, "2", alerts, "p", "r", "k")


def summary(batch: int, *alerts: str) -> RunSummary:
    record = RunRecord(f"batches-{batch}", NOON, 1.0, (batch,), 1, 1, 0, 1, 0)
    return RunSummary(record, alerts=alerts)


def test_a_refused_model_is_an_alert_of_the_run(store: Store) -> None:
    alerts = alerts_of(run(store, "triage-labels version 2 is refused"), Counts(), [], [])
    assert alerts == ["triage-labels version 2 is refused"]


def test_an_alert_of_two_summaries_is_shown_once() -> None:
    both = summary(1, "version 2 is refused") + summary(2, "version 2 is refused", "Drift")
    assert both.alerts == ("version 2 is refused", "Drift")


def test_failed_gates_are_those_that_mails_are_quarantined_for(store: Store) -> None:
    """A batch that was killed may be judged otherwise again, and metrics/quality keeps the first verdict."""
    facts = ReportFacts(reasons={"GATE_unique(mail_key)": 40, "EMPTY": 1})
    assert failed_gates(facts) == ["unique(mail_key)"]
    assert failed_gates(ReportFacts(reasons={"EMPTY": 1})) == []
    alerts = alerts_of(run(store), Counts(), [], ["unique(mail_key)"])
    assert alerts == ["The gate quarantined whole batches: unique(mail_key). Replay them after a fix."]


def test_batches_whose_names_spacy_tagged_are_an_alert() -> None:
    rows = [
        {"batch_id": batch, "measure": measure, "value": 1.0}
        for batch, measure in ((1, "PERSON"), (4, "tagger_fallback"), (2, "tagger_fallback"))
    ]
    [alert] = tagger_alerts(rows)
    assert "batches 2, 4," in alert
    assert tagger_alerts(rows[:1]) == []
