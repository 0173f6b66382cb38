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

BY = Column("by", TEXT, "kind of slice: run (all mails), source, language, queue, head and others", required=True)
SLICE = Column("slice", TEXT, "the slice, such as de; empty for all mails", required=True)

DRIFT = Table(
    "metrics/drift",
    "One row per run, reference, slice and feature: how far the feature moved from the reference.",
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
            "what the difference means",
            required=True,
            one_of=("baseline", "stable", "watch", "alert"),
        ),
        Column("mails", LONG, "number of values compared", required=True, minimum=0),
        Column("baseline_run_id", TEXT, "the run, or the first and last run, that is the reference", required=True),
        Column("histogram", t.MapType(TEXT, LONG), "counts by bin or value", required=True),
        Column("reference", TEXT, "what the run is compared with", one_of=("model", "chosen", "rolling")),
        Column("by", TEXT, BY.comment),
        Column("slice", TEXT, SLICE.comment),
        Column("ks", DOUBLE, "Kolmogorov-Smirnov distance; null for categories", minimum=0, maximum=1),
        Column("wasserstein", DOUBLE, "Wasserstein distance in the reference's deviations; null for categories"),
        Column("chi2", DOUBLE, "chi-squared statistic of the counts, divided by the reference's dispersion"),
        Column("unseen_share", DOUBLE, "share of values that the reference does not have", minimum=0, maximum=1),
        Column("psi_low", DOUBLE, "lower bound of the interval of the PSI, without what chance adds"),
        Column("psi_high", DOUBLE, "upper bound of the interval of the PSI, without what chance adds"),
        Column(
            "p_value",
            DOUBLE,
            "chance of such a difference if the true PSI is `psi_watch`, corrected for all with that reference",
            minimum=0,
            maximum=1,
        ),
        Column(
            "drivers",
            t.ArrayType(
                t.StructType([t.StructField("value", TEXT), t.StructField("was", DOUBLE), t.StructField("now", DOUBLE)])
            ),
            "values or terms that drive it, the strongest first, with their shares before and now",
        ),
    ),
    keys=("run_id", "feature", "reference", "by", "slice"),
    statistics=("run_id",),
)

QUALITY = Table(
    "metrics/quality",
    "One row per batch, stage and measure: counts and the gate's verdicts; and the trends of a run's data quality.",
    (
        BATCH_ID,
        Column("stage", TEXT, "the stage that measured; `monitor` for the trends of a run", required=True),
        Column("measure", TEXT, "name of the measure", required=True),
        Column("value", DOUBLE, "value of the measure; null where it cannot be known"),
        Column("passed", FLAG, "the gate's verdict; null for a plain count"),
        Column("run_id", TEXT, "name of the run; null for counts of a batch"),
        Column("by", TEXT, BY.comment),
        Column("slice", TEXT, SLICE.comment),
        Column("low", DOUBLE, "lower bound of the interval"),
        Column("high", DOUBLE, "upper bound of the interval"),
        Column("usual", DOUBLE, "what is usual for the slice"),
        Column("mails", LONG, "mails behind the value", minimum=0),
        Column("note", TEXT, "code that says why a value is missing or of limited worth"),
    ),
    keys=("batch_id", "stage", "measure", "by", "slice"),
)

TAGGER_FALLBACK = "tagger_fallback"
"""Measure of metrics/quality: mails of a batch whose names spaCy's own code tagged (triage.privacy.tagging)."""

MEASURES = Table(
    "metrics/measures",
    "One row per run, metric and slice: accuracy, fairness, cost, value, service levels.",
    (
        Column("run_id", TEXT, "name of the run", required=True),
        Column("metric", TEXT, "name of the metric (triage/monitoring/registry.py)", required=True),
        BY,
        SLICE,
        Column("value", DOUBLE, "its value; null where it cannot be known"),
        Column("low", DOUBLE, "lower bound of the interval"),
        Column("high", DOUBLE, "upper bound of the interval"),
        Column("usual", DOUBLE, "what the value is compared with"),
        Column("mails", LONG, "mails behind the value", required=True, minimum=0),
        Column("note", TEXT, "code that says why a value is missing or of limited worth", required=True),
    ),
    keys=("run_id", "metric", "by", "slice"),
    statistics=("run_id", "metric"),
)

PROFILES = Table(
    "metrics/profiles",
    "One row per run and slice: counts and sketches of its features, which can be merged. No text.",
    (
        Column("run_id", TEXT, "name of the run", required=True),
        Column("started_at", TIME, "when the run started", required=True),
        BY,
        SLICE,
        Column("published", LONG, "published mails of the slice", required=True, minimum=0),
        Column("quarantined", LONG, "quarantined mails of the slice", required=True, minimum=0),
        Column("model_version", TEXT, "version of the label model in force"),
        Column("taxonomy_version", TEXT, "digest of heads and labels in force", required=True),
        Column("profile", t.BinaryType(), "the distributions (triage/monitoring/profiles)", required=True),
    ),
    keys=("run_id", "by", "slice"),
    statistics=("run_id", "started_at"),
)

ALERTS = Table(
    "metrics/alerts",
    "One row per run and alert: raised, still open or resolved, and where it was sent.",
    (
        Column("run_id", TEXT, "name of the run", required=True),
        Column("raised_at", TIME, "when the run saw it", required=True),
        Column("rule", TEXT, "name of the rule (conf/alerts.yaml)", required=True),
        BY,
        SLICE,
        Column(
            "state",
            TEXT,
            "what became of it",
            required=True,
            one_of=("raised", "open", "silenced", "over_budget", "resolved"),
        ),
        Column("severity", TEXT, "how bad it is", required=True, one_of=("info", "warning", "critical")),
        Column("owner", TEXT, "who looks after it", required=True),
        Column("sentence", TEXT, "what happened, in words", required=True),
        Column("cost", DOUBLE, "expected cost of ignoring it for a day", minimum=0),
        Column("since", TIME, "when it was first raised", required=True),
        Column("held_at", TIME, "when a run last saw its conditions hold", required=True),
        Column("told_at", TIME, "when it was last to be sent; null where it never was"),
        Column(
            "folded",
            t.ArrayType(TEXT),
            "alerts that the same cause explains: rule, or rule (kind slice)",
            required=True,
        ),
        Column("sent_to", t.ArrayType(TEXT), "sinks that took it", required=True),
    ),
    keys=("run_id", "rule", "by", "slice"),
    statistics=("run_id", "raised_at"),
)
