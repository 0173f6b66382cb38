"""What a run's account tells somebody to look at."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from triage.config import Settings
from triage.monitoring.facts import ReportFacts
from triage.monitoring.record import RunRecord
from triage.pipeline.accounting import Account, Counts, _alerts, _held_by, _tagger_alerts


def run(*alerts: str) -> Any:
    return SimpleNamespace(model_alerts=alerts, settings=Settings())


def account(batch: int, *alerts: str) -> Account:
    record = RunRecord(f"batches-{batch}", datetime(2026, 1, 5, tzinfo=UTC), 1.0, (batch,), 1, 1, 0, 1, 0)
    return Account(record, alerts=alerts)


def test_a_refused_model_is_an_alert_of_the_run() -> None:
    told = _alerts([], [], Counts(), run("triage-labels version 2 is refused"))
    assert told == ["triage-labels version 2 is refused"]


def test_an_alert_of_two_accounts_is_told_once() -> None:
    both = account(1, "version 2 is refused") + account(2, "version 2 is refused", "Drift")
    assert both.alerts == ("version 2 is refused", "Drift")


def test_gates_are_told_by_what_they_hold() -> None:
    """A batch that was killed may be judged otherwise again, and metrics/quality keeps the first verdict."""
    facts = ReportFacts(reasons={"GATE_unique(mail_key)": 40, "EMPTY": 1})
    assert _held_by(facts) == ["unique(mail_key)"]
    assert _held_by(ReportFacts(reasons={"EMPTY": 1})) == []
    told = _alerts([], ["unique(mail_key)"], Counts(), run())
    assert told == ["The gate held whole batches: unique(mail_key). Replay them after a fix."]


def test_batches_whose_names_spacy_tagged_are_an_alert() -> None:
    rows = [
        {"batch_id": batch, "measure": measure, "value": 1.0}
        for batch, measure in ((1, "PERSON"), (4, "tagger_fallback"), (2, "tagger_fallback"))
    ]
    [alert] = _tagger_alerts(rows)
    assert "batches 2, 4," in alert
    assert _tagger_alerts(rows[:1]) == []
