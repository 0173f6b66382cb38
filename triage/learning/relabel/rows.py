"""The rows of a chunk: labels and routes as the stages of a nightly run make them, beside those that stay."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.labelling.models import Champion
from triage.labelling.serving.inference import label
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, LABELS, ROUTES, SILVER_MAIL, Table
from triage.learning.relabel.chunks import Chunk, given_by, received
from triage.learning.relabel.work import Relabel
from triage.monitoring.performance.corrections import in_force
from triage.routing.attributes import ABSTAINED
from triage.routing.route import route
from triage.routing.rules import Rules
from triage.stages.route import earlier_routes, places

_MAIL, _DECISION = ["mail_key"], ["mail_key", "head"]
_CORRECTION = ("correction_id", "mail_key", "head", "corrected_at", "source", "undoes")


@dataclass(frozen=True, slots=True)
class ChunkRows:
    """All rows that the chunk's batches have afterwards, and what differs from now."""

    labels: DataFrame
    routes: DataFrame
    new_labels: DataFrame
    new_routes: DataFrame
    old_labels: DataFrame
    old_routes: DataFrame
    without_text: DataFrame
    staff: DataFrame

    def figures(self) -> dict[str, Any]:
        """Columns of ops/relabels from `mails` to `changes`."""
        labels, routes = self._label_changes(), self._route_changes()
        changed: dict[str, int] = {}
        for head, was, now, count in labels:
            changed[head] = changed.get(head, 0) + (count if was != now else 0)
        return {
            "mails": self.new_labels.select("mail_key").distinct().count(),
            "labels_changed": changed,
            "routes_changed": sum(count for was, now, count in routes if was != now),
            "left_to_staff": self._left_to_staff(),
            "without_text": self.without_text.count(),
            "changes": changes_text(labels, routes),
        }

    def _label_changes(self) -> list[tuple[str, str, str, int]]:
        was = self.old_labels.select(*_DECISION, _shown().alias("was"))
        pairs = self.new_labels.select(*_DECISION, _shown().alias("now")).join(was, _DECISION, "left")
        counts = pairs.groupBy("head", f.coalesce("was", f.lit("")).alias("was"), "now").count()
        return sorted(_plain(row) for row in counts.collect())

    def _route_changes(self) -> list[tuple[str, str, int]]:
        was = self.old_routes.select("mail_key", f.col("queue").alias("was"))
        pairs = self.new_routes.select("mail_key", f.col("queue").alias("now")).join(was, "mail_key")
        return sorted(_plain(row) for row in pairs.groupBy("was", "now").count().collect())

    def _left_to_staff(self) -> int:
        labelled = self.new_labels.select("mail_key").distinct().join(f.broadcast(self.staff), "mail_key", "left_semi")
        return labelled.join(self.old_routes, "mail_key", "left_semi").count()


@contextmanager
def chunk_rows(
    chunk: Chunk, work: Relabel, store: Store, champion: Champion, rules: Rules, staff: Collection[str]
) -> Iterator[ChunkRows]:
    """The chunk's rows while the block runs; mails are labelled once, though figures, routes and labels read them.

    Nothing is made for a mail that has no labels, or no route: its batch has not got there yet, or its rows were
    removed by age. What `staff` decided keeps its route.
    """
    silver, old_labels, old_routes = (_of(store, table, chunk) for table in (SILVER_MAIL, LABELS, ROUTES))
    picked = _picked(old_labels, work)
    mails = received(silver, work).join(picked.select("mail_key").distinct(), "mail_key", "left_semi")
    new_labels = label(mails, champion)
    if work.only_version:
        new_labels = new_labels.join(picked, _DECISION, "left_semi")
    new_labels = new_labels.persist(StorageLevel.MEMORY_AND_DISK)
    key = _DECISION if work.only_version or work.head else _MAIL
    labels = old_labels.join(new_labels.select(key).distinct(), key, "left_anti").unionByName(new_labels)
    decided = _frame(staff, store)
    routed = mails.join(old_routes, "mail_key", "left_semi").join(new_labels, "mail_key", "left_semi")
    free = routed.join(f.broadcast(decided), "mail_key", "left_anti")
    stay = places(old_routes.join(free, "mail_key", "left_anti"), silver)
    new_routes = route(free, labels, rules, earlier_routes(store, min(chunk.batches), rules), stay).persist()
    routes = old_routes.join(new_routes, "mail_key", "left_anti").unionByName(new_routes)
    gone = _without_text(picked, silver)
    try:
        yield ChunkRows(labels, routes, new_labels, new_routes, old_labels, old_routes, gone, decided)
    finally:
        new_labels.unpersist()
        new_routes.unpersist()


def decided_by_staff(store: Store) -> frozenset[str]:
    """Keys of the mails of which a person decided a head, and nobody took that back."""
    if not store.exists(CORRECTIONS):
        return frozenset()
    return frozenset(row["mail_key"] for row in in_force(list(store.rows(CORRECTIONS, _CORRECTION))))


def changes_text(labels: Sequence[tuple[str, str, str, int]], routes: Sequence[tuple[str, str, int]]) -> str:
    """The column `changes`: {"labels": {head: [[from, to, mails], …]}, "queues": [[from, to, mails], …]}."""
    by_head: dict[str, list[list[Any]]] = {}
    for head, *change in labels:
        by_head.setdefault(head, []).append(change)
    return json.dumps({"labels": by_head, "queues": [list(change) for change in routes]}, ensure_ascii=False)


def _picked(labels: DataFrame, work: Relabel) -> DataFrame:
    """The labels to replace: those that the version gave, or all; mail_key and head."""
    return (given_by(labels, work) if work.only_version else labels).select(*_DECISION)


def _without_text(picked: DataFrame, silver: DataFrame) -> DataFrame:
    """The mails whose row in silver/mail is gone; when they were received is gone with it, so that all count."""
    return picked.select("mail_key").distinct().join(silver, "mail_key", "left_anti")


def _of(store: Store, table: Table, chunk: Chunk) -> DataFrame:
    return store.read(table).where(f.col("batch_id").isin(list(chunk.batches)))


def _frame(keys: Collection[str], store: Store) -> DataFrame:
    schema = t.StructType([t.StructField("mail_key", t.StringType())])
    return store.spark.createDataFrame([(key,) for key in sorted(keys)], schema)


def _shown() -> Column:
    """A decision in one word: the label, several with a plus sign, or `abstained`."""
    several = f.array_join(f.array_sort("labels"), " + ")
    return f.when(f.col("abstained"), ABSTAINED).when(f.size("labels") > 1, several).otherwise(f.col("label"))


def _plain(row: Row) -> Any:
    return tuple(row)


def added(figures: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures of several chunks together."""
    labels: dict[tuple[str, str, str], int] = {}
    queues: dict[tuple[str, str], int] = {}
    changed: dict[str, int] = {}
    for one in figures:
        found = json.loads(one["changes"])
        for head, changes in found["labels"].items():
            for was, now, count in changes:
                labels[head, was, now] = labels.get((head, was, now), 0) + count
        for was, now, count in found["queues"]:
            queues[was, now] = queues.get((was, now), 0) + count
        for head, count in dict(one["labels_changed"]).items():
            changed[head] = changed.get(head, 0) + count
    sums = ("mails", "routes_changed", "left_to_staff", "without_text", "seconds")
    text = changes_text([(*k, n) for k, n in sorted(labels.items())], [(*k, n) for k, n in sorted(queues.items())])
    return {name: sum(one[name] for one in figures) for name in sums} | {"labels_changed": changed, "changes": text}
