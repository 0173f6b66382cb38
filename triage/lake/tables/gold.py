"""Tables of the gold layer: the labels of the heads, and the queue of each mail."""

from __future__ import annotations

from pyspark.sql import types as t

from triage.lake.tables.schema import (
    BATCH_ID,
    DOUBLE,
    FLAG,
    HASH_EXAMPLE,
    LONG,
    MAIL_KEY,
    TEXT,
    TEXTS,
    TIME,
    Column,
    Join,
    Privacy,
    Table,
)

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
        Column("head", TEXT, "name of the head, such as category", required=True, example="category"),
        Column("label", TEXT, "the label; null where the head abstained", example="billing"),
        Column(
            "labels",
            TEXTS,
            "all labels: several where the head may give several, else one or none",
            example='["billing"]',
        ),
        Column(
            "best_label",
            TEXT,
            "the most probable label, even where the head abstained",
            required=True,
            example="billing",
        ),
        Column(
            "score",
            DOUBLE,
            "probability of best_label",
            required=True,
            minimum=0,
            maximum=1,
            unit="share 0 to 1",
            example="0.97",
        ),
        Column(
            "scores",
            t.MapType(TEXT, DOUBLE),
            "probability of every label",
            required=True,
            unit="share 0 to 1",
            example='{"billing": 0.97, "sales": 0.03}',
        ),
        Column("abstained", FLAG, "true where a person should decide", required=True),
        Column("reason", TEXT, "why the head abstained; null where it decided", one_of=REASONS_TO_ABSTAIN),
        Column(
            "threshold",
            DOUBLE,
            "score below which the head abstains",
            minimum=0,
            maximum=1,
            unit="share 0 to 1",
            example="0.67",
        ),
        Column("decided_by", TEXT, "`model`, or the name of the sign that decided", example="model"),
        Column("model", TEXT, "name in the model registry", required=True, example="triage-labels"),
        Column("model_version", TEXT, "version in the model registry", required=True, example="7"),
    ),
    keys=("mail_key", "head"),
    owner="data_scientist",
    writers=("jobs/nightly.py", "jobs/replay.py", "jobs/backfill.py", "jobs/rollback.py"),
    joins=(Join("gold.routes", ("mail_key",)), Join("silver.mail", ("mail_key",))),
)

THREAD, OVERFLOW = MOVED_BY = ("thread", "overflow")
"""Why a mail is in another queue than its rule names (triage.routing.teams)."""

ROUTES = Table(
    "gold/routes",
    "One row per mail: its queue and when an answer is due.",
    (
        MAIL_KEY,
        BATCH_ID,
        Column("queue", TEXT, "the department's queue", required=True, example="billing"),
        Column(
            "priority", TEXT, "the priority that applies in the queue; null where the head abstained", example="high"
        ),
        Column("due_at", TIME, "received_at plus the rule's time to answer; null where no answer is due"),
        Column("rule", TEXT, "name of the rule that matched, or `default`", required=True, example="billing"),
        Column("reason", TEXT, "the rule's conditions in words", required=True, example="category is billing"),
        Column("rules_version", TEXT, "digest of the rule file in force", required=True, example="c11509bd914bc666"),
        Column("received_at", TIME, "when the mail arrived; in rows of earlier versions null"),
        Column("sent_at", TIME, "Date header in UTC; null where missing or unreadable"),
        Column("language", TEXT, "ISO 639-1 code; und where unknown", pattern="^([a-z]{2}|und)$", example="de"),
        Column("outgoing", FLAG, "the company itself sent it (company.domains); null where its domains are not known"),
        Column("automatic", FLAG, "a program sent it, as its headers say: an automatic reply, report or list mail"),
        Column(
            "team",
            TEXT,
            "the team of the queue that takes it; null where the queue has none, or none can",
            example="north",
        ),
        Column(
            "moved_from",
            TEXT,
            "the queue that it would have without moved_by; null where nothing moved it",
            example="sales",
        ),
        Column(
            "moved_by",
            TEXT,
            "why it is in another queue: `thread`, with an earlier mail, or `overflow`, as no team can take it",
            one_of=MOVED_BY,
        ),
    ),
    keys=("mail_key",),
    owner="analyst",
    writers=("jobs/nightly.py", "jobs/replay.py", "jobs/backfill.py", "jobs/rollback.py"),
    joins=(Join("silver.mail", ("mail_key",)),),
)

THREADS = Table(
    "gold/threads",
    "One row per published mail: its thread. Later mails may change the rows of earlier ones.",
    (
        MAIL_KEY,
        BATCH_ID,
        Column(
            "thread_id",
            TEXT,
            "names the thread, after its first mail",
            required=True,
            pattern="^[0-9a-f]{32}$",
            example=HASH_EXAMPLE[:32],
        ),
        Column(
            "parent_key",
            TEXT,
            "the mail that it answers or forwards; null where that was not in the lake, or was erased",
            example=HASH_EXAMPLE,
        ),
        Column(
            "depth",
            t.IntegerType(),
            "how many mails are above it; 0 without a parent",
            required=True,
            minimum=0,
            unit="mails",
            example="2",
        ),
        Column(
            "joined_by",
            TEXT,
            "what joined it to the thread; null for the first mail of a thread",
            one_of=("references", "in_reply_to", "subject"),
        ),
        Column("sent_at", TIME, "when it was sent, in UTC; where that is not known, received", required=True),
        Column(
            "family_id",
            TEXT,
            "names the mails that are looked at together to tell their threads",
            required=True,
            example=HASH_EXAMPLE[:32],
        ),
        Column(
            "subject_hash",
            t.IntegerType(),
            "24 bits of a hash of the subject's base form, without pseudonyms",
            privacy=Privacy.PSEUDONYM,
            unit="hash of 24 bits",
            example="8931064",
        ),
    ),
    keys=("mail_key",),
    statistics=("batch_id", "sent_at"),
    owner="analyst",
    writers=("jobs/nightly.py", "jobs/replay.py"),
    joins=(Join("silver.mail", ("mail_key",)), Join("gold.routes", ("mail_key",))),
)

CORRECTIONS = Table(
    "gold/corrections",
    "One row per correction of a label by a person. Append only; an undo is a row of its own.",
    (
        Column(
            "correction_id", TEXT, "name of the correction", required=True, example="4f0ea5527a9f3c0de1b27c1d0a6e94b3"
        ),
        MAIL_KEY,
        Column("corrected_at", TIME, "when the person decided", required=True),
        Column(
            "corrected_by",
            TEXT,
            "pseudonym of the person",
            required=True,
            privacy=Privacy.PSEUDONYM,
            example="<REVIEWER_5b21e0_7f3a9c0de1b2a394>",
        ),
        Column("head", TEXT, "name of the head", required=True, example="category"),
        Column("decided", TEXT, "the label that the model gave; null where it abstained", example="hr"),
        Column("label", TEXT, "the right label, which may be the same", required=True, example="billing"),
        Column("reason", TEXT, "the person's reason", privacy=Privacy.PSEUDONYM, example="a reminder of an invoice"),
        Column(
            "source", TEXT, "where the correction came from: file, page, move or audit", required=True, example="page"
        ),
        Column("model_version", TEXT, "version of the model that was corrected", example="7"),
        Column("undoes", TEXT, "the correction that this row takes back", example="9d2c17b05e6a4f83b1c0a7e4d5f60812"),
    ),
    keys=("correction_id",),
    statistics=("corrected_at", "correction_id"),
    properties=(("delta.appendOnly", "true"),),
    owner="reviewer",
    writers=("jobs/feedback.py", "jobs/review.py"),
    joins=(
        Join("silver.mail", ("mail_key",)),
        Join("gold.routes", ("mail_key",)),
        Join("gold.labels", ("mail_key", "head")),
        Join("gold.gold_set", ("mail_key", "head")),
        Join("vault.pseudonyms", ("corrected_by",), ("token",)),
    ),
)

STATES = ("answered", "closed", "reopened")
"""What a help desk tells of a mail."""

STATUS = Table(
    "gold/status",
    "One row per change of a mail's state that the help desk told of (jobs/status.py). Append only.",
    (
        Column("status_id", TEXT, "names the change: a hash of the rest", required=True, example=HASH_EXAMPLE[:32]),
        MAIL_KEY,
        Column("status", TEXT, "the new state", required=True, one_of=STATES),
        Column("changed_at", TIME, "when it changed, as the help desk says", required=True),
        Column("source", TEXT, "the help desk", required=True, example="help_desk"),
        Column("added_at", TIME, "when the row was written", required=True),
    ),
    keys=("status_id",),
    statistics=("changed_at",),
    properties=(("delta.appendOnly", "true"),),
    owner="analyst",
    writers=("jobs/status.py",),
    joins=(Join("gold.routes", ("mail_key",)), Join("silver.mail", ("mail_key",))),
)

MAIL_COUNTS = Table(
    "gold/mail_counts",
    "Published mails by day, queue and language, where each count is of enough different senders; written by "
    "jobs/counts.py. What would single out few people is counted under `other`.",
    (
        Column(
            "day",
            TEXT,
            "day of receipt in UTC, such as 2026-11-30, or `other`",
            required=True,
            example="2026-11-30",
        ),
        Column("queue", TEXT, "the queue, or `other`", required=True, example="billing"),
        Column("language", TEXT, "ISO 639-1 code, `und` where unknown, or `other`", required=True, example="de"),
        Column("mails", LONG, "how many", required=True, minimum=1, unit="mails", example="41"),
    ),
    keys=("day", "queue", "language"),
    statistics=("day",),
    owner="analyst",
    writers=("jobs/counts.py",),
)
