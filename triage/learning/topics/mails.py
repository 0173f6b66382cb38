"""The mails that topics are looked for in: anonymized words, and what a head said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.lake.store import Store
from triage.lake.tables import LABELS, ROUTES, SILVER_MAIL
from triage.mail.word_terms import words_of

_SEED = 7


@dataclass(frozen=True, slots=True)
class TopicMail:
    """A mail's words without pseudonyms, and a head's answer; `label` is None where the head abstained."""

    mail_key: str
    sender: str | None
    words: Sequence[str]
    language: str
    label: str | None
    best_label: str
    scores: Mapping[str, float]
    queue: str | None


def read_mails(store: Store, head: str, days: int, most: int) -> list[TopicMail]:
    """Mails of the days before the newest, without bounces; at most `most`, drawn at random where there are more."""
    newest = store.read(SILVER_MAIL).agg(f.max("received_at").alias("at")).first()
    if newest is None or newest.at is None:
        return []
    rows = _joined(store, head, newest.at - timedelta(days=days))
    total = rows.count()
    chosen = rows.orderBy(f.xxhash64(f.lit(_SEED), "mail_key")).limit(most) if total > most else rows
    return [
        TopicMail(
            mail_key=row["mail_key"],
            sender=row["address"],
            words=words_of(f"{row['subject']} {row['body']}"),
            language=row["language"],
            label=row["label"],
            best_label=row["best_label"],
            scores=dict(row["scores"]),
            queue=row["queue"],
        )
        for row in chosen.collect()
    ]


def _joined(store: Store, head: str, since: datetime) -> DataFrame:
    mails = store.read(SILVER_MAIL).where((f.col("received_at") >= f.lit(since)) & ~f.col("bounce"))
    labels = store.read(LABELS).where(f.col("head") == head).select("mail_key", "label", "best_label", "scores")
    queues = store.read(ROUTES).select("mail_key", "queue")
    text = ("mail_key", f.col("sender.address").alias("address"), "subject", "body", "language")
    return mails.select(*text).join(labels, "mail_key").join(queues, "mail_key", "left")
