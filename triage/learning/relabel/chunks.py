"""The chunks of a relabel: whole batches, ascending, that still have mails to label again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.lake.store import Store
from triage.lake.tables import LABELS, RELABELS, RUNS, SILVER_MAIL
from triage.learning.relabel.work import Relabel
from triage.stages.relabels import BEGUN, CHUNK


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch with mails of the relabel; `heads` are those whose labels are replaced, empty for all."""

    batch_id: int
    mails: int
    heads: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Batches that are replaced together, with the same heads; `is_recorded` says that its figures are known."""

    batches: tuple[int, ...]
    mails: int
    heads: frozenset[str]
    is_recorded: bool = False


def chunks_left(work: Relabel, store: Store, most: int) -> list[Chunk]:
    """What is to be done still, in chunks of up to `most` mails or of one batch.

    Batches whose labels this relabel replaced are left out. A chunk whose figures were recorded before a kill ends
    where it ended then, so that they stay its figures.
    """
    done = store.last_batch(LABELS, work.relabel_id)
    recorded = store.last_batch(RELABELS, f"{work.relabel_id}:{CHUNK}")
    left = [batch for batch in _batches(work, store) if batch.batch_id > done]
    begun = [batch for batch in left if batch.batch_id <= recorded]
    later = [batch for batch in left if batch.batch_id > recorded]
    return [*_grouped(begun, None, is_recorded=True), *_grouped(later, most, is_recorded=False)]


def received(mails: DataFrame, work: Relabel) -> DataFrame:
    """The mails that were received in the window."""
    if work.received_from is not None:
        mails = mails.where(f.col("received_at") >= f.lit(work.received_from))
    if work.received_to is not None:
        mails = mails.where(f.col("received_at") < f.lit(work.received_to))
    return mails


def given_by(labels: DataFrame, work: Relabel) -> DataFrame:
    """The labels of gold/labels that the version gave which is rolled back."""
    return labels.where((f.col("model") == work.model) & (f.col("model_version") == work.only_version))


def _batches(work: Relabel, store: Store) -> list[Batch]:
    """Ascending."""
    found = _of_version(work, store) if work.only_version else _of_window(work, store)
    return sorted(found, key=lambda batch: batch.batch_id)


def _of_window(work: Relabel, store: Store) -> Iterator[Batch]:
    """Batches that were labelled when the relabel began: a later one has the labels of a later champion."""
    known = next(store.rows(RELABELS, ("last_batch",), relabel_id=[work.relabel_id], phase=[BEGUN]))
    mails = received(store.read(SILVER_MAIL), work).where(f.col("batch_id") <= known["last_batch"])
    heads = frozenset((work.head,)) if work.head else frozenset()
    for row in mails.groupBy("batch_id").count().collect():
        yield Batch(row["batch_id"], row["count"], heads)


def _of_version(work: Relabel, store: Store) -> Iterator[Batch]:
    """Also batches that a run labelled after the relabel had begun, but before the alias was set back."""
    labels = given_by(store.read(LABELS), work)
    if work.received_from is not None:
        mails = received(store.read(SILVER_MAIL), work).select("mail_key")
        labels = labels.join(mails, "mail_key", "left_semi")
    count, heads = f.countDistinct("mail_key").alias("mails"), f.collect_set("head").alias("heads")
    earlier = _of_earlier_reigns(work, store)
    for row in labels.groupBy("batch_id").agg(count, heads).collect():
        if row["batch_id"] not in earlier:
            yield Batch(row["batch_id"], row["mails"], frozenset(row["heads"]))


def _of_earlier_reigns(work: Relabel, store: Store) -> Collection[int]:
    """Batches of runs that had the version as champion and ended before it became champion the last time.

    A version may have been champion before and been good then. What it labelled in a backfill is not among them. Runs
    name the version of the bundle only, so that of a head's own model all labels count.
    """
    if work.live_since is None or work.head is not None:
        return ()
    ended = (
        row
        for row in store.rows(RUNS, ("started_at", "seconds", "batches"), model_version=[work.only_version])
        if row["started_at"] + timedelta(seconds=row["seconds"]) < work.live_since
    )
    return {batch for row in ended for batch in row["batches"]}


def _grouped(batches: Sequence[Batch], most: int | None, *, is_recorded: bool) -> Iterator[Chunk]:
    """Neighbours with the same heads together; in one chunk whatever its size where `most` is None."""
    group: list[Batch] = []
    for batch in batches:
        mails = sum(one.mails for one in group) + batch.mails
        if group and (batch.heads != group[0].heads or (most is not None and mails > most)):
            yield _chunk(group, is_recorded)
            group = []
        group.append(batch)
    if group:
        yield _chunk(group, is_recorded)


def _chunk(batches: Sequence[Batch], is_recorded: bool) -> Chunk:
    mails = sum(batch.mails for batch in batches)
    return Chunk(tuple(batch.batch_id for batch in batches), mails, batches[0].heads, is_recorded)
