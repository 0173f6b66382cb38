"""Tables of decisions on models: promotions, and labels that were made anew after one."""

from __future__ import annotations

from pyspark.sql import types as t

from triage.lake.tables.schema import DOUBLE, LONG, TEXT, TIME, Column, Join, Table, count

DECISIONS = ("promoted", "refused", "overridden", "awaits_approval", "rolled_back", "started", "stopped")
"""What was decided on a model version; `started` and `stopped` are of a shadow, canary or A/B test."""

_APPEND_ONLY = (("delta.appendOnly", "true"),)
_PHASES = ("begun", "chunk", "done")
_RELABEL_ID = "relabel-20261130T093000000000Z"

PROMOTIONS = Table(
    "ops/promotions",
    "One row per decision on a model version, with its evidence. Append only.",
    (
        Column("promotion_id", TEXT, "name of the decision", required=True, example="triage-labels-7-5f9a01c74e2b"),
        Column("decided_at", TIME, "when it was decided", required=True),
        Column("model", TEXT, "name in the model registry", required=True, example="triage-labels"),
        Column("version", TEXT, "the version that was decided on", required=True, example="7"),
        Column("champion", TEXT, "the version that was champion then; null where there was none", example="6"),
        Column("decision", TEXT, "what was decided", required=True, one_of=DECISIONS),
        Column("decided_by", TEXT, "`gate`, or the operating system user who decided", required=True, example="gate"),
        Column("reason", TEXT, "the stated reason", required=True, example="no head is worse"),
        Column(
            "evidence",
            TEXT,
            "figures and their intervals as JSON; no text of mails",
            required=True,
            example='{"reasons": ["no head is worse"], "opponent": null, "comparison": null, "first": null}',
        ),
    ),
    keys=("promotion_id",),
    statistics=("decided_at",),
    properties=_APPEND_ONLY,
    owner="operator",
    writers=("jobs/learn.py", "jobs/train.py", "jobs/promote.py", "jobs/trial.py", "jobs/rollback.py"),
    joins=(Join("gold.labels", ("model", "version"), ("model", "model_version")),),
)

RELABELS = Table(
    "ops/relabels",
    "One row per relabel before anything is changed, one per chunk of batches, and one when all is done. Append only.",
    (
        Column("relabel_id", TEXT, "name of the relabel", required=True, example=_RELABEL_ID),
        Column("phase", TEXT, "`begun`, `chunk` or `done`", required=True, one_of=_PHASES),
        Column(
            "last_batch",
            LONG,
            "last batch of the chunk; else the last one that the lake had",
            required=True,
            unit="number of a batch",
            example="29",
        ),
        Column("written_at", TIME, "when the row was written", required=True),
        Column("cause", TEXT, "why", required=True, one_of=("rollback", "backfill")),
        Column("received_from", TIME, "mails received at this time or later; null for all"),
        Column("received_to", TIME, "mails received before this time; null for all later ones"),
        Column("only_version", TEXT, "only labels that this version gave; null for all", example="8"),
        Column("live_since", TIME, "when `only_version` became champion, the last time; null for a backfill"),
        Column("head", TEXT, "only this head; null for all heads that the models decide", example="category"),
        Column("model", TEXT, "name in the model registry", required=True, example="triage-labels"),
        Column("model_version", TEXT, "the version that labels them now", required=True, example="7"),
        Column(
            "models",
            t.MapType(TEXT, TEXT),
            "version of each model that labels them now, by name",
            required=True,
            example='{"triage-labels": "7"}',
        ),
        Column("os_user", TEXT, "operating system user who asked", required=True, example="triage"),
        Column(
            "reason",
            TEXT,
            "the stated reason; may be empty for a backfill",
            required=True,
            example="version 8 sends invoices to hr",
        ),
        count("mails", "mails of the chunk, or of all chunks; null before anything is done", "mails", "388"),
        Column(
            "labels_changed", t.MapType(TEXT, LONG), "changed labels by head", unit="labels", example='{"category": 12}'
        ),
        count("routes_changed", "mails that changed their queue", "mails", "11"),
        count("left_to_staff", "mails whose route stays because a person had decided", "mails", "2"),
        count("without_text", "mails that could not be labelled because their text is gone", "mails", "0"),
        Column(
            "changes",
            TEXT,
            "JSON: counts of labels by head and of queues, each as [from, to, mails]",
            example='{"labels": {"category": [["hr", "billing", 12]]}, "queues": [["hr", "billing", 11]]}',
        ),
        Column(
            "seconds",
            DOUBLE,
            "seconds that the chunk took until its figures were known; of all chunks",
            minimum=0,
            unit="seconds",
            example="42.7",
        ),
    ),
    keys=("relabel_id", "phase", "last_batch"),
    statistics=("written_at",),
    properties=_APPEND_ONLY,
    owner="operator",
    writers=("jobs/rollback.py", "jobs/backfill.py"),
    joins=(Join("ops.promotions", ("relabel_id",), ("promotion_id",)),),
)
