"""The metrics of performance: whether labels are still right."""

from __future__ import annotations

from triage.monitoring.measurement import Metric
from triage.monitoring.performance.abstention import ABSTENTION, DECIDED_SHARE, abstention, decided_share
from triage.monitoring.performance.corrections import CORRECTION_RATE, REALIZED, correction_rate, realized_accuracy
from triage.monitoring.performance.expected import KINDS, METRIC, expected_accuracy

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
)
"""In the order of the report."""
