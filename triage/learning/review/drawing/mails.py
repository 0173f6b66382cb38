"""The mails of a draw: those that a strategy compares, the audit's, and gold questions, as the driver needs them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import add

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as f
from pyspark.sql.window import Window

from triage.labelling.taxonomy import Head
from triage.lake.keys_frame import keys_frame
from triage.lake.store import Store
from triage.lake.tables import LABELS, ROUTES, SHADOW_LABELS, SILVER_MAIL

PRIORITY, PRESSING = "priority", ("high", "urgent")
"""The head and its labels that say how pressing a mail is."""


@dataclass(frozen=True, slots=True)
class HeadLabel:
    """What the model says of a head; `differs` where another model that was compared with it decided differently."""

    suggested: str
    score: float
    scores: Mapping[str, float]
    model_version: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class DrawnMail:
    """A published and labelled mail of a team; `pressing` is the probability that it is high or urgent."""

    mail_key: str
    team: str
    terms: Sequence[int]
    labels: Mapping[str, HeadLabel]
    pressing: float


@dataclass(frozen=True, slots=True)
class DrawWindow:
    """Which mails may be drawn: received at `oldest` or later; the audit takes those of batches after `seen_batch`."""

    oldest: datetime
    seen_batch: int
    newest_batch: int


def window_of(store: Store, days: int, seen_batch: int) -> DrawWindow | None:
    """The window that ends with the newest published mail; None where there is none.

    Its last batch is one that is labelled and routed: the mails of a batch that a run works on have no team yet, and
    would never be audited if this draw had seen it.
    """
    mails = store.read(SILVER_MAIL).agg(f.max("received_at").alias("newest")).first()
    batches = [store.read(table).agg(f.max("batch_id").alias("newest")).first() for table in (LABELS, ROUTES)]
    newest = [row.newest for row in batches if row is not None and row.newest is not None]
    if mails is None or mails.newest is None or len(newest) < len(batches):
        return None
    return DrawWindow(mails.newest - timedelta(days=days), seen_batch, int(min(newest)))


class Mails:
    """The published mails of the window with their labels and teams, as a frame that is read in parts."""

    def __init__(self, store: Store, heads: Sequence[Head], window: DrawWindow) -> None:
        self._store, self._heads, self._window = store, heads, window
        silver = store.read(SILVER_MAIL).where(f.col("batch_id") <= window.newest_batch)
        recent = silver.where(f.col("received_at") >= f.lit(window.oldest))
        routes = store.read(ROUTES).select("mail_key", f.col("queue").alias("team"))
        self._silver = silver.select("mail_key", "terms")
        self._known = recent.select("mail_key", "batch_id").join(routes, "mail_key")

    def teams(self) -> dict[str, int]:
        """The teams of the window with the number of their mails."""
        return {row.team: row["count"] for row in self._known.groupBy("team").count().collect()}

    def audit(self, count: int, secret: str) -> list[DrawnMail]:
        """`count` mails of the batches that no draw has seen, each as likely as any other.

        They are those with the smallest hashes under `secret`: the same ones for the same secret, and nobody who does
        not know it can make a mail that is in or out.
        """
        if not count:
            return []
        new = self._known.where(f.col("batch_id") > self._window.seen_batch)
        return self._read(new.orderBy(_hash(secret), "mail_key").limit(count))

    def of(self, keys: Collection[str]) -> list[DrawnMail]:
        """The labelled mails with these keys, of whatever time."""
        if not keys:
            return []
        routes = self._store.read(ROUTES).select("mail_key", f.col("queue").alias("team"))
        return self._read(f.broadcast(keys_frame(keys, self._store)).join(routes, "mail_key"))

    def pool(self, without: Collection[str], most: int, secret: str, *, dearest: bool) -> list[DrawnMail]:
        """At most `most` mails of each team, none of `without`.

        They are drawn at random; with `dearest`, half of them are those of the highest expected cost.
        """
        left = self._known.join(keys_frame(without, self._store), "mail_key", "left_anti")
        by_team = Window.partitionBy("team")
        ranked = left.withColumn("random", f.row_number().over(by_team.orderBy(_hash(secret), "mail_key")))
        chosen = f.col("random") <= most
        if dearest:
            costs = self._labels().groupBy("mail_key").agg(f.sum(self._cost()).alias("cost"))
            ranked = ranked.join(costs, "mail_key")
            ranked = ranked.withColumn("dear", f.row_number().over(by_team.orderBy(f.desc("cost"), "mail_key")))
            chosen = (f.col("random") <= most - most // 2) | (f.col("dear") <= most // 2)
        return self._read(ranked.where(chosen).select("mail_key", "team"))

    def _labels(self) -> DataFrame:
        return self._store.read(LABELS).where(f.col("head").isin([*self._names, PRIORITY]))

    @property
    def _names(self) -> list[str]:
        return [head.name for head in self._heads]

    def _cost(self) -> Column:
        costs: list[Column] = [
            f.when(f.col("head") == head.name, f.lit(head.costs.wrong) * (1 - f.col("score"))).otherwise(0.0)
            for head in self._heads
        ]
        return reduce(add, costs)

    def _read(self, wanted: DataFrame) -> list[DrawnMail]:
        """The rows of a small frame of mail_key and team, in the order of the keys."""
        fields = ("head", "best_label", "score", "scores", "model_version", "differs")
        small = f.broadcast(wanted.select("mail_key", "team"))
        differing = self._store.read(SHADOW_LABELS).where("differs").select("mail_key", "head", f.lit(True).alias("d"))
        labels = self._labels().join(small, "mail_key", "left_semi")
        labels = labels.join(differing.distinct(), ["mail_key", "head"], "left")
        labels = labels.withColumn("differs", f.coalesce("d", f.lit(False)))
        by_mail = labels.groupBy("mail_key").agg(f.collect_list(f.struct(*fields)).alias("labels"))
        found = small.join(by_mail, "mail_key").join(self._silver, "mail_key")
        return sorted((self._mail(row) for row in found.collect()), key=lambda mail: mail.mail_key)

    def _mail(self, row: Row) -> DrawnMail:
        scores = {one["head"]: one.scores for one in row.labels}
        labels = {
            one["head"]: HeadLabel(one.best_label, one.score, one.scores, one.model_version, one.differs)
            for one in row.labels
            if one["head"] in self._names
        }
        pressing = sum(scores.get(PRIORITY, {}).get(label, 0.0) for label in PRESSING)
        return DrawnMail(row.mail_key, row.team, row.terms or (), labels, min(1.0, pressing))


def _hash(secret: str) -> Column:
    return f.sha2(f.concat(f.lit(secret), f.col("mail_key")), 256)
