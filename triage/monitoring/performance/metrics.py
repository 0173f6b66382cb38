"""The metrics of performance: whether labels are still right."""

from __future__ import annotations

from triage.monitoring.measurement import Metric
from triage.monitoring.performance.abstention import ABSTENTION, DECIDED_SHARE, abstention, decided_share
from triage.monitoring.performance.changes import CHANGE, accuracy_change
from triage.monitoring.performance.corrections import CORRECTION_RATE, REALIZED, correction_rate, realized_accuracy
from triage.monitoring.performance.expected import KINDS, METRIC, expected_accuracy
from triage.monitoring.performance.shift import MODEL_CHANGE, SCORE_SHIFT, model_change, score_shift

_ALL = ("run",)

METRICS: tuple[Metric, ...] = (
    Metric(
        METRIC,
        "performance",
        "share",
        KINDS,
        "Labels of a head that are right, estimated from calibrated scores without labels by people.",
        expected_accuracy,
    ),
    Metric(
        REALIZED,
        "performance",
        "share",
        _ALL,
        "Labels of a head that were right, among those that people checked.",
        realized_accuracy,
    ),
    Metric(
        CORRECTION_RATE,
        "performance",
        "share",
        _ALL,
        "Labels of a head that people changed, among all that it gave.",
        correction_rate,
    ),
    Metric(ABSTENTION, "performance", "share", KINDS, "Mails that a head left to people.", abstention),
    Metric(DECIDED_SHARE, "performance", "share", _ALL, "Decisions of all heads that needed no person.", decided_share),
    Metric(
        CHANGE,
        "performance",
        "multiple",
        _ALL,
        "Change-point test over runs of a head: from 1 on, accuracy fell or abstention or corrections rose for good.",
        accuracy_change,
    ),
    Metric(
        SCORE_SHIFT,
        "performance",
        "distance",
        _ALL,
        "How far a head's scores moved beyond chance although mail and labels did not: they mean something else.",
        score_shift,
    ),
    Metric(
        MODEL_CHANGE,
        "performance",
        "share",
        _ALL,
        "How much worse or other the labels are since another model gives them; 0 where it is the same.",
        model_change,
    ),
)
"""In the order of the report."""
