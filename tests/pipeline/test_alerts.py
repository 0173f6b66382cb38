"""jobs/alerts.py over a lake: what is open, whether sinks work, whether the file is right; without Spark."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.lakes import Lake
from tests.loopback import free_port
from tests.monitoring.alerts.builders import NOON
from tests.monitoring.alerts.sinks.builders import DEAD, OPEN, OVER
from triage.lake.store import Store
from triage.lake.tables import ALERTS, LEDGER

RULE = """
rules:
  - name: dead_source
    metric: volume
    by: source
    when: {value: {max: 0}}
    severity: critical
    owner: operations
    cost: {a_day: 500}
    sentence: No mail came from {slice}.
silences:
  - {rule: dead_source, until: 2020-01-01, reason: it was known}
"""


RECENT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)


def no_spark() -> None:
    raise AssertionError("Spark was started")


@pytest.fixture
def alert_file(tmp_path: Path) -> Path:
    file = tmp_path / "alerts.yaml"
    file.write_text(RULE, "utf-8")
    return file


def planned(lake: Lake) -> Store:
    """A lake that a run has planned a file of."""
    store = Store(no_spark, str(lake.root))  # type: ignore[arg-type]
    store.append_rows(LEDGER, [{"file_key": "f", "batch_id": 1, "kind": "file", "planned_at": NOON}], 1)
    return store


@pytest.fixture
def stored(lake: Lake) -> Lake:
    """Two runs: in the first three alerts hold, in the second one is over and one new."""
    store = planned(lake)
    raised = (DEAD, replace(OVER, state="raised"), replace(OPEN, state="raised"))
    first = [replace(one, raised_at=RECENT) for one in raised]
    second = [replace(one, raised_at=RECENT + timedelta(days=1)) for one in (replace(DEAD, state="open"), OVER)]
    store.append_rows(ALERTS, [alert.as_row("run-1") for alert in first], 1)
    store.append_rows(ALERTS, [alert.as_row("run-2") for alert in second], 2)
    return lake


def test_rows_come_back_as_the_next_run_needs_them(stored: Lake) -> None:
    store = Store(no_spark, str(stored.root))  # type: ignore[arg-type]
    [row] = (row for row in store.rows(ALERTS, ALERTS.column_names) if row["run_id"] == "run-1" and row["slice"])
    assert row["since"] == row["held_at"] == NOON and row["told_at"] == RECENT
    assert list(row["folded"]) == ["volume_low"] and list(row["sent_to"]) == []


def test_what_is_open_is_listed_the_most_expensive_first(stored: Lake, alert_file: Path) -> None:
    done = stored.run("alerts", "list", "--set", f"alerts.rules={alert_file}")
    lines = [line for line in done.stdout.splitlines() if "\u2502" in line]
    assert ["dead_source" in lines[0], "cost_high" in lines[1], len(lines)] == [True, True, 2]
    assert "source hr" in lines[0] and "docs/runbook/dead_source.md" in lines[0] and "500" in lines[0]
    assert "late" not in done.stdout


def test_what_the_next_run_no_longer_knows_is_not_listed(stored: Lake, alert_file: Path) -> None:
    """As runs do, the list goes by alerts of `monitoring.history_days`: an older one would never be resolved."""
    store = Store(no_spark, str(stored.root))  # type: ignore[arg-type]
    old = replace(DEAD, slice="sales", raised_at=datetime.now(UTC) - timedelta(days=36))
    store.append_rows(ALERTS, [old.as_row("run-0")], 3)
    given = ("--set", f"alerts.rules={alert_file}")
    assert "sales" not in stored.run("alerts", "list", *given).stdout
    assert "sales" in stored.run("alerts", "list", *given, "--set", "monitoring.history_days=40").stdout


def test_without_alerts_the_list_says_so(lake: Lake) -> None:
    planned(lake)
    assert lake.run("alerts").stdout == "No alert is open.\n"


def test_without_a_lake_nobody_is_told_that_all_is_well(lake: Lake) -> None:
    assert "There is no lake at this place." in lake.run("alerts", expect=2).stderr
    assert not lake.root.exists()


def test_a_test_alert_goes_to_every_sink_and_each_is_reported(lake: Lake, alert_file: Path, tmp_path: Path) -> None:
    sinks = [
        {"kind": "stdout"},
        {"kind": "file", "path": str(tmp_path / "alerts.jsonl"), "min_severity": "critical"},
        {"kind": "webhook", "url": f"http://127.0.0.1:{free_port()}/"},
        {"kind": "prometheus", "path": str(tmp_path / "a.prom")},
    ]
    alert_file.write_text(f"{RULE}sinks: {json.dumps(sinks)}\n", "utf-8")
    options = ("--set", f"alerts.rules={alert_file}", "--set", "alerts.send_seconds=1.5")
    done = lake.run("alerts", "test", *options, expect=1)
    assert "critical: This is a test of the alert sinks." in done.stdout
    assert "stdout: taken" in done.stdout and "file: taken" in done.stdout
    assert "webhook: not taken: the server did not answer" in done.stdout
    assert "prometheus: written by each run" in done.stdout and not (tmp_path / "a.prom").exists()
    assert json.loads((tmp_path / "alerts.jsonl").read_text("utf-8"))["rule"] == "test"


def test_a_right_file_is_summarized(lake: Lake, alert_file: Path) -> None:
    out = lake.run("alerts", "check", "--set", f"alerts.rules={alert_file}").stdout
    assert "1 rules" in out and "sinks: stdout" in out
    assert "silence of dead_source until 2020-01-01: it has ended" in out


WRONG = RULE.replace("metric: volume", "metric: volum")
SENTENCE = "There is no metric 'volum'. [{file}, rule dead_source] Did you mean volume?"


def test_a_wrong_file_is_refused_by_the_check(lake: Lake, alert_file: Path) -> None:
    alert_file.write_text(WRONG, "utf-8")
    done = lake.run("alerts", "check", "--set", f"alerts.rules={alert_file}", expect=2)
    assert SENTENCE.format(file=alert_file) in done.stderr


def test_a_wrong_file_hides_no_open_alert(stored: Lake, alert_file: Path) -> None:
    alert_file.write_text(WRONG, "utf-8")
    done = stored.run("alerts", "list", "--set", f"alerts.rules={alert_file}")
    assert SENTENCE.format(file=alert_file) in done.stderr and "cost_high" in done.stdout
