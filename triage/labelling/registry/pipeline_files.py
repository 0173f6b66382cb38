"""Saves a Spark pipeline to a local folder and loads it, also where executors have no access to local files."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyspark.ml import PipelineModel
from pyspark.sql import SparkSession

from triage.config import Settings
from triage.errors import ModelError, TriageError
from triage.labelling.registry.format.layout import LayoutError
from triage.labelling.registry.stage_reader import read_stages
from triage.paths import is_local


def write_pipeline(pipeline: PipelineModel, folder: Path, settings: Settings) -> None:
    """Saves the pipeline to `folder`, through the lake's file system where that is remote."""
    if is_local(settings.lake.root):
        pipeline.write().overwrite().save(_url(folder))
        return
    with _shared_path(settings) as (files, path):
        pipeline.write().overwrite().save(path.toString())
        files.copyToLocalFile(False, path, _path(_url(folder)), False)


def read_pipeline(folder: Path, settings: Settings) -> PipelineModel:
    """Loads the pipeline in `folder`. Raises ModelError when it cannot be read."""
    try:
        return read_stages(folder, lambda stage, kind: _by_spark(stage, kind, settings))
    except TriageError:
        raise
    except LayoutError as fault:
        raise ModelError(
            f"The label model is not valid: {fault}.",
            where=str(folder),
            remedy="Point its alias champion at another version, or train a new one with jobs/train.py.",
        ) from None
    except Exception as fault:  # noqa: BLE001 - readers of Spark and Spark NLP raise exceptions of any type
        raise ModelError(
            f"The label model cannot be read ({type(fault).__name__}).",
            where=str(folder),
            remedy="Use the packages that wrote it, or train a new version with jobs/train.py.",
        ) from None


def _by_spark(stage: Path, kind: type[Any], settings: Settings) -> Any:
    if is_local(settings.lake.root):
        return kind.load(_url(stage))
    with _shared_path(settings) as (files, path):
        files.copyFromLocalFile(False, True, _path(_url(stage)), path)
        return kind.load(path.toString())


@contextmanager
def _shared_path(settings: Settings) -> Iterator[tuple[Any, Any]]:
    """A file system that the executors can read, and a temporary path in it."""
    path = _path(f"{settings.lake.root}.mlflow/tmp/{uuid.uuid4().hex}")
    files = path.getFileSystem(_session()._jsc.hadoopConfiguration())
    try:
        yield files, path
    finally:
        files.delete(path, True)


def _path(url: str) -> Any:
    return _session()._jvm.org.apache.hadoop.fs.Path(url)


def _session() -> Any:
    return SparkSession.active().sparkContext


def _url(folder: Path) -> str:
    return f"file://{folder}"
