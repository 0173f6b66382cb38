"""The mails of the last days with their labels, a batch at a time: without a JVM where the lake can be read so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyspark.sql import functions as f

from triage.lake.store import Store
from triage.lake.tables import LABELS, SILVER_MAIL
from triage.routing.attributes import SCORE, Kind
from triage.routing.columns import heads_used
from triage.routing.conditions import Condition
from triage.routing.rules import PRIORITY

Labels = dict[str, dict[str, Mapping[str, Any]]]
"""By mail key and head, the label and its score."""

_CARRIED = ("mail_key", "batch_id", "received_at", "thread_token")
_LABEL = ("mail_key", "head", "label", "score")


@dataclass(frozen=True, slots=True)
class Window:
    """The mails received in (since, until], in UTC."""

    since: datetime
    until: datetime


def window(store: Store, days: float) -> Window | None:
    """The last days up to the newest mail, or to now where a mail claims to be from the future; None without mails."""
    newest = _newest(store)
    if newest is None:
        return None
    until = min(newest, datetime.now(UTC))
    return Window(until - timedelta(days=days), until)


def batches(
    store: Store, within: Window, conditions: Sequence[Condition]
) -> Iterator[tuple[list[dict[str, Any]], Labels]]:
    """Rows of silver/mail with what these conditions test, and their labels, in the order of batches."""
    columns, heads = _columns(conditions), list({*heads_used(conditions), PRIORITY})
    for batch in _batch_ids(store, within):
        mails = _mails(store, within, batch, columns)
        labels: Labels = {}
        for row in store.rows(LABELS, _LABEL, batch_id=[batch], head=heads):
            labels.setdefault(row["mail_key"], {})[row["head"]] = row
        yield mails, labels


def _columns(conditions: Sequence[Condition]) -> list[str]:
    """The columns of silver/mail that are needed; the texts only where words are sought."""
    facts = [one.attribute for one in conditions if one.attribute.kind is not Kind.LABEL]
    named = [name for one in facts for name in one.fields or (one.name,) if not name.endswith(SCORE)]
    return list(dict.fromkeys([*_CARRIED, *named]))


def _newest(store: Store) -> datetime | None:
    if not store.works_without_spark([SILVER_MAIL]):
        row = store.read(SILVER_MAIL).agg(f.max("received_at")).first()
        return row[0].astimezone(UTC) if row and row[0] else None
    newest = pc.max(store.dataset(SILVER_MAIL).to_table(columns=["received_at"])["received_at"]).as_py()
    return newest.astimezone(UTC) if newest else None


def _batch_ids(store: Store, within: Window) -> list[int]:
    if not store.works_without_spark([SILVER_MAIL]):
        received = store.read(SILVER_MAIL).where(_in_spark(within))
        return sorted(row[0] for row in received.select("batch_id").distinct().collect())
    found = store.dataset(SILVER_MAIL).to_table(columns=["batch_id"], filter=_in_arrow(within))
    return sorted(cast("list[int]", pc.unique(found["batch_id"]).to_pylist()))


def _mails(store: Store, within: Window, batch: int, columns: Sequence[str]) -> list[dict[str, Any]]:
    if not store.works_without_spark([SILVER_MAIL]):
        rows = store.batch(SILVER_MAIL, batch).where(_in_spark(within)).select(*columns).collect()
        plain = (row.asDict(recursive=True) for row in rows)
        return [row | {"received_at": row["received_at"].astimezone(UTC)} for row in plain]
    wanted = _in_arrow(within) & (ds.field("batch_id") == batch)
    found = store.dataset(SILVER_MAIL).to_table(columns=list(columns), filter=wanted)
    return found.to_pylist()


def _in_arrow(within: Window) -> ds.Expression:
    received, kind = ds.field("received_at"), pa.timestamp("us", tz="UTC")
    since, until = (pa.scalar(moment, kind) for moment in (within.since, within.until))
    return (received > since) & (received <= until)


def _in_spark(within: Window) -> Any:
    received = f.col("received_at")
    return (received > f.lit(within.since)) & (received <= f.lit(within.until))
