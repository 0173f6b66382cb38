"""Alert files, measurements and rows of earlier runs; a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

from triage.config import AlertSettings, Settings
from triage.monitoring.alerts.alert import Alert, Row
from triage.monitoring.alerts.evaluation import evaluate
from triage.monitoring.alerts.rules.load import AlertRules, load_alert_rules
from triage.monitoring.measurement import Measurement

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

USUAL = "owner: ops, severity: warning, runbook: 'https://wiki.example/alerts', cost: {a_day: 10}"


def rule(name: str, *, metric: str = "gate_failed", when: str = "{value: {min: 1}}", more: str = "") -> str:
    """A rule in YAML's flow style; `more` are further keys, and replace the usual ones where they are given."""
    usual = ", ".join(part for part in USUAL.split(", ") if f"{part.partition(':')[0]}:" not in more)
    sentence = "" if "sentence:" in more else ", sentence: it happened"
    return f"  - {{name: {name}, metric: {metric}, when: {when}, {usual}{sentence}{', ' + more if more else ''}}}\n"


def rules_from(folder: Path, text: str, **settings: Any) -> AlertRules:
    """The rules of a YAML text."""
    file = folder / "alerts.yaml"
    file.write_text(dedent(text), "utf-8")
    return load_alert_rules(Settings(alerts=AlertSettings(rules=str(file), **settings)))


def rules_of(folder: Path, *rules: str, rest: str = "", **settings: Any) -> AlertRules:
    """The given rules, and no sink unless `rest` names some."""
    sinks = "" if "sinks:" in rest else "sinks: []\n"
    return rules_from(folder, f"rules:\n{''.join(rules)}{sinks}{rest}", **settings)


def failed(*metrics: str, value: float = 1.0, mails: int = 0) -> list[Measurement]:
    """Measurements of metrics that failed (1) or were measured (0)."""
    return [Measurement("metric_failed", value, "metric", metric, mails=mails) for metric in metrics]


def gates(value: float | None, **figures: Any) -> Measurement:
    """How many gates failed in a run."""
    return Measurement("gate_failed", value, **figures)


def models(value: float | None, **figures: Any) -> Measurement:
    """How many models a run refused."""
    return Measurement("model_refused", value, **figures)


class Runs:
    """Runs one after the other, an hour apart: each sees the rows that those before it wrote."""

    def __init__(self, rules: AlertRules) -> None:
        self.rules = rules
        self.rows: list[Row] = []
        self.now = NOON

    def run(self, *measurements: Measurement, later: timedelta = HOUR) -> list[Alert]:
        """The alerts of the next run."""
        self.now += later
        alerts = evaluate(self.rules, measurements, self.rows, self.now)
        self.rows += [alert.as_row(f"run-{self.now:%d-%H}") for alert in alerts]
        return alerts


def states(alerts: Iterable[Alert]) -> dict[str, str]:
    """State by rule and slice, such as `gate_failed` or `metric_failed drift`."""
    return {f"{alert.rule} {alert.slice}".strip(): alert.state for alert in alerts}


def news(alerts: Sequence[Alert]) -> list[str]:
    """The rules of those that are sent."""
    return [alert.rule for alert in alerts if alert.is_news]
