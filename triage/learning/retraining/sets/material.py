"""What a training may use of the lake: corrections in force, facts of their mails, the gold set, earlier trainings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.labelling.data.near_duplicates import group_numbers, hash_columns, min_hashes
from triage.lake.keys_frame import keys_frame
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, REVIEW_QUEUE, ROUTES, SILVER_MAIL, TRAINING_SETS
from triage.learning.guards.outcome import MailFacts
from triage.learning.review.drawing.choice import RANDOM
from triage.learning.review.gold import settled_labels
from triage.monitoring.performance.corrections import AUDIT

MailHead = tuple[str, str]
"""A mail key and the name of a head."""

_USED = ("training_id", "built_at", "mail_key", "head", "label", "part")
_DRAWN = ("mail_key", "head", "purpose", "drawn_at")


@dataclass(frozen=True)
class Material:
    """Rows of gold/corrections as they are, and what is known of their mails that the lake still has."""

    corrections: Sequence[Mapping[str, Any]]
    facts: Mapping[str, MailFacts]
    gold: Mapping[MailHead, str]
    used: Sequence[Mapping[str, Any]]
    """Rows of gold/training_sets."""
    drawn: Sequence[Mapping[str, Any]] = ()
    """Rows of gold/review_queue of mails that were drawn independently of the models: audits and random ones."""

    @property
    def apart(self) -> frozenset[str]:
        """Mails of the gold set and of audits, answered or not: no model learns from them."""
        audited = {row["mail_key"] for row in self.drawn if row["purpose"] == AUDIT}
        answered = {row["mail_key"] for row in self.corrections if row["source"] == AUDIT}
        return frozenset(audited | answered | {mail_key for mail_key, _ in self.gold})

    @property
    def at_random(self) -> frozenset[str]:
        """Mails that were drawn for review at random."""
        return frozenset(row["mail_key"] for row in self.drawn if row["purpose"] == RANDOM)


def read_material(store: Store) -> Material:
    """Everything that people said so far; mails that were erased or have aged are not in `facts`."""
    corrections = list(store.rows(CORRECTIONS, CORRECTIONS.column_names))
    used = list(store.rows(TRAINING_SETS, _USED))
    drawn = list(store.rows(REVIEW_QUEUE, _DRAWN, purpose=[AUDIT, RANDOM]))
    found = Material(corrections, {}, settled_labels(store), used, drawn)
    keys = found.apart | {row["mail_key"] for row in (*corrections, *used)}
    return replace(found, facts=_facts(store, sorted(keys)))


def _facts(store: Store, keys: Sequence[str]) -> dict[str, MailFacts]:
    """Facts of the mails; no text leaves Spark."""
    if not keys:
        return {}
    queues = {row["mail_key"]: row["queue"] for row in store.rows(ROUTES, ("mail_key", "queue"), mail_key=keys)}
    rows = _mails(store, keys).collect()
    near = group_numbers(np.zeros(len(rows), dtype=np.int64), min_hashes([row["sketch"] for row in rows]))
    return {
        row["mail_key"]: MailFacts(
            sender=row["address"],
            thread=row["thread_token"],
            queue=queues.get(row["mail_key"]),
            near=int(group),
            language=row["language"],
        )
        for row, group in zip(rows, near, strict=True)
    }


def _mails(store: Store, keys: Sequence[str]) -> DataFrame:
    mails = store.read(SILVER_MAIL).join(f.broadcast(keys_frame(keys, store)), "mail_key", "left_semi")
    sketch = hash_columns(mails.columns)[1]
    chosen = mails.select("mail_key", f.col("sender.address").alias("address"), "thread_token", "language", sketch)
    return chosen.orderBy("mail_key")
