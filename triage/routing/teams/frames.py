"""Threads and teams in Spark: a window over each thread, then each queue's mails in order through one worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.lake.tables.gold import OVERFLOW, THREAD
from triage.routing.teams.desk import DAY_MICROS, STAYS, Desk, Waiting
from triage.routing.teams.queue import Queue

INPUTS = ("sticky", "thread_token", "thread_team", "received_us", "able", "is_fixed", "fixed_team")
"""Columns that `with_teams` takes away."""

Loads = Mapping[tuple[str, str, int], int]
"""By queue, team and day of receipt, the mails of earlier batches."""

_Teams = dict[tuple[str, str], str | None]
"""By queue and thread, the team of the thread's mail before."""


def with_fixed(rows: DataFrame, fixed: DataFrame | None) -> DataFrame:
    """Adds routes that stay as they are, and the columns `is_fixed` and `fixed_team`.

    They keep their places in threads and teams, so that the others are placed as if all were placed again.
    """
    free = rows.withColumns({"is_fixed": f.lit(False), "fixed_team": f.lit(None).cast("string")})
    if fixed is None:
        return free
    own = ("mail_key", "batch_id", "received_at", "thread_token")
    held = fixed.select(*own, _before_overflow().alias("queue"), f.col("team").alias("fixed_team"))
    held = held.withColumns({"sticky": f.lit(False), "is_fixed": f.lit(True)})
    return free.unionByName(held, allowMissingColumns=True)


def without_teams(rows: DataFrame) -> DataFrame:
    """The rows to place, where no queue has teams."""
    return rows.where(~f.col("is_fixed")).withColumn("team", f.lit(None).cast("string"))


def with_threads(rows: DataFrame, earlier: DataFrame | None) -> DataFrame:
    """Sets `queue` to that of the thread's mail before, where `sticky`; adds moved_from, moved_by, note, thread_team.

    `earlier` has routes of earlier batches with thread_token and received_at. A mail without a thread stays.
    """
    known = rows.join(_last(earlier, rows), "thread_token", "left") if earlier else _without_earlier(rows)
    thread = Window.partitionBy(f.coalesce("thread_token", "mail_key")).orderBy("received_at", "mail_key")
    is_first = (f.row_number().over(thread) == 1) & f.col("thread_queue").isNull()
    own = f.when(~f.col("sticky") | is_first, f.col("queue"))
    before = thread.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    stays = f.coalesce(f.last(own, ignorenulls=True).over(before), "thread_queue", "queue")
    moved = known.withColumn("stays", stays).withColumn("is_moved", f.col("stays") != f.col("queue"))
    return moved.select(
        *(name for name in rows.columns if name != "queue"),
        f.col("stays").alias("queue"),
        f.when(f.col("is_moved"), f.col("queue")).alias("moved_from"),
        f.when(f.col("is_moved"), THREAD).alias("moved_by"),
        f.when(f.col("is_moved"), STAYS).alias("note"),
        "thread_team",
    )


def unmoved(rows: DataFrame) -> DataFrame:
    """The rows where no thread decides, with the columns that `with_threads` adds."""
    names = ("moved_from", "moved_by", "note", "thread_team")
    return rows.withColumns({name: f.lit(None).cast("string") for name in names})


def loads_of(earlier: DataFrame, since: DataFrame) -> Loads:
    """Mails of the teams by day of receipt, from the first day on which a mail of `since` was received."""
    [first] = since.agg(f.min(day_of(f.col("received_at")))).first() or [None]
    found = earlier.where(f.col("team").isNotNull()).withColumn("day", day_of(f.col("received_at")))
    counted = found.where(f.col("day") >= (first or 0)).groupBy("queue", "team", "day").count()
    return {(row["queue"], row["team"], row["day"]): row["count"] for row in counted.collect()}


def day_of(received: Column) -> Column:
    """The day of receipt in UTC, counted since 1970."""
    return f.floor(f.unix_micros(received) / DAY_MICROS)


def with_teams(rows: DataFrame, queues: Mapping[str, Queue], loads: Loads) -> DataFrame:
    """Adds `team`, and moves to the overflow what no team can take. A queue's mails pass one worker in their order."""
    kept = [field for field in rows.schema.fields if field.name not in INPUTS]
    schema = t.StructType([*kept, t.StructField("team", t.StringType())])
    ordered = rows.repartition("queue").sortWithinPartitions("queue", "received_us", "mail_key")
    return ordered.mapInArrow(partial(_placed, queues=dict(queues), loads=dict(loads), names=schema.names), schema)


def _placed(
    batches: Iterable[pa.RecordBatch], queues: Mapping[str, Queue], loads: Loads, names: list[str]
) -> Iterator[pa.RecordBatch]:
    desk = Desk(queues)
    teams: _Teams = {}
    desk.by_day.update(loads)
    for batch in batches:
        rows = [placed for row in batch.to_pylist() if (placed := _place(row, desk, teams))]
        fields = [*(field for field in batch.schema if field.name in names), pa.field("team", pa.string())]
        yield pa.RecordBatch.from_pylist(rows, schema=pa.schema(fields))


def _place(row: dict[str, Any], desk: Desk, teams: _Teams) -> dict[str, Any] | None:
    """The row with its team; None for one that is fixed."""
    thread = row["queue"], row["thread_token"] or row["mail_key"]
    if row["is_fixed"]:
        _keep(row, thread, desk, teams)
        return None
    team = teams.get(thread, row["thread_team"]) if row["sticky"] else None
    mail = Waiting(row["mail_key"], row["batch_id"], row["received_us"] // DAY_MICROS, row["able"], team)
    place = desk.place(row["queue"], mail)
    teams[thread] = place.team
    if place.moved_by:
        row |= {"moved_from": row["queue"], "moved_by": place.moved_by, "queue": place.queue}
    note = "; ".join(part for part in (row["note"], place.note) if part)
    return row | {"team": place.team, "note": note or None}


def _keep(row: dict[str, Any], thread: tuple[str, str], desk: Desk, teams: _Teams) -> None:
    teams[thread] = team = row["fixed_team"]
    if team:
        desk.count(row["queue"], team, row["received_us"] // DAY_MICROS, row["batch_id"])


def _before_overflow() -> Column:
    """The queue that a mail's thread stays in: an overflow does not count."""
    return f.when(f.col("moved_by") == OVERFLOW, f.col("moved_from")).otherwise(f.col("queue"))


def _last(earlier: DataFrame, rows: DataFrame) -> DataFrame:
    """By thread of `rows`, the queue and team of its latest mail of earlier batches."""
    wanted = rows.select("thread_token").where(f.col("thread_token").isNotNull()).distinct()
    latest = f.max_by(f.struct(_before_overflow().alias("queue"), "team"), f.struct("received_at", "mail_key"))
    found = earlier.join(wanted, "thread_token", "left_semi").groupBy("thread_token").agg(latest.alias("latest"))
    return found.select(
        "thread_token", f.col("latest.queue").alias("thread_queue"), f.col("latest.team").alias("thread_team")
    )


def _without_earlier(rows: DataFrame) -> DataFrame:
    return rows.withColumns({name: f.lit(None).cast("string") for name in ("thread_queue", "thread_team")})
