"""Tables of the gold layer: the labels of the heads, and the queue of each mail."""

from __future__ import annotations

from pyspark.sql import types as t

from triage.lake.tables.schema import BATCH_ID, DOUBLE, FLAG, LONG, MAIL_KEY, TEXT, TEXTS, TIME, Column, Privacy, Table

REASONS_TO_ABSTAIN = (
    "PARENT_ABSTAINED",
    "EMPTY_TEXT",
    "UNKNOWN_LANGUAGE",
    "OUT_OF_DISTRIBUTION",
    "LOW_SCORE",
)
"""Why a head abstains (triage.labelling.evaluation.abstention)."""

LABELS = Table(
    "gold/labels",
    "One row per mail and head.",
    (
        MAIL_KEY,
        BATCH_ID,
        Column("head", TEXT, "name of the head, such as category", required=True),
        Column("label", TEXT, "the label; null where the head abstained"),
        Column(
            "labels",
            TEXTS,
            "all labels: several where the head may give several, else one or none",
        ),
        Column("best_label", TEXT, "the most probable label, even where the head abstained", required=True),
        Column("score", DOUBLE, "probability of best_label", required=True, minimum=0, maximum=1),
        Column("scores", t.MapType(TEXT, DOUBLE), "probability of every label", required=True),
        Column("abstained", FLAG, "true where a person should decide", required=True),
        Column("reason", TEXT, "why the head abstained; null where it decided", one_of=REASONS_TO_ABSTAIN),
        Column("threshold", DOUBLE, "score below which the head abstains", minimum=0, maximum=1),
        Column("decided_by", TEXT, "`model`, or the name of the sign that decided"),
        Column("model", TEXT, "name in the model registry", required=True),
        Column("model_version", TEXT, "version in the model registry", required=True),
    ),
    keys=("mail_key", "head"),
)

THREAD, OVERFLOW = MOVED_BY = ("thread", "overflow")
"""Why a mail is in another queue than its rule names (triage.routing.teams)."""

ROUTES = Table(
    "gold/routes",
    "One row per mail: its queue and when an answer is due.",
    (
        MAIL_KEY,
        BATCH_ID,
        Column("queue", TEXT, "the department's queue", required=True),
        Column("priority", TEXT, "the priority that applies in the queue; null where the head abstained"),
        Column("due_at", TIME, "received_at plus the rule's time to answer; null where no answer is due"),
        Column("rule", TEXT, "name of the rule that matched, or `default`", required=True),
        Column("reason", TEXT, "the rule's conditions in words", required=True),
        Column("rules_version", TEXT, "digest of the rule file in force", required=True),
        Column("team", TEXT, "the team of the queue that takes it; null where the queue has none, or none can"),
        Column("moved_from", TEXT, "the queue that it would have without moved_by; null where nothing moved it"),
        Column(
            "moved_by",
            TEXT,
            "why it is in another queue: `thread`, with an earlier mail, or `overflow`, as no team can take it",
            one_of=MOVED_BY,
        ),
    ),
    keys=("mail_key",),
)

CORRECTIONS = Table(
    "gold/corrections",
    "One row per correction of a label by a person. Append only; an undo is a row of its own.",
    (
        Column("correction_id", TEXT, "name of the correction", required=True),
        MAIL_KEY,
        Column("corrected_at", TIME, "when the person decided", required=True),
        Column("corrected_by", TEXT, "pseudonym of the person", required=True, privacy=Privacy.PSEUDONYM),
        Column("head", TEXT, "name of the head", required=True),
        Column("decided", TEXT, "the label that the model gave; null where it abstained"),
        Column("label", TEXT, "the right label, which may be the same", required=True),
        Column("reason", TEXT, "the person's reason", privacy=Privacy.PSEUDONYM),
        Column("source", TEXT, "where the correction came from: file, page, move or audit", required=True),
        Column("model_version", TEXT, "version of the model that was corrected"),
        Column("undoes", TEXT, "the correction that this row takes back"),
    ),
    keys=("correction_id",),
    statistics=("corrected_at", "correction_id"),
    properties=(("delta.appendOnly", "true"),),
)

MAIL_COUNTS = Table(
    "gold/mail_counts",
    "Published mails by day, queue and language, where each count is of enough different senders; written by "
    "jobs/counts.py. What would single out few people is counted under `other`.",
    (
        Column("day", TEXT, "day of receipt in UTC, such as 2026-11-30, or `other`", required=True),
        Column("queue", TEXT, "the queue, or `other`", required=True),
        Column("language", TEXT, "ISO 639-1 code, `und` where unknown, or `other`", required=True),
        Column("mails", LONG, "how many", required=True, minimum=1),
    ),
    keys=("day", "queue", "language"),
    statistics=("day",),
)
