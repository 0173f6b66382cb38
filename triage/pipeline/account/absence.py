"""A run that found nothing new: whether mail should have come. Without it, a lake whose only source dies is silent."""

from __future__ import annotations

from dataclasses import replace

from triage.lake.tables import ALERTS
from triage.monitoring.alerts.metrics import RULES_REFUSED, UNFINISHED
from triage.pipeline.account.memory import Memory
from triage.pipeline.account.relabels import unfinished_sentences
from triage.pipeline.account.results import RunFacts, RunSummary
from triage.pipeline.account.soft import softly
from triage.pipeline.account.source_names import with_folders
from triage.pipeline.outcome import low_volume

_METRICS = ("volume", RULES_REFUSED, UNFINISHED)
"""What can be said of a run without mail; all else is unknown, so that no alert about it is resolved."""


def watch_absence(run: RunFacts, summary: RunSummary) -> RunSummary:
    """The summary of a run with nothing new, with the alerts about missing mail.

    Alerts that are news are added to metrics/alerts, and nothing else is written. It only informs: a fault of it is
    logged by type.
    """
    return softly("Whether mail is missing could not be measured", lambda: _watched(run, summary), summary)


def _watched(run: RunFacts, summary: RunSummary) -> RunSummary:
    memory = Memory(run.store, summary.record, run.settings.monitoring.history_days)
    if not memory.past:
        return summary
    # With numpy and scipy, which a first run need not wait for.
    from triage.monitoring.alerts.notify import notify
    from triage.monitoring.profiles.profile import Profile
    from triage.monitoring.registry import METRICS
    from triage.monitoring.view import RunView
    from triage.monitoring.watch import measure

    record = summary.record
    refused, unfinished = run.alert_rules.refused, unfinished_sentences(run.store)
    view = RunView(
        run.settings,
        record,
        Profile(),
        past=memory.past,
        history=memory.history,
        alert_rules_refused=refused,
        relabels_unfinished=unfinished,
    )
    measured = measure(view, [metric for metric in METRICS if metric.name in _METRICS])
    details, before = {RULES_REFUSED: " ".join(refused), UNFINISHED: " ".join(unfinished)}, memory.failed_before
    told = notify(run.alert_rules, measured, memory.alerts, record.started_at, details, before)
    news = [alert.as_row(record.run_id) for alert in told.alerts if alert.is_news]
    if news:
        run.store.add(ALERTS, news)
    return replace(
        summary,
        alerts=told.sentences,
        news=with_folders(told.lines, run.settings, run.keys),
        findings=summary.findings + tuple(low_volume(measured.measurements, run.settings)),
    )
