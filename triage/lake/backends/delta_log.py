"""Delta's own log class in the JVM: the few calls for which Delta has no public API, each with its reason."""

from __future__ import annotations

from typing import Any

from pyspark.sql import SparkSession


class DeltaLog:
    """The log of the Delta table at `path`, read anew at each call."""

    def __init__(self, spark: SparkSession, path: str) -> None:
        self._jvm: Any = spark._jvm
        self._log = self._class.forTable(spark._jsparkSession, path)

    def version(self) -> int:
        """The present version, -1 before the first.

        Public are `DeltaTable.isDeltaTable`, which is also true of a log folder without a version, and
        `DESCRIBE HISTORY`, which fails without one and starts a Spark job otherwise.
        """
        return int(self._snapshot().version())

    def last_version(self, app_id: str) -> int | None:
        """The highest version of an application's transactions; no public API shows them."""
        last = self._snapshot().transactions().get(app_id)
        return int(last.get()) if last.isDefined() else None

    def checkpoint(self) -> None:
        """Writes a checkpoint of the present version; Delta writes them only by its own count of commits."""
        self._log.checkpoint()

    def clear_cache(self) -> None:
        """Drops the snapshots that Delta caches, which may name files that are gone; no public API does."""
        self._class.clearCache()

    @property
    def _class(self) -> Any:
        return self._jvm.org.apache.spark.sql.delta.DeltaLog

    def _snapshot(self) -> Any:
        none = self._jvm.scala.Option.empty()
        return self._log.update(False, none, none)
