"""Whether a training is due: reasons for one, and what holds it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from triage.config.learning.retraining import RetrainingSettings
from triage.monitoring.performance.corrections import REALIZED
from triage.monitoring.performance.expected import METRIC as EXPECTED
from triage.monitoring.performance.notes import AUDITED

ACCURACIES = {
    EXPECTED: ("the expected accuracy", "as a rule in runs of the same model"),
    REALIZED: ("the realized accuracy", "on held-out rows"),
}
"""Metrics of metrics/measures, one a head: their names, and where `usual` was measured."""

_MONTH = timedelta(days=30)

_SLACK = timedelta(hours=1)
"""By which a training may be earlier than the cool-down's end."""


@dataclass(frozen=True, slots=True)
class State:
    """What the lake says on the question; times are in UTC.

    `measures` are the rows of metrics/measures of the latest run, `alerts` those of metrics/alerts, `trained_at` the
    times of all trainings, `new_corrections` counts the usable ones that no training had yet.
    """

    new_corrections: int
    trained_at: Sequence[datetime]
    measures: Sequence[Mapping[str, Any]] = ()
    alerts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """Sentences: why a training is due, and why it has to wait."""

    reasons: tuple[str, ...]
    obstacles: tuple[str, ...]

    @property
    def is_due(self) -> bool:
        """Whether to train now."""
        return bool(self.reasons) and not self.obstacles


def find_due(state: State, settings: RetrainingSettings, now: datetime) -> Due:
    """Whether a training is due at `now` (UTC)."""
    found = (_corrections(state, settings), *_accuracy(state, settings), _drift(state, settings, now))
    reasons = (*found, _calendar(state, settings, now))
    obstacles = (_too_few(state, settings), _cool_down(state, settings, now), _budget(state, settings, now))
    return Due(tuple(filter(None, reasons)), tuple(filter(None, obstacles)))


def _corrections(state: State, settings: RetrainingSettings) -> str:
    many = state.new_corrections >= settings.many_corrections
    return f"{state.new_corrections} new corrections wait." if many else ""


def _accuracy(state: State, settings: RetrainingSettings) -> list[str]:
    """A head counts where its whole interval is below what is usual by more than the drop that the settings name."""
    return [
        f"{ACCURACIES[metric][0].capitalize()} of {head} is {row['value']:.1%}, {row['usual']:.1%} "
        f"{ACCURACIES[metric][1]}."
        for row in state.measures
        for metric, _, head in (row["metric"].partition("."),)
        if metric in ACCURACIES and row["by"] == "run" and _is_of_all_mail(metric, row)
        if _fell(row, settings.accuracy_drop)
    ]


def _is_of_all_mail(metric: str, row: Mapping[str, Any]) -> bool:
    """Whether a realized accuracy is of audits; other corrections are mostly of errors that somebody looked for."""
    return metric != REALIZED or row["note"] == AUDITED


def _fell(row: Mapping[str, Any], drop: float) -> bool:
    return None not in (row["high"], row["usual"]) and row["usual"] - row["high"] > drop


def _drift(state: State, settings: RetrainingSettings, now: datetime) -> str:
    since = now - timedelta(days=settings.drift_days)
    raised = {a["rule"] for a in state.alerts if a["rule"] in settings.drift_alerts and a["held_at"] > since}
    return f"Mail has changed: alert {', '.join(sorted(raised))}." if raised else ""


def _calendar(state: State, settings: RetrainingSettings, now: datetime) -> str:
    if not settings.max_days or not state.new_corrections:
        return ""
    if not state.trained_at:
        return "No model has learnt from corrections yet."
    days = (now - max(state.trained_at)).days
    return f"The last training was {days} days ago." if days >= settings.max_days else ""


def _too_few(state: State, settings: RetrainingSettings) -> str:
    least = settings.min_corrections
    return f"{state.new_corrections} new corrections of {least} are there." if state.new_corrections < least else ""


def _cool_down(state: State, settings: RetrainingSettings, now: datetime) -> str:
    # a nightly job does not start at the same second each night
    enough = timedelta(days=settings.cool_down_days) - _SLACK
    recent = [at for at in state.trained_at if now - at < enough]
    return f"The last training was less than {settings.cool_down_days} days ago." if recent else ""


def _budget(state: State, settings: RetrainingSettings, now: datetime) -> str:
    month = sum(now - at < _MONTH for at in state.trained_at)
    spent = month >= settings.trainings_a_month
    return f"{month} trainings in 30 days are all that the settings allow." if spent else ""
