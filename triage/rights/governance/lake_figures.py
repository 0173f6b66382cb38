"""Reads the figures that the records show: counts over the tables, and the latest run's rows of `metrics`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from triage.lake.store import Store
from triage.lake.tables import (
    ALERTS,
    CORRECTIONS,
    DRIFT,
    ERASURES,
    LABELS,
    MEASURES,
    QUALITY,
    QUARANTINE,
    REVEALS,
    ROUTES,
    RUNS,
    SILVER_MAIL,
    Table,
)
from triage.monitoring.governance.figures import LakeFigures

_COUNTED = (ERASURES, REVEALS, CORRECTIONS)


def read_figures(store: Store, heads: Sequence[str]) -> LakeFigures:
    """The figures of a lake; of a mail no more than counts and codes is read."""
    entities, marks, published = _of_silver(store)
    runs = sorted(store.rows(RUNS, ("run_id", "started_at")), key=lambda row: row["started_at"])
    latest = [runs[-1]["run_id"]] if runs else []
    return LakeFigures(
        published=published,
        quarantined=store.count(QUARANTINE),
        entities=entities,
        marks=marks,
        queues=_ordered(Counter(row["queue"] for row in store.rows(ROUTES, ("queue",)))),
        heads=_abstained(store, heads),
        rows={table.name: store.count(table) for table in _COUNTED},
        runs=tuple(row["run_id"] for row in runs),
        measures=[*_of_run(store, MEASURES, latest), *_data_quality(store, latest)],
        drift=_of_run(store, DRIFT, latest),
        alerts=_of_run(store, ALERTS, latest),
    )


def _of_silver(store: Store) -> tuple[dict[str, int], dict[str, int], int]:
    entities: Counter[str] = Counter()
    marks: Counter[str] = Counter()
    published = 0
    for row in store.rows(SILVER_MAIL, ("entity_counts", "marks")):
        entities.update(row["entity_counts"] or {})
        marks.update(row["marks"] or ())
        published += 1
    return _ordered(entities), _ordered(marks), published


def _abstained(store: Store, heads: Sequence[str]) -> dict[str, tuple[int, int]]:
    counts = {
        head: (store.count(LABELS, head=[head], abstained=[True]), store.count(LABELS, head=[head])) for head in heads
    }
    return {head: found for head, found in counts.items() if found[1]}


def _of_run(store: Store, table: Table, run_ids: Sequence[str]) -> list[dict[str, Any]]:
    return list(store.rows(table, table.column_names, run_id=run_ids)) if run_ids else []


def _data_quality(store: Store, run_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The run's measurements of data quality, which stand among the counts of its batches, as those of the others."""
    found = store.rows(QUALITY, QUALITY.column_names, run_id=run_ids, stage=["monitor"]) if run_ids else ()
    return [row | {"metric": row["measure"], "mails": row["mails"] or 0} for row in found]


def _ordered(counts: Counter[str]) -> dict[str, int]:
    """The largest first, equal ones by name."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
