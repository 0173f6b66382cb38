"""The metrics of the watch itself: what it could not measure or send, and what a run refused."""

from __future__ import annotations

from collections.abc import Iterable

from triage.monitoring.intervals import wilson
from triage.monitoring.measurement import Measurement, Metric
from triage.monitoring.view import RunView
from triage.reasons import GateReason

METRIC_FAILED, SINK_FAILED, RULES_REFUSED = "metric_failed", "sink_failed", "alert_rules_refused"
UNFINISHED = "relabels_unfinished"

PROFILE, DRIFT, WATCH = "profile", "drift", "watch"
"""Slices of `metric_failed` beside the metrics: the run's profile, its drift, and the evaluation of alerts."""

TABLES = ("metrics/profiles", "metrics/drift", "metrics/quality", "metrics/measures", "metrics/alerts")
"""Slices of `metric_failed` for tables that a run writes for information only: those that it could not write."""

PARTS = (PROFILE, DRIFT, WATCH, *TABLES)


def failed_gates(view: RunView) -> Iterable[Measurement]:
    """How many expectations of the gate quarantined whole batches."""
    reasons = view.now.run.counts("reason").counts
    gates = {gate.expectation: count for code, count in reasons.items() if (gate := GateReason.parse(code))}
    yield Measurement("gate_failed", float(len(gates)), mails=max(gates.values(), default=0))


def quarantine_limit(view: RunView) -> Iterable[Measurement]:
    """Share of the new mails in quarantine, beside `quality.max_quarantine_share`."""
    new, found = view.record.messages_new, view.record.messages_quarantined
    limit = view.settings.quality.max_quarantine_share
    if new:
        low, high = wilson(found, new, view.settings.monitoring.confidence)
        yield Measurement("quarantine_limit", found / new, low=low, high=high, usual=limit, mails=new)


def refused_models(view: RunView) -> Iterable[Measurement]:
    """How many registered models could not be used."""
    yield Measurement("model_refused", float(len(view.model_alerts)), mails=view.record.messages_published)


def refused_references(view: RunView) -> Iterable[Measurement]:
    """How many references could not be used."""
    yield Measurement("reference_refused", float(len(view.references_refused)), mails=view.record.messages_published)


def refused_alert_rules(view: RunView) -> Iterable[Measurement]:
    """How many entries of the alert file are wrong."""
    refused = float(len(view.alert_rules_refused))
    yield Measurement(RULES_REFUSED, refused, mails=view.record.messages_published)


def unfinished_relabels(view: RunView) -> Iterable[Measurement]:
    """How many backfills and rollbacks were killed: a run has the lake's lock, so that none is at work."""
    yield Measurement(UNFINISHED, float(len(view.relabels_unfinished)), mails=view.record.messages_published)


def failures(metric: str, by: str, names: Iterable[str], failed: Iterable[str]) -> list[Measurement]:
    """1 for each of the names that failed, 0 for the others."""
    bad = set(failed)
    return [Measurement(metric, float(name in bad), by, name) for name in names]


def counted_later(_: RunView) -> Iterable[Measurement]:
    """Nothing yet: what failed to be measured or sent is known after all metrics, and added by `notify`."""
    return ()


METRICS: tuple[Metric, ...] = (
    Metric(
        "gate_failed",
        "service",
        "expectations",
        ("run",),
        "Expectations of the gate for which whole batches are quarantined.",
        failed_gates,
    ),
    Metric(
        "quarantine_limit",
        "service",
        "share",
        ("run",),
        "Share of the new mails in quarantine, beside what the settings allow.",
        quarantine_limit,
    ),
    Metric(
        "model_refused",
        "service",
        "models",
        ("run",),
        "Registered models that the run could not use; an earlier one labels instead.",
        refused_models,
    ),
    Metric(
        "reference_refused",
        "service",
        "references",
        ("run",),
        "References for drift that the run could not use, such as a chosen one of another taxonomy.",
        refused_references,
    ),
    Metric(
        RULES_REFUSED,
        "service",
        "entries",
        ("run",),
        "Entries of the alert file that are wrong, so that the run went on without them.",
        refused_alert_rules,
    ),
    Metric(
        UNFINISHED,
        "service",
        "relabels",
        ("run",),
        "Backfills and rollbacks that were killed and not started again: older mails have labels of two versions.",
        unfinished_relabels,
    ),
    Metric(
        METRIC_FAILED,
        "service",
        "failures",
        ("metric",),
        "1 where a metric, or a part of monitoring, could not be measured or written, 0 where it can be again.",
        counted_later,
    ),
    Metric(
        SINK_FAILED,
        "service",
        "failures",
        ("sink",),
        "1 where a sink did not take a run's alerts, 0 where it did.",
        counted_later,
    ),
)
"""In the order of the report."""
