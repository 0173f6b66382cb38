"""Counts of a run's mails by reason, label, queue and language, from one Spark job, for the report and MLflow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as f

from triage.routing.attributes import ABSTAINED

Counts = Mapping[str, int]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """The mails of one queue: their number by priority, how many are due, and the first and last due time (UTC)."""

    queue: str
    mails: int
    priorities: Counts
    due: int
    due_first: datetime | None
    due_last: datetime | None


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Counts of a run's mails, largest first; `labels` by head, abstentions under `abstained`."""

    reasons: Counts = field(default_factory=dict)
    labels: Mapping[str, Counts] = field(default_factory=dict)
    queues: tuple[QueueFacts, ...] = ()
    rules: Counts = field(default_factory=dict)
    languages: Counts = field(default_factory=dict)
    entities: Counts = field(default_factory=dict)
    marks: Counts = field(default_factory=dict)
    received_first: datetime | None = None
    received_last: datetime | None = None

    def shares(self) -> dict[str, float]:
        """Label shares by head, queue shares, and quarantined mails by reason, as figures for MLflow."""
        figures = {f"quarantine.{reason}": float(count) for reason, count in self.reasons.items()}
        for head, counts in self.labels.items():
            total = sum(counts.values())
            figures |= {f"label.{head}.{label}": count / total for label, count in counts.items()}
        total = sum(queue.mails for queue in self.queues)
        return figures | {f"queue.{queue.queue}": queue.mails / total for queue in self.queues}


def collect(silver: DataFrame, quarantine: DataFrame, labels: DataFrame, routes: DataFrame) -> ReportFacts:
    """The facts of a run's own rows of the four tables, in one Spark job and one pass over each table."""
    parts = (_of_silver(silver), _of_quarantine(quarantine), _of_labels(labels), _of_routes(routes))
    counted = reduce(DataFrame.unionByName, parts).groupBy("group", "key", "detail")
    rows = counted.agg(
        f.sum("count").alias("mails"),
        f.count("at").alias("timed"),
        f.min(f.unix_micros("at")).alias("first"),
        f.max(f.unix_micros("at")).alias("last"),
    ).collect()
    return _facts(rows)


def _of_silver(silver: DataFrame) -> DataFrame:
    counts = f.map_entries(f.coalesce("entity_counts", f.create_map().cast("map<string,int>")))
    entities = f.transform(counts, lambda e: _entry("entity", e["key"], count=e["value"]))
    marks = f.transform(f.coalesce("marks", f.array().cast("array<string>")), lambda m: _entry("mark", m))
    mail = f.array(_entry("language", f.col("language"), at=f.col("received_at")))
    return silver.select(f.inline(f.concat(mail, entities, marks)))


def _of_quarantine(quarantine: DataFrame) -> DataFrame:
    return quarantine.select(f.inline(f.transform("reasons", lambda reason: _entry("reason", reason))))


def _of_labels(labels: DataFrame) -> DataFrame:
    label = f.coalesce("label", f.lit(ABSTAINED))
    return labels.select(f.inline(f.array(_entry("label", f.col("head"), label))))


def _of_routes(routes: DataFrame) -> DataFrame:
    priority = f.coalesce("priority", f.lit(ABSTAINED))
    queue = _entry("queue", f.col("queue"), priority, at=f.col("due_at"))
    return routes.select(f.inline(f.array(queue, _entry("rule", f.col("rule")))))


def _entry(
    group: str,
    key: Column,
    detail: Column | None = None,
    count: Column | None = None,
    at: Column | None = None,
) -> Column:
    return f.struct(
        f.lit(group).alias("group"),
        key.cast("string").alias("key"),
        (f.lit("") if detail is None else detail).cast("string").alias("detail"),
        (f.lit(1) if count is None else count).cast("long").alias("count"),
        (f.lit(None) if at is None else at).cast("timestamp").alias("at"),
    )


def _facts(rows: Iterable[Row]) -> ReportFacts:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["group"]].append(row)
    received = groups["language"]
    return ReportFacts(
        reasons=_counts(groups["reason"]),
        labels={head: _counts(own, "detail") for head, own in sorted(_by_key(groups["label"]).items())},
        queues=_queues(groups["queue"]),
        rules=_counts(groups["rule"]),
        languages=_counts(received),
        entities=_counts(groups["entity"]),
        marks=_counts(groups["mark"]),
        received_first=_time(min((r["first"] for r in received if r["timed"]), default=None)),
        received_last=_time(max((r["last"] for r in received if r["timed"]), default=None)),
    )


def _queues(rows: Iterable[Row]) -> tuple[QueueFacts, ...]:
    queues = [_queue(queue, own) for queue, own in _by_key(rows).items()]
    return tuple(sorted(queues, key=lambda queue: (-queue.mails, queue.queue)))


def _queue(name: str, rows: list[Row]) -> QueueFacts:
    return QueueFacts(
        queue=name,
        mails=sum(row["mails"] for row in rows),
        priorities=_counts(rows, "detail"),
        due=sum(row["timed"] for row in rows),
        due_first=_time(min((row["first"] for row in rows if row["timed"]), default=None)),
        due_last=_time(max((row["last"] for row in rows if row["timed"]), default=None)),
    )


def _by_key(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["key"]].append(row)
    return groups


def _counts(rows: Iterable[Row], column: str = "key") -> dict[str, int]:
    counter: Counter[str] = Counter()
    for row in rows:
        counter[row[column]] += row["mails"]
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))


def _time(micros: int | None) -> datetime | None:
    """From whole microseconds, because Spark returns times in the time zone of this machine."""
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)
