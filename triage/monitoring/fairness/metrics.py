"""The metrics of fairness."""

from __future__ import annotations

from functools import partial

from triage.monitoring.fairness.comparison import GAP, KINDS, compared_by, fairness_gap
from triage.monitoring.fairness.figures import ABSTENTION, DUE, ERROR, PRESSING, ROUTING
from triage.monitoring.measurement import Metric

_COMPARED = (
    (ABSTENTION, "share", "Mails of a slice that a head left to people, beside those of all other mails."),
    (ERROR, "share", "Labels of a slice that are expected to be wrong, beside those of all other mails."),
    (ROUTING, "hours", "Median time from receipt to the run's end, beside that of all other mails."),
    (DUE, "hours", "Median time to answer that a slice is given, beside that of all other mails."),
    (PRESSING, "share", "Mails of a slice with a pressing priority, beside those of all other mails."),
)

METRICS: tuple[Metric, ...] = (
    *(
        Metric(name, "fairness", unit, KINDS, meaning, partial(compared_by, name=name))
        for name, unit, meaning in _COMPARED
    ),
    Metric(
        GAP,
        "fairness",
        "difference",
        ("run", *KINDS),
        "The slice that is most surely worse served than all other mails, and by how much; each figure has one.",
        fairness_gap,
        ("abstention.*", "error.*", "routing", "due", "pressing"),
    ),
)
"""In the order of the report."""
