"""Table of what was worth a person's time."""

from __future__ import annotations

from triage.lake.tables.metrics.columns import BY, OF_PROFILE, OF_RUN, RUN_ID, RUN_JOBS, SLICE
from triage.lake.tables.schema import DOUBLE, TEXT, TEXTS, TIME, Column, Table

_STATES = ("raised", "open", "silenced", "over_budget", "resolved")
_SENTENCE = "31 % of the new mails are in quarantine; 5 % are allowed."
_COST = "money, in monitoring.value.currency"

ALERTS = Table(
    "metrics/alerts",
    "One row per run and alert: raised, still open or resolved, and where it was sent.",
    (
        RUN_ID,
        Column("raised_at", TIME, "when the run saw it", required=True),
        Column("rule", TEXT, "name of the rule (conf/alerts.yaml)", required=True, example="quarantine_high"),
        BY,
        SLICE,
        Column("state", TEXT, "what became of it", required=True, one_of=_STATES),
        Column("severity", TEXT, "how bad it is", required=True, one_of=("info", "warning", "critical")),
        Column("owner", TEXT, "who looks after it", required=True, example="engineering"),
        Column("sentence", TEXT, "what happened, in words", required=True, example=_SENTENCE),
        Column("cost", DOUBLE, "expected cost of ignoring it for a day", minimum=0, unit=_COST, example="62.5"),
        Column("since", TIME, "when it was first raised", required=True),
        Column("held_at", TIME, "when a run last saw its conditions hold", required=True),
        Column("told_at", TIME, "when it was last to be sent; null where it never was"),
        Column(
            "folded",
            TEXTS,
            "alerts that the same cause explains: rule, or rule (kind slice)",
            required=True,
            example='["quarantine_rising (source sales)"]',
        ),
        Column("sent_to", TEXTS, "sinks that took it", required=True, example='["stdout"]'),
    ),
    keys=("run_id", "rule", "by", "slice"),
    statistics=("run_id", "raised_at"),
    owner="operator",
    writers=RUN_JOBS,
    joins=(OF_RUN, OF_PROFILE),
)
