"""Keeps Spark's classes parsed and verified in a file, so that a job's JVM starts in two thirds of the time.

    python -m triage.spark.class_archive FILE

The file is an archive of class-data sharing (JEP 350). The set-up runs this once. It does what every job does first, in
a lake of its own; what a JVM loaded until its end is archived.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark import SparkContext
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.config import load_settings
from triage.lake.store import Store
from triage.lake.tables import LABELS, LEDGER, QUALITY, QUARANTINE
from triage.spark.session import java_options, spark_session

_END_SECONDS = 120


def main(out: str) -> int:
    """Exit code 0 when the archive was written."""
    settings = load_settings()
    options = {"spark.driver.extraJavaOptions": f"{java_options()} '-XX:ArchiveClassesAtExit={out}'"}
    spark = spark_session(
        settings.model_copy(
            update={"spark": settings.spark.model_copy(update={"master": "local[2]", "options": options})}
        )
    )
    with tempfile.TemporaryDirectory(prefix="triage-classes-") as folder:
        _work(Store(spark, folder))
    gateway: Any = SparkContext._gateway
    spark.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(_END_SECONDS)
    return 0 if Path(out).exists() else 1


def _work(store: Store) -> None:
    rows = [{"batch_id": 1, "kind": "file", "file_key": "a", "planned_at": datetime.now(UTC)}]
    for batch_id in (1, 2):
        store.append_rows(LEDGER, rows, batch_id)
        store.append_rows(QUALITY, [{"batch_id": batch_id, "stage": "s", "measure": "m", "value": 1.0}], batch_id)
        store.append(LABELS, _mapped(store, batch_id), batch_id)
    store.append(QUARANTINE, store.read(QUARANTINE), 1)
    store.last_batch(LEDGER)
    latest = f.max_by(f.struct("batch_id", "sha256"), "batch_id").alias("latest")
    store.read(LEDGER).where("kind = 'file'").groupBy("file_key").agg(latest).collect()
    counted = store.read(LABELS).groupBy("head").agg(f.count("*"), f.avg("score"), f.countDistinct("mail_key"))
    store.read(LABELS).join(counted, "head").orderBy("mail_key").persist().collect()
    store.delete_keys(LABELS, store.batch(LABELS, 1), before_batch=2)


def _mapped(store: Store, batch_id: int) -> DataFrame:
    """Rows that went through Python workers, as all mail does."""
    made = store.spark.range(100).select(
        [f.col("id").cast(column.type).alias(column.name) if column.name in ("mail_key", "head") else
         f.lit(None).cast(column.type).alias(column.name) for column in LABELS.columns]
    )  # fmt: skip
    return (
        made.repartition(2, "mail_key")
        .mapInArrow(lambda batches: batches, made.schema)
        .withColumn("batch_id", f.lit(batch_id))
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
