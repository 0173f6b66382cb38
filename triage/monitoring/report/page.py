"""The report of a run as one self-contained page: sources, results, drift, and queries for a closer look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from triage.config import MonitoringSettings, Settings
from triage.monitoring.facts import ReportFacts
from triage.monitoring.record import DriftRow, GateVerdict, RunRecord, SourceFacts
from triage.monitoring.report.plots import COLORS, psi_plot, shift_plot
from triage.routing.attributes import ABSTAINED

_WORST_FIRST = ("alert", "watch", "stable", "baseline")

QUERIES = (
    (
        "mails by queue and priority",
        "SELECT queue, priority, count(*) FROM gold.routes GROUP BY ALL ORDER BY 3 DESC",
    ),
    (
        "quarantined mails by reason",
        "SELECT explode(reasons) AS reason, count(*) FROM quarantine.mail GROUP BY 1",
    ),
    (
        "labels and their mean scores",
        "SELECT head, label, count(*), avg(score) FROM gold.labels GROUP BY ALL ORDER BY 1, 3 DESC",
    ),
    (
        "the latest mails",
        "SELECT received_at, language, subject FROM silver.mail ORDER BY received_at DESC LIMIT 20",
    ),
    (
        "all runs",
        "SELECT started_at, messages_new, messages_quarantined, seconds FROM metrics.runs ORDER BY 1",
    ),
)
"""The first questions of a reader: a title, and SQL for jobs/query.py."""


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that the page shows; it contains no mail text and no names.

    `reasons` has the meaning and remedy of each reason and mark by code; `baseline` the histograms that drift is
    measured against; `options` the options by which commands find the lake, such as `--set lake.root=…`.
    """

    run: RunRecord
    facts: ReportFacts
    drift: Sequence[DriftRow] = ()
    baseline: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    gates: Sequence[GateVerdict] = ()
    sources: Sequence[SourceFacts] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    limits: MonitoringSettings = field(default_factory=lambda: Settings().monitoring)
    options: str = ""
    alerts: Sequence[str] = ()
    """Faults for a person to look at, a sentence each."""


def write_report(data: ReportData, folder: Path) -> Path:
    """Writes `<folder>/<run_id>.html` and returns its path; creates the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{data.run.run_id}.html"
    path.write_text(render(data), "utf-8")
    return path


def render(data: ReportData) -> str:
    """The page as HTML without references to other resources; every value is escaped."""
    here = Path(__file__).parent
    pages = Environment(loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    pages.filters |= {"count": _count, "share": _share, "bytes": _bytes, "duration": _duration}
    compared = [row for row in data.drift if row.status != "baseline"]
    return pages.get_template("page.html").render(
        data=data,
        run=data.run,
        facts=data.facts,
        drift=sorted(data.drift, key=lambda row: (_WORST_FIRST.index(row.status), -row.psi, row.feature)),
        colors=COLORS,
        queries=QUERIES,
        abstained=ABSTAINED,
        priorities=_priorities(data.facts),
        psi=psi_plot(compared, data.limits.psi_watch, data.limits.psi_alert) if compared else None,
        shifts=_shifts(compared, data.baseline),
    )


def _shifts(compared: Sequence[DriftRow], baseline: Mapping[str, Mapping[str, int]]) -> list[tuple[DriftRow, str]]:
    """Plots of the features with the most drift: those above a threshold, at least one, at most three."""
    known = sorted((row for row in compared if row.feature in baseline), key=lambda row: -row.psi)
    moved = [row for row in known if row.status in ("watch", "alert")] or known[:1]
    return [(row, shift_plot(row.feature, baseline[row.feature], row.histogram)) for row in moved[:3]]


def _priorities(facts: ReportFacts) -> list[str]:
    """Priorities in the order of the page's columns: the most urgent first, abstained last."""
    usual = ["urgent", "high", "normal", "low"]
    found = {name for queue in facts.queues for name in queue.priorities}
    return (
        [name for name in usual if name in found]
        + sorted(found - {*usual, ABSTAINED})
        + [ABSTAINED] * (ABSTAINED in found)
    )


def _count(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u202f")


def _share(part: float, whole: float) -> str:
    share = 100 * part / whole if whole else 0.0
    return f"{share:.0f} %" if share >= 10 or share == 0 else f"{share:.1f} %"


def _bytes(value: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return ""


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
