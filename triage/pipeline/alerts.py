"""Alerts between runs: what is open, whether the sinks work, and whether the alert file is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.cli import progress_console
from triage.config import Settings
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import ALERTS
from triage.monitoring.alerts.alert import Alert, Row
from triage.monitoring.alerts.evaluation import unresolved
from triage.monitoring.alerts.rules.load import load_alert_rules
from triage.monitoring.alerts.rules.rule import BUILT_IN
from triage.monitoring.alerts.rules.sentences import printable
from triage.monitoring.alerts.rules.usable import usable_alert_rules
from triage.monitoring.alerts.sinks.delivery import SinkResult, send
from triage.spark.session import spark_session

_COLUMNS = ("severity", "rule", "slice", "state", "since (UTC)", "cost a day", "owner", "runbook", "what happened")


def list_alerts(settings: Settings) -> int:
    """Prints the alerts that are not resolved, the most expensive first. Needs no Spark on a local lake.

    Older ones than `monitoring.history_days` are left out: runs no longer know them either, so none would ever resolve.
    A wrong alert file hides none of them: its faults are printed on standard error. Raises ConfigError where there is
    no lake.
    """
    store = Store(lambda: spark_session(settings, "alerts"), settings.lake.root)
    require_lake(store)
    rules = usable_alert_rules(settings)
    for sentence in rules.refused:
        progress_console.print(f"Left out of the alert rules: {sentence}", markup=False)
    since = datetime.now(UTC) - timedelta(days=settings.monitoring.history_days)
    stored = store.rows(ALERTS, ALERTS.column_names) if store.exists(ALERTS) else ()
    rows = [row for row in stored if row["raised_at"] >= since]
    present = sorted(unresolved(rows).values(), key=lambda row: -(row["cost"] or 0.0))
    if not present:
        _print("No alert is open.")
        return 0
    pages = {name: rule.runbook for name, rule in rules.rules.items()}
    _console().print(_table(present, pages))
    return 0


def try_sinks(settings: Settings) -> int:
    """Sends a test alert to every sink and prints what became of it; 1 where one did not take it."""
    rules = load_alert_rules(settings)
    now = datetime.now(UTC)
    results = send([_test_alert(now)], replace(rules, sinks=tuple(s for s in rules.sinks if not s.keeps_state)), now)
    for result in results:
        _print(_outcome(result))
    for sink in (sink for sink in rules.sinks if sink.keeps_state):
        _print(f"{sink.label}: written by each run, so no test is sent")
    if not rules.sinks:
        _print("No sink is configured: alerts are in metrics/alerts and in the report only.")
    return 0 if all(result.is_taken for result in results) else 1


def check_file(settings: Settings) -> int:
    """Validates the alert file and prints what it holds. Raises ConfigError for its first fault."""
    rules = load_alert_rules(settings)
    now = datetime.now(UTC)
    _print(f"{settings.alerts.rules}: {len(rules.rules) - len(BUILT_IN)} rules, version {rules.version}.")
    for silence in rules.silences:
        over = ": it has ended" if silence.days_over(now) > 0 else ""
        _print(f"silence of {silence.rule} until {silence.until}{over}")
    _print(f"sinks: {', '.join(sink.label for sink in rules.sinks) or 'none'}")
    return 0


ACTIONS: Mapping[str, Callable[[Settings], int]] = {"list": list_alerts, "test": try_sinks, "check": check_file}
"""What jobs/alerts.py can do, by name; each returns the exit code."""


def _test_alert(now: datetime) -> Alert:
    return Alert(
        rule="test",
        by="run",
        slice="",
        state="raised",
        severity="critical",  # so that every sink wants it
        owner="whoever sent it",
        runbook="docs/runbook/README.md",
        sentence="This is a test of the alert sinks. Nothing is wrong.",
        cost=0.0,
        raised_at=now,
        since=now,
        held_at=now,
        is_news=True,
    )


def _outcome(result: SinkResult) -> str:
    return f"{result.sink}: {'taken' if result.is_taken else f'not taken: {result.fault}'}"


def _table(rows: Iterable[Row], pages: Mapping[str, str]) -> Table:
    table = Table(*_COLUMNS)
    for row in rows:
        since = f"{row['since']:%Y-%m-%d %H:%M}"
        where = "" if row["by"] == "run" else f"{row['by']} {printable(row['slice'])}"
        page = pages.get(row["rule"], "")
        cells = (
            row["severity"],
            row["rule"],
            where,
            row["state"],
            since,
            f"{row['cost'] or 0:,.0f}",
            row["owner"],
            page,
        )
        table.add_row(*(Text(cell) for cell in (*cells, row["sentence"])))
    return table


def _print(line: str) -> None:
    _console().print(Text(line), soft_wrap=True)


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=200)
