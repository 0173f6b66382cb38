"""Made-up data of a run's page with everything that it can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain

from tests.monitoring.builders import RUN, drift_row, run_with
from triage.config import ReportSettings, Settings
from triage.monitoring.facts import QueueFacts, ReportFacts
from triage.monitoring.fairness.thresholds import Outcome, SliceThreshold
from triage.monitoring.measurement import Measurement
from triage.monitoring.record import Driver, GateVerdict, RunRecord, SourceFacts
from triage.monitoring.registry import METRICS
from triage.monitoring.report.data import ReportData
from triage.monitoring.view import PastValue

HEADS = ("category", "priority", "sentiment", "kind")
_PARTED = ("expected_accuracy", "realized_accuracy", "correction_rate", "abstention")
_SLICES = {"language": ("de", "en", "fr"), "queue": ("support", "billing", "review"), "source": ("exports/mbox",)}


@dataclass(frozen=True)
class MadeAlert:
    """An alert as the page wants it."""

    rule: str
    severity: str
    sentence: str
    state: str = "raised"
    by: str = "run"
    slice: str = ""
    owner: str = "mail team"
    cost: float = 120.0
    folded: Sequence[str] = field(default_factory=tuple)
    runbook: str = ""


ALERTS = (
    MadeAlert("volume_low", "warning", "Source exports/mbox sent 12 mails, where 1,400 are usual.", cost=40.0),
    MadeAlert(
        "dead_source",
        "critical",
        "Source exports/imap sent nothing.",
        folded=("volume_low", "labels_shifted"),
        runbook="docs/runbook/dead_source.md",
    ),
    MadeAlert("cost_high", "info", "1,000 mails cost 0.9, where 0.3 is usual.", state="open"),
    MadeAlert("late", "warning", "The run started 3 hours late.", state="silenced"),
    MadeAlert("overdue", "warning", "30 mails were overdue.", state="resolved"),
)


def measurements() -> list[Measurement]:
    """Of each registered metric a value for all mails and for some slices, and one that cannot be known."""
    found: list[Measurement] = []
    for metric in METRICS:
        names = [f"{metric.name}.{head}" for head in HEADS] if metric.name in _PARTED else [metric.name]
        for name, by in ((name, by) for name in names for by in metric.by):
            for place, where in enumerate(_SLICES.get(by, ("",) if by == "run" else ("a", "b"))):
                value = 0.91 - place / 20 if metric.unit == "share" else 1234.5 / (place + 1)
                found.append(
                    Measurement(
                        name, value, by, where, value * 0.96, min(value * 1.04, 1e6), value * 0.98, 900 - 100 * place
                    )
                )
        found.append(Measurement(names[0], None, metric.by[-1], "xx", mails=3, note="FEW_MAILS"))
    return found


def past() -> list[RunRecord]:
    """The runs of the two weeks before."""
    return [
        run_with(
            run_id=f"batches-{900 - day:06d}",
            started_at=RUN.started_at - timedelta(days=day),
            messages_new=8 + day % 3,
            seconds=30.0 + day,
        )
        for day in range(14, 0, -1)
    ]


def history(metric: str) -> list[PastValue]:
    """A value of each earlier run for all that is measured now."""
    return [
        PastValue(run.run_id, run.started_at, one.metric, one.by, one.slice, (one.value or 0.5) * 0.97, one.mails)
        for run in past()
        for one in measurements()
        if one.metric == metric
    ]


def settings_in(language: str) -> Settings:
    """The settings with the pages in a language."""
    return Settings(report=ReportSettings(language="de" if language == "de" else "en"))


def full_page(language: str = "en") -> ReportData:
    """A page with all sections filled."""
    labels = {
        head: dict(zip(("request", "complaint", "abstained", "order", "thanks"), (400, 220, 130, 90, 60), strict=True))
        for head in HEADS
    }
    queues = tuple(
        QueueFacts(name, mails, {"urgent": 3, "high": 20, "normal": mails - 33, "abstained": 10}, mails // 2,
                   RUN.started_at, RUN.started_at + timedelta(days=3))
        for name, mails in (("support", 500), ("billing", 250), ("human_resources_and_payroll", 90), ("review", 60))
    )  # fmt: skip
    drift = [
        replace(
            drift_row("language", 0.31, "alert", {"en": 500, "de": 300, "pl": 100}),
            was={"en": 600, "de": 390, "pl": 10},
        ),
        replace(
            drift_row("body_chars", 0.14, "watch", {"up to 100": 200, "100 to 900": 500, "over 900": 200}),
            was={"up to 100": 100, "100 to 900": 600, "over 900": 200},
        ),
        drift_row("label.category", 0.02, "stable", {"request": 500, "complaint": 400}),
    ]
    drivers = (Driver("invoice", 0.02, 0.11), Driver("<PERSON>", 0.3, 0.1))
    drift += [
        replace(
            row,
            reference=name,
            by="queue",
            slice="billing",
            psi_low=row.psi / 2,
            psi_high=row.psi * 2,
            drivers=drivers,
            was={"a": 3},
        )
        for row in drift
        for name in ("model", "rolling")
    ]
    return ReportData(
        run=replace(RUN, stage_seconds={"ingest": 5.0, "anonymize": 320.5, "label": 41.0, "route": 3.0}),
        facts=ReportFacts(
            reasons={"NO_BODY": 7, "GATE:expect_column_values_to_be_unique": 3},
            labels=labels,
            queues=queues,
            rules={"complaints_first": 220, "by_category": 680},
            languages={"en": 500, "de": 300, "pl": 100},
            entities=dict(chain((("PERSON", 4200), ("EMAIL_ADDRESS", 3100), ("PHONE_NUMBER", 800)))),
            marks={"CHARSET_GUESSED": 31},
            received_first=RUN.started_at - timedelta(days=1),
            received_last=RUN.started_at,
        ),
        drift=drift,
        gates=[GateVerdict(1, "gate", "unique", 0.0, True), GateVerdict(2, "gate", "expect_not_null", 4.0, False)],
        sources=[SourceFacts("mbox", 3, 123_456_789), SourceFacts("maildir", 12_000, 5_123_456)],
        reasons={"NO_BODY": "The mail has no text. Nothing is to be done, unless many have none."},
        options="--set lake.root=/data/lake",
        raised=ALERTS,
        measurements=measurements(),
        past=past(),
        history=history,
        settings=settings_in(language).report,
        thresholds=[("category", SliceThreshold("language", "de", 900, 0.71, Outcome(0.1, 0.08), Outcome(0.2, 0.05)))],
        data_docs="data-docs/index.html",
    )
