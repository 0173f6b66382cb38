"""Lakes of small mails that a good model labelled, or partly a bad one, by the stages of a nightly run."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from tests.labelling.builders import HEADS, SOURCE, labelled, labelled_rows, small_settings
from triage.config import Settings
from triage.labelling.registry.champion import champion_in_force, head_model_name
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.taxonomy import load_taxonomy
from triage.labelling.training.train import train
from triage.lake.store import Store
from triage.lake.tables import LABELS, LEDGER, ROUTES, RUNS, SILVER_MAIL
from triage.routing.rules import load_rules
from triage.stages.label import label_batch
from triage.stages.route import route_batch

BUNDLE = "triage-labels"
GOOD, BAD = "1", "2"
BATCHES, BAD_FROM = 6, 4
"""Batches of the lake, and the first of those that the bad model labelled where there is one."""
DAY = datetime(2026, 3, 1, 8, tzinfo=UTC)
"""When the first mail of the first batch was received; each batch is a day later, each mail a minute."""

RULES = """
rules:
  - {name: invoices, when: {category: billing}, queue: billing, due_hours: {high: 4, otherwise: 24}}
  - {name: staff, when: {category: hr}, queue: hr, priority: low, due_hours: 72}
default: {queue: review, due_hours: 24}
"""


@dataclass(frozen=True)
class SmallLake:
    """A lake with its settings and tables."""

    settings: Settings
    store: Store

    @property
    def registry(self) -> ModelRegistry:
        return ModelRegistry(self.settings)

    def rows(self, table: Any) -> list[tuple[Any, ...]]:
        """All rows of a table, in one order."""
        rows = self.store.read(table).collect()
        return sorted((_plain(row.asDict(recursive=True)) for row in rows), key=repr)

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        return {table.name: self.rows(table) for table in (LABELS, ROUTES)}


def _plain(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(sorted((name, repr(sorted(v.items()) if isinstance(v, dict) else v)) for name, v in row.items()))


def settings_in(folder: Path, *own: str) -> Settings:
    (folder / "routing.yaml").write_text(RULES, "utf-8")
    return small_settings(folder, f"routing.rules={folder / 'routing.yaml'}", *own)


def lake_in(spark: SparkSession, folder: Path, *own: str) -> SmallLake:
    settings = settings_in(folder, *own)
    return SmallLake(settings, Store(spark, settings.lake.root))


def copied(spark: SparkSession, lake: Path, folder: Path, *own: str) -> SmallLake:
    """A copy with a registry of its own; the files of its models stay where they were."""
    for place in ("lake", "lake.mlflow"):
        shutil.copytree(lake / place, folder / place)
    return lake_in(spark, folder, *own)


def register_models(spark: SparkSession, settings: Settings) -> None:
    """Version 1 of the bundle learnt from the labels, version 2 from shuffled ones; so does the head's own model."""
    registry = ModelRegistry(settings)
    for rows in (labelled_rows(), shuffled()):
        trained = train(spark, labelled(spark, rows), HEADS, settings, SOURCE)
        for name in (BUNDLE, head_model_name(settings, "category")):
            registry.register(name, trained)
    registry.promote(BUNDLE, GOOD)


def shuffled() -> list[Any]:
    rows = labelled_rows()
    labels = [row[1] for row in rows]
    random.Random(7).shuffle(labels)
    return [(row[0], label, *row[2:]) for row, label in zip(rows, labels, strict=True)]


def mails(spark: SparkSession, batch_id: int, count: int = 12) -> DataFrame:
    """Rows of silver/mail of a batch, with the columns that labels and routes are made of."""
    known = labelled(spark, labelled_rows(90)).where((f.col("row") % 90) < count)
    key = f.sha2(f.concat_ws("-", f.lit(batch_id), "row"), 256)
    at = DAY + timedelta(days=batch_id - 1)
    given = {
        "mail_key": key,
        "batch_id": f.lit(batch_id).cast("long"),
        "received_at": f.lit(at) + f.make_interval(mins=f.col("row").cast("int")),
        "subject": f.col("subject"),
        "body": f.col("body"),
        "language": f.lit("en"),
        "bulk": f.col("bulk"),
    }
    empty = {c.name: f.lit(None).cast(c.type) for c in SILVER_MAIL.columns if c.name not in given}
    return known.select(*(column.alias(name) for name, column in (given | empty).items()))


def run_batches(lake: SmallLake, batches: Sequence[int], count: int = 12) -> None:
    """Takes batches through the stages label and route, as a nightly run whose champion is in force now."""
    taxonomy, started = load_taxonomy(lake.settings), datetime.now(UTC)
    champion = champion_in_force(lake.registry, taxonomy, lake.settings, lambda: GOOD)
    rules = load_rules(lake.settings, {head.name: head.labels for head in taxonomy.heads})
    for batch_id in batches:
        lake.store.append_rows(LEDGER, [{"batch_id": batch_id, "kind": "file", "planned_at": started}], batch_id)
        lake.store.append(SILVER_MAIL, mails(lake.store.spark, batch_id, count), batch_id)
        label_batch(batch_id, lake.store, champion)
        route_batch(batch_id, lake.store, rules)
    run = {"run_id": f"batches-{batches[0]}", "started_at": started, "seconds": 0.0, "batches": list(batches)}
    lake.store.append_rows(RUNS, [run | {"model_version": champion.version}], batches[-1])
