"""Keys that the driver has, as a frame to join with."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import DataFrame
from pyspark.sql import types as t

from triage.lake.store import Store


def keys_frame(keys: Iterable[str], store: Store, name: str = "mail_key") -> DataFrame:
    """Keys as a frame of one column."""
    schema = t.StructType([t.StructField(name, t.StringType())])
    return store.spark.createDataFrame([(key,) for key in sorted(keys)], schema)
