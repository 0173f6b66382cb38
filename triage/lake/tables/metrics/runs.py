"""Tables of what runs did and measured: summaries, counts, verdicts and metrics."""

from __future__ import annotations

from pyspark.sql import types as t

from triage.lake.tables.metrics.columns import BY, OF_ITS_OWN, OF_PROFILE, OF_RUN, RUN_ID, RUN_JOBS, SLICE, STARTED_AT
from triage.lake.tables.schema import BATCH_ID, DOUBLE, FLAG, LONG, TEXT, Column, Join, Table, count

_LOW = Column("low", DOUBLE, "lower bound of the interval", unit=OF_ITS_OWN, example="0.91")
_HIGH = Column("high", DOUBLE, "upper bound of the interval", unit=OF_ITS_OWN, example="0.98")
_NOTE = "code that says why a value is missing or of limited worth"
_STAGE_SECONDS = '{"ingest": 15.467, "anonymize": 20.804}'

RUNS = Table(
    "metrics/runs",
    "One row per run that had something to do.",
    (
        RUN_ID,
        STARTED_AT,
        Column("seconds", DOUBLE, "duration of the run", True, minimum=0, unit="seconds", example="63.887"),
        Column("batches", t.ArrayType(LONG), "batches that the run completed", True, unit="batches", example="[29]"),
        count("messages_read", "records found in exports", "records", "20", required=True),
        count("messages_new", "records whose content was new", "records", "19", required=True),
        count("messages_duplicate", "records whose content was known already", "records", "1", required=True),
        count("messages_published", "rows added to silver/mail", "mails", "18", required=True),
        count("messages_quarantined", "rows added to quarantine/mail", "mails", "1", required=True),
        Column(
            "stage_seconds",
            t.MapType(TEXT, DOUBLE),
            "duration by stage",
            required=True,
            unit="seconds",
            example=_STAGE_SECONDS,
        ),
        Column("mlflow_run_id", TEXT, "id of the run in MLflow", example="141f3f8c92654b14aa2522d6754d7218"),
        Column("model_version", TEXT, "version of the label model in force", example="7"),
        Column("policy_version", TEXT, "version of the privacy policy in force", required=True, example="f232b7c4231f"),
        Column("rules_version", TEXT, "version of the routing rules in force", True, example="c11509bd914bc666"),
    ),
    keys=("run_id",),
    statistics=("run_id",),
    owner="operator",
    writers=RUN_JOBS,
    joins=(Join("ops.ledger", ("batches",), ("batch_id",)),),
)

QUALITY = Table(
    "metrics/quality",
    "One row per batch, stage and measure: counts and the gate's verdicts; and the trends of a run's data quality.",
    (
        BATCH_ID,
        Column("stage", TEXT, "the stage that measured; `monitor` for the trends of a run", True, example="monitor"),
        Column("measure", TEXT, "name of the measure", required=True, example="quarantine_share"),
        Column("value", DOUBLE, "value of the measure; null where it cannot be known", unit=OF_ITS_OWN, example="0.95"),
        Column("passed", FLAG, "the gate's verdict; null for a plain count"),
        Column("run_id", TEXT, "name of the run; null for counts of a batch", example=RUN_ID.example),
        Column("by", TEXT, BY.comment, example=BY.example),
        Column("slice", TEXT, SLICE.comment, example=SLICE.example),
        _LOW,
        _HIGH,
        Column("usual", DOUBLE, "what is usual for the slice", unit=OF_ITS_OWN, example="0.94"),
        count("mails", "mails behind the value", "mails", "388"),
        Column("note", TEXT, _NOTE, example="FEW_RUNS"),
    ),
    keys=("batch_id", "stage", "measure", "by", "slice"),
    owner="operator",
    writers=RUN_JOBS,
    joins=(OF_RUN, Join("ops.ledger", ("batch_id",))),
)

TAGGER_FALLBACK = "tagger_fallback"
"""Measure of metrics/quality: mails of a batch whose names spaCy's own code tagged (triage.privacy.tagging)."""

MEASURES = Table(
    "metrics/measures",
    "One row per run, metric and slice: accuracy, fairness, cost, value, service levels.",
    (
        RUN_ID,
        Column(
            "metric",
            TEXT,
            "name of the metric (triage/monitoring/registry.py)",
            required=True,
            example="expected_accuracy.category",
        ),
        BY,
        SLICE,
        Column("value", DOUBLE, "its value; null where it cannot be known", unit=OF_ITS_OWN, example="0.95"),
        _LOW,
        _HIGH,
        Column("usual", DOUBLE, "what the value is compared with", unit=OF_ITS_OWN, example="0.94"),
        count("mails", "mails behind the value", "mails", "388", required=True),
        Column("note", TEXT, _NOTE, required=True, example="TOO_FEW_MAILS"),
    ),
    keys=("run_id", "metric", "by", "slice"),
    statistics=("run_id", "metric"),
    owner="analyst",
    writers=RUN_JOBS,
    joins=(OF_RUN, OF_PROFILE),
)
