"""Tables of how mail moved: the profile of each run, and its distance from a reference."""

from __future__ import annotations

from pyspark.sql import types as t

from triage.lake.tables.metrics.columns import BY, OF_PROFILE, OF_RUN, RUN_ID, RUN_JOBS, SLICE, STARTED_AT
from triage.lake.tables.schema import DOUBLE, LONG, TEXT, Column, Table, count, share

_PSI = "index from 0"
_DISTANCE = "distance 0 to 1"
_STATUS = ("baseline", "stable", "watch", "alert")
_FEATURE = "name of the feature, such as label.category, score.category, body_chars, language, queue"
_HISTOGRAM = '{"negative": 498, "neutral": 1262, "positive": 601}'
_DRIVER = t.StructType(
    [t.StructField("value", TEXT), t.StructField("was", DOUBLE), t.StructField("now", DOUBLE)],
)

DRIFT = Table(
    "metrics/drift",
    "One row per run, reference, slice and feature: how far the feature moved from the reference.",
    (
        RUN_ID,
        Column("feature", TEXT, _FEATURE, required=True, example="best_label.sentiment"),
        Column("psi", DOUBLE, "population stability index", True, minimum=0, unit=_PSI, example="0.021"),
        Column(
            "js",
            DOUBLE,
            "Jensen-Shannon distance, base 2",
            required=True,
            minimum=0,
            maximum=1,
            unit=_DISTANCE,
            example="0.062",
        ),
        Column("status", TEXT, "what the difference means", required=True, one_of=_STATUS, example="stable"),
        count("mails", "number of values compared", "values", "2361", required=True),
        Column(
            "baseline_run_id",
            TEXT,
            "the run, or the first and last run, that is the reference",
            required=True,
            example="batches-000021-000021",
        ),
        Column(
            "histogram",
            t.MapType(TEXT, LONG),
            "counts by bin or value",
            required=True,
            unit="values",
            example=_HISTOGRAM,
        ),
        Column("reference", TEXT, "what the run is compared with", one_of=("model", "chosen", "rolling")),
        Column("by", TEXT, BY.comment, example=BY.example),
        Column("slice", TEXT, SLICE.comment, example=SLICE.example),
        Column(
            "ks",
            DOUBLE,
            "Kolmogorov-Smirnov distance; null for categories",
            minimum=0,
            maximum=1,
            unit=_DISTANCE,
            example="0.043",
        ),
        Column(
            "wasserstein",
            DOUBLE,
            "Wasserstein distance in the reference's deviations; null for categories",
            unit="deviations",
            example="0.12",
        ),
        Column(
            "chi2",
            DOUBLE,
            "chi-squared statistic of the counts, divided by the reference's dispersion",
            unit="statistic",
            example="10.21",
        ),
        share("unseen_share", "share of values that the reference does not have", "0.002"),
        Column(
            "psi_low",
            DOUBLE,
            "lower bound of the interval of the PSI, without what chance adds",
            unit=_PSI,
            example="0.002",
        ),
        Column(
            "psi_high",
            DOUBLE,
            "upper bound of the interval of the PSI, without what chance adds",
            unit=_PSI,
            example="0.051",
        ),
        share(
            "p_value",
            "chance of such a difference if the true PSI is `psi_watch`, corrected for all with that reference",
            "0.003",
        ),
        Column(
            "drivers",
            t.ArrayType(_DRIVER),
            "values or terms that drive it, the strongest first, with their shares before and now",
            unit="share 0 to 1",
            example='[{"value": "positive", "was": 0.19, "now": 0.25}]',
        ),
    ),
    keys=("run_id", "feature", "reference", "by", "slice"),
    statistics=("run_id",),
    owner="data_scientist",
    writers=RUN_JOBS,
    joins=(OF_RUN, OF_PROFILE),
)

PROFILES = Table(
    "metrics/profiles",
    "One row per run and slice: counts and sketches of its features, which can be merged. No text.",
    (
        RUN_ID,
        STARTED_AT,
        BY,
        SLICE,
        count("published", "published mails of the slice", "mails", "166", required=True),
        count("quarantined", "quarantined mails of the slice", "mails", "0", required=True),
        Column("model_version", TEXT, "version of the label model in force", example="7"),
        Column("taxonomy_version", TEXT, "digest of heads and labels in force", True, example="3e08868bc75b008c"),
        Column("profile", t.BinaryType(), "the distributions (triage/monitoring/profiles)", required=True),
    ),
    keys=("run_id", "by", "slice"),
    statistics=("run_id", "started_at"),
    owner="data_scientist",
    writers=RUN_JOBS,
    joins=(OF_RUN,),
)
