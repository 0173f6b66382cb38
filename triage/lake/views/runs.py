"""Views on runs: drift, quality and cost over time."""

from __future__ import annotations

from triage.lake.tables.metrics.columns import RUN_ID
from triage.lake.tables.schema import DOUBLE, FLAG, LONG, TEXT, TIME, Column
from triage.lake.views.view import View

_STARTED = Column("started_at", TIME, "when the run started", required=True)

DRIFT_BY_RUN = View(
    "metrics/drift_by_run",
    "One row per run and measured distribution over all mails: how far it is from its reference.",
    (
        RUN_ID,
        _STARTED,
        Column(
            "feature",
            TEXT,
            "the distribution, such as label.category or body_chars",
            required=True,
            example="label.category",
        ),
        Column("reference", TEXT, "what the run is compared with", one_of=("model", "chosen", "rolling")),
        Column("psi", DOUBLE, "population stability index", required=True, minimum=0, unit="nats", example="0.031"),
        Column(
            "psi_low", DOUBLE, "lower bound of its interval, without what chance adds", unit="nats", example="0.011"
        ),
        Column(
            "psi_high", DOUBLE, "upper bound of its interval, without what chance adds", unit="nats", example="0.052"
        ),
        Column("mails", LONG, "number of values compared", required=True, minimum=0, unit="mails", example="42"),
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
        RUN_ID,
        _STARTED,
        Column("measure", TEXT, "name of the measure", required=True, example="volume"),
        Column(
            "value",
            DOUBLE,
            "value of the measure; null where it cannot be known",
            unit="as the measure",
            example="0.02",
        ),
        Column("usual", DOUBLE, "what is usual", unit="as the measure", example="0.03"),
        Column("low", DOUBLE, "lower bound of the interval", unit="as the measure", example="0.01"),
        Column("high", DOUBLE, "upper bound of the interval", unit="as the measure", example="0.05"),
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
        RUN_ID,
        _STARTED,
        Column(
            "messages_read", LONG, "records found in exports", required=True, minimum=0, unit="records", example="2500"
        ),
        Column(
            "messages_published",
            LONG,
            "rows added to silver/mail",
            required=True,
            minimum=0,
            unit="mails",
            example="2362",
        ),
        Column(
            "messages_quarantined",
            LONG,
            "rows added to quarantine/mail",
            required=True,
            minimum=0,
            unit="mails",
            example="38",
        ),
        Column("seconds", DOUBLE, "duration of the run", required=True, minimum=0, unit="seconds", example="94.2"),
        Column(
            "mails_per_second", DOUBLE, "published mails a second of the run", unit="mails a second", example="25.1"
        ),
        Column(
            "cost_per_thousand",
            DOUBLE,
            "cost of the machine per 1,000 mails, in the currency of the settings",
            unit="currency of the settings",
            example="0.04",
        ),
    ),
    """
    WITH cost AS (SELECT run_id, max(value) AS value FROM metrics.measures
                  WHERE metric = 'cost_per_thousand' AND slice = '' GROUP BY run_id)
    SELECT r.run_id, r.started_at, r.messages_read, r.messages_published, r.messages_quarantined, r.seconds,
           floor(r.messages_published / nullif(r.seconds, 0) * 100 + 0.500001) / 100 AS mails_per_second,
           c.value AS cost_per_thousand
    FROM metrics.runs AS r LEFT JOIN cost AS c ON r.run_id = c.run_id
    """,
)
