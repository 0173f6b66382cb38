"""What is looked at of each mail of a run: one narrow row a mail, without text, names and tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.privacy.pseudonyms.file_tokens import FILE_TOKEN
from triage.reasons import Mark

LABEL_FIELDS = ("label", "best_label", "score", "reason")
"""What is looked at of a head's label, beside the head."""

MICROS_PER_HOUR = 3_600_000_000

UNKNOWN = "unknown"
"""The source of a mail whose file the ledger does not have, as in rows of older lakes, or whose folder has no name."""

_FLAGS = ("has_html", "auto_submitted", "bulk", "list_mail", "bounce", "reply")
_NARROW = ("language", "language_score", "body_chars", "size_bytes", *_FLAGS, "entity_counts", "marks")
_WORDS = ("terms", "words", "rare_words", "garbled")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros_of(time: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    return (time - _EPOCH) // timedelta(microseconds=1)


def observations(
    silver: DataFrame,
    quarantine: DataFrame,
    labels: DataFrame,
    routes: DataFrame,
    ledger: DataFrame,
    source_names: DataFrame,
) -> DataFrame:
    """One row for each mail of the given rows of `silver/mail` and `quarantine/mail`.

    `labels` and `routes` are those of the same mails, `ledger` has at least the rows of their files, `source_names` a
    row (folder, source) for each folder of these. A folder may be called after a person, so that without such a row
    the source of its mails is `unknown`. Times are microseconds since 1970 in UTC. `published` is false for a
    quarantined mail, which has a source and reasons only.
    `present` names the columns of `silver/mail` that have a value; that a subject or recipient is missing is read from
    the mail's marks, so that no text is read here.
    """
    mails = _of_silver(silver).join(_of_labels(labels), "mail_key", "left").join(_of_routes(routes), "mail_key", "left")
    every = mails.unionByName(_of_quarantine(quarantine), allowMissingColumns=True)
    found = every.join(_sources(ledger, source_names), "file_key", "left")
    return found.withColumn("source", f.coalesce("source", f.lit(UNKNOWN))).drop("mail_key", "file_key")


def _of_silver(silver: DataFrame) -> DataFrame:
    return silver.select(
        "mail_key",
        "file_key",
        f.lit(True).alias("published"),
        _micros("received_at"),
        f.greatest(f.size("attachments"), f.lit(0)).alias("attachments"),
        _present(),
        *_NARROW,
        *_WORDS,
    )


def _of_labels(labels: DataFrame) -> DataFrame:
    return labels.groupBy("mail_key").agg(f.collect_list(f.struct("head", *LABEL_FIELDS)).alias("labels"))


def _of_routes(routes: DataFrame) -> DataFrame:
    return routes.select("mail_key", "queue", "priority", "rule", _micros("due_at"))


def _of_quarantine(quarantine: DataFrame) -> DataFrame:
    return quarantine.select("mail_key", "file_key", f.lit(False).alias("published"), "reasons")


def _sources(ledger: DataFrame, names: DataFrame) -> DataFrame:
    """file_key and the name of its source; a file is planned as often as it grows."""
    files = ledger.where("kind = 'file'").groupBy("file_key").agg(f.max("path").alias("path"))
    folders = files.select("file_key", f.regexp_replace("path", FILE_TOKEN, "").alias("folder"))
    return folders.join(f.broadcast(names), "folder").select("file_key", "source")


def _micros(name: str) -> Column:
    return f.unix_micros(name).cast(t.LongType()).alias(name)


def _present() -> Column:
    def lacks(mark: Mark) -> Column:
        return f.coalesce(f.array_contains("marks", mark.value), f.lit(False))

    present = {
        "subject": ~lacks(Mark.SUBJECT_MISSING),
        "body": f.col("body_chars") > 0,
        "sender": ~lacks(Mark.SENDER_MISSING),
        "recipients": ~lacks(Mark.NO_RECIPIENT),
        "sent_at": f.col("sent_at").isNotNull(),
        "message_token": f.col("message_token").isNotNull(),
        "thread_token": f.col("thread_token").isNotNull(),
    }
    return f.array_compact(f.array(*(f.when(has, name) for name, has in present.items()))).alias("present")
