"""The report of a run as one self-contained page: what to do, what changed, results, quality, drift."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from triage.config import PROJECT
from triage.monitoring.facts import ReportFacts
from triage.monitoring.measurement import Family
from triage.monitoring.record import DriftRow
from triage.monitoring.report.changes import changes, last_run, week_earlier
from triage.monitoring.report.data import Alert, ReportData
from triage.monitoring.report.measured import basis, groups
from triage.monitoring.report.plots import psi_plot, shift_plot
from triage.monitoring.report.rendering import template
from triage.monitoring.report.texts import Texts, texts
from triage.paths import write_whole
from triage.routing.attributes import ABSTAINED

__all__ = ["ReportData", "render", "write_report"]

_WORST_FIRST = ("alert", "watch", "stable", "baseline")
_SEVERITIES = ("critical", "warning", "info")
_FAMILIES: tuple[Family, ...] = ("performance", "fairness", "service", "value", "quality")

_MOST_CHARS = 6_000
"""Of a runbook's page."""

_MOST_DRIFT = 40
"""Rows of drift on the page: all that moved, and the largest of the others."""

QUERIES = (
    ("by_queue", "SELECT queue, priority, count(*) FROM gold.routes GROUP BY ALL ORDER BY 3 DESC"),
    ("by_reason", "SELECT explode(reasons) AS reason, count(*) FROM quarantine.mail GROUP BY 1"),
    ("scores", "SELECT head, label, count(*), avg(score) FROM gold.labels GROUP BY ALL ORDER BY 1, 3 DESC"),
    ("latest", "SELECT received_at, language, subject FROM silver.mail ORDER BY received_at DESC LIMIT 20"),
    ("runs", "SELECT started_at, messages_new, messages_quarantined, seconds FROM metrics.runs ORDER BY 1"),
)
"""The first questions of a reader: the name of a title, and SQL for jobs/query.py."""


def write_report(data: ReportData, folder: Path) -> Path:
    """Writes `<folder>/<run_id>.html`, whole or not at all, and returns its path; creates the folder."""
    return write_whole(folder / f"{data.run.run_id}.html", render(data))


def render(data: ReportData) -> str:
    """The page as HTML without references to other resources; every value is escaped."""
    words = texts(data.settings.language, data.limits.value.currency)
    compared = [row for row in data.drift if row.status != "baseline"]
    drift = sorted(data.drift, key=lambda row: (_WORST_FIRST.index(row.status), -row.psi, row.feature))
    shown = _shown_drift(drift)
    plotted = _plotted(compared)
    limits = data.limits
    return template("page.html", words).render(
        data=data,
        run=data.run,
        facts=data.facts,
        todo=_todo(data.raised),
        runbooks=_runbooks(data.raised or ()),
        changes=changes(data, words),
        last=last_run(data),
        week=week_earlier(data),
        basis=basis(data.measurements),
        families=_families(data, words),
        moved=groups("drift", data, words),
        drift=[row.as_row() for row in shown],
        more_drift=len(drift) - len(shown),
        queries=QUERIES,
        abstained=ABSTAINED,
        priorities=_priorities(data.facts),
        psi=psi_plot(plotted, limits.psi_watch, limits.psi_alert, words["plots"]) if plotted else None,
        shifts=_shifts(plotted, words),
    )


def _todo(raised: Sequence[Alert] | None) -> dict[str, list[Alert]] | None:
    """Alerts to act on, those that are held, and the resolved ones, each the worst first."""
    if raised is None:
        return None
    order = sorted(raised, key=lambda one: (_SEVERITIES.index(one.severity), -(one.cost or 0.0), one.rule, one.slice))
    states = {"open": ("raised", "open"), "silenced": ("silenced", "over_budget"), "resolved": ("resolved",)}
    return {name: [one for one in order if one.state in wanted] for name, wanted in states.items()}


def _runbooks(raised: Sequence[Alert]) -> dict[str, str]:
    """The text of each alert's page in the project, so that it is at hand where the project is not; by its path."""
    texts_of = {}
    for name in sorted({one.runbook for one in raised if one.state in ("raised", "open")}):
        path = PROJECT / name
        if name.endswith(".md") and path.resolve().is_relative_to(PROJECT / "docs") and path.is_file():
            texts_of[name] = path.read_text("utf-8", "replace")[:_MOST_CHARS]
    return texts_of


def _families(data: ReportData, words: Texts) -> list[dict[str, Any]]:
    return [{"name": family, "groups": groups(family, data, words)} for family in _FAMILIES]


def _shown_drift(drift: Sequence[DriftRow]) -> Sequence[DriftRow]:
    moved = [row for row in drift if row.status in ("alert", "watch")]
    return drift[: max(_MOST_DRIFT, min(len(moved), 3 * _MOST_DRIFT))]


def _plotted(compared: Sequence[DriftRow]) -> list[DriftRow]:
    """Of each feature of all mails the row with the most drift, whatever the reference."""
    largest = {row.feature: row for row in sorted(compared, key=lambda row: row.psi) if row.by == "run"}
    return list(largest.values())


def _shifts(compared: Sequence[DriftRow], words: Texts) -> list[dict[str, Any]]:
    """Plots of the features with the most drift: those above a threshold, at least one, at most three."""
    known = sorted((row for row in compared if row.was), key=lambda row: -row.psi)
    moved = [row for row in known if row.status in ("watch", "alert")] or known[:1]
    return [{"row": row, "plot": shift_plot(row.feature, row.was, row.histogram, words["plots"])} for row in moved[:3]]


def _priorities(facts: ReportFacts) -> list[str]:
    """Priorities in the order of the page's columns: the most urgent first, abstained last."""
    usual = ["urgent", "high", "normal", "low"]
    found = {name for queue in facts.queues for name in queue.priorities}
    return (
        [name for name in usual if name in found]
        + sorted(found - {*usual, ABSTAINED})
        + [ABSTAINED] * (ABSTAINED in found)
    )
