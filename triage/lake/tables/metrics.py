"""Tables of the metrics layer: run summaries, drift, counts and verdicts."""

from __future__ import annotations

from pyspark.sql import types as t

from triage.lake.tables.schema import BATCH_ID, DOUBLE, FLAG, LONG, TEXT, TIME, Column, Table

RUNS = Table(
    "metrics/runs",
    "One row per run that had something to do.",
    (
        Column("run_id", TEXT, "name of the run", required=True),
        Column("started_at", TIME, "when the run started", required=True),
        Column("seconds", DOUBLE, "duration of the run in seconds", required=True, minimum=0),
        Column("batches", t.ArrayType(LONG), "batches that the run completed", required=True),
        Column("messages_read", LONG, "records found in exports", required=True, minimum=0),
        Column("messages_new", LONG, "records whose content was new", required=True, minimum=0),
        Column("messages_duplicate", LONG, "records whose content was known already", required=True, minimum=0),
        Column("messages_published", LONG, "rows added to silver/mail", required=True, minimum=0),
        Column("messages_quarantined", LONG, "rows added to quarantine/mail", required=True, minimum=0),
        Column("stage_seconds", t.MapType(TEXT, DOUBLE), "duration in seconds by stage", required=True),
        Column("mlflow_run_id", TEXT, "id of the run in MLflow"),
        Column("model_version", TEXT, "version of the label model in force"),
        Column("policy_version", TEXT, "version of the privacy policy in force", required=True),
        Column("rules_version", TEXT, "version of the routing rules in force", required=True),
    ),
    keys=("run_id",),
    statistics=("run_id",),
)

DRIFT = Table(
    "metrics/drift",
    "One row per run and feature: how far the feature moved from the baseline.",
    (
        Column("run_id", TEXT, "name of the run", required=True),
        Column(
            "feature",
            TEXT,
            "name of the feature, such as label.category, score.category, body_chars, language, queue",
            required=True,
        ),
        Column("psi", DOUBLE, "population stability index", required=True, minimum=0),
        Column("js", DOUBLE, "Jensen-Shannon distance, base 2", required=True, minimum=0, maximum=1),
        Column(
            "status",
            TEXT,
            "what the PSI means",
            required=True,
            one_of=("baseline", "stable", "watch", "alert"),
        ),
        Column("mails", LONG, "number of values compared", required=True, minimum=0),
        Column("baseline_run_id", TEXT, "the run that is the baseline", required=True),
        Column("histogram", t.MapType(TEXT, LONG), "counts by bin or value", required=True),
    ),
    keys=("run_id", "feature"),
    statistics=("run_id",),
)

QUALITY = Table(
    "metrics/quality",
    "One row per batch, stage and measure: counts and the gate's verdicts.",
    (
        BATCH_ID,
        Column("stage", TEXT, "the stage that measured", required=True),
        Column("measure", TEXT, "name of the measure", required=True),
        Column("value", DOUBLE, "value of the measure", required=True),
        Column("passed", FLAG, "the gate's verdict; null for a plain count"),
    ),
    keys=("batch_id", "stage", "measure"),
)
