"""Delta's own log class in the JVM: the few calls for which Delta has no public API, each with its reason."""

from __future__ import annotations

from typing import Any

from pyspark.sql import SparkSession


class DeltaLog:
    """The log of the Delta table at `path`, read anew at each call."""

    def __init__(self, spark: SparkSession, path: str) -> None:
        self._spark: Any = spark
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

    def ensure_checkpoint(self, version: int) -> None:
        """Writes a checkpoint of the present version where there is none; Delta writes them by its own count."""
        pattern = self._jvm.org.apache.hadoop.fs.Path(self._log.logPath(), f"{version:020d}.checkpoint*")
        if not self._files().globStatus(pattern):
            self._log.checkpoint()

    def abort_uploads(self) -> None:
        """Ends uploads to S3 that a killed writer left: their parts are stored, and no listing of files shows them."""
        files = self._files()
        folder = files.pathToKey(files.makeQualified(self._log.dataPath()))
        files.getWriteOperationHelper().abortMultipartUploadsUnderPath(f"{folder}/")

    def clear_cache(self) -> None:
        """Drops the snapshots that Delta caches, which may name files that are gone; no public API does."""
        self._class.clearCache()

    def _files(self) -> Any:
        return self._log.logPath().getFileSystem(self._spark._jsc.hadoopConfiguration())

    @property
    def _class(self) -> Any:
        return self._jvm.org.apache.spark.sql.delta.DeltaLog

    def _snapshot(self) -> Any:
        none = self._jvm.scala.Option.empty()
        return self._log.update(False, none, none)
