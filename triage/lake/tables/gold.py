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
    ),
    keys=("mail_key",),
)

THREADS = Table(
    "gold/threads",
    "One row per published mail: its thread. Later mails may change the rows of earlier ones.",
    (
        MAIL_KEY,
        BATCH_ID,
        Column("thread_id", TEXT, "names the thread, after its first mail", required=True, pattern="^[0-9a-f]{32}$"),
        Column("parent_key", TEXT, "the mail that it answers or forwards; null where that is not in the lake"),
        Column("depth", t.IntegerType(), "how many mails are above it; 0 without a parent", required=True, minimum=0),
        Column(
            "joined_by",
            TEXT,
            "what joined it to the thread; null for the first mail of a thread",
            one_of=("references", "in_reply_to", "subject"),
        ),
        Column("sent_at", TIME, "when it was sent, in UTC; where that is not known, received", required=True),
        Column("family_id", TEXT, "names the mails that are looked at together to tell their threads", required=True),
        Column(
            "subject_hash",
            t.IntegerType(),
            "24 bits of a hash of the subject's base form, without pseudonyms",
            privacy=Privacy.PSEUDONYM,
        ),
    ),
    keys=("mail_key",),
    statistics=("batch_id", "sent_at"),
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
