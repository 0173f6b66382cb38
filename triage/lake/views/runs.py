"""Views on runs: drift, quality and cost over time."""

from __future__ import annotations

from triage.lake.tables.schema import DOUBLE, FLAG, LONG, TEXT, TIME, Column
from triage.lake.views.view import View

_RUN = Column("run_id", TEXT, "name of the run", required=True)
_STARTED = Column("started_at", TIME, "when the run started", required=True)

DRIFT_BY_RUN = View(
    "metrics/drift_by_run",
    "One row per run and measured distribution over all mails: how far it is from its reference.",
    (
        _RUN,
        _STARTED,
        Column("feature", TEXT, "the distribution, such as label.category or body_chars", required=True),
        Column("reference", TEXT, "what the run is compared with", one_of=("model", "chosen", "rolling")),
        Column("psi", DOUBLE, "population stability index", required=True, minimum=0),
        Column("psi_low", DOUBLE, "lower bound of its interval, without what chance adds"),
        Column("psi_high", DOUBLE, "upper bound of its interval, without what chance adds"),
        Column("mails", LONG, "number of values compared", required=True, minimum=0),
    ),
    """
    SELECT d.run_id, r.started_at, d.feature, d.reference, d.psi, d.psi_low, d.psi_high, d.mails
    FROM metrics.drift AS d JOIN metrics.runs AS r ON d.run_id = r.run_id
    WHERE coalesce(d.slice, '') = ''
    """,
)

QUALITY_BY_RUN = View(
    "metrics/quality_by_run",
    "One row per run and measure of data quality over all mails, with what is usual.",
    (
        _RUN,
        _STARTED,
        Column("measure", TEXT, "name of the measure", required=True),
        Column("value", DOUBLE, "value of the measure; null where it cannot be known"),
        Column("usual", DOUBLE, "what is usual"),
        Column("low", DOUBLE, "lower bound of the interval"),
        Column("high", DOUBLE, "upper bound of the interval"),
        Column("passed", FLAG, "the gate's verdict; null for a plain count"),
    ),
    """
    SELECT q.run_id, r.started_at, q.measure, q.value, q.usual, q.low, q.high, q.passed
    FROM metrics.quality AS q JOIN metrics.runs AS r ON q.run_id = r.run_id
    WHERE coalesce(q.slice, '') = ''
    """,
)

COST_BY_RUN = View(
    "metrics/cost_by_run",
    "One row per run: what it read and published, how long it took, and its cost by the assumptions in the settings.",
    (
        _RUN,
        _STARTED,
        Column("messages_read", LONG, "records found in exports", required=True, minimum=0),
        Column("messages_published", LONG, "rows added to silver/mail", required=True, minimum=0),
        Column("messages_quarantined", LONG, "rows added to quarantine/mail", required=True, minimum=0),
        Column("seconds", DOUBLE, "duration of the run", required=True, minimum=0),
        Column("mails_per_second", DOUBLE, "published mails a second of the run"),
        Column("cost_per_thousand", DOUBLE, "cost of the machine per 1,000 mails, in the currency of the settings"),
    ),
    """
    WITH cost AS (SELECT run_id, max(value) AS value FROM metrics.measures
                  WHERE metric = 'cost_per_thousand' AND slice = '' GROUP BY run_id)
    SELECT r.run_id, r.started_at, r.messages_read, r.messages_published, r.messages_quarantined, r.seconds,
           round(r.messages_published / nullif(r.seconds, 0), 2) AS mails_per_second, c.value AS cost_per_thousand
    FROM metrics.runs AS r LEFT JOIN cost AS c ON r.run_id = c.run_id
    """,
)
