"""Spark's own files of a pipeline in a local folder, also where the executors see another file system only."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyspark.ml import PipelineModel
from pyspark.ml.util import DefaultParamsReader
from pyspark.sql import SparkSession

from triage.config import Settings
from triage.errors import ModelError, TriageError
from triage.labelling.registry.stage_files import read_stages
from triage.paths import is_local


def write_pipeline(pipeline: PipelineModel, folder: Path, settings: Settings) -> None:
    """Saves to `folder`, by way of the lake's file system where that is a remote one."""
    if is_local(settings.lake.root):
        pipeline.write().overwrite().save(_url(folder))
        return
    with _passage(settings) as (files, between):
        pipeline.write().overwrite().save(between.toString())
        files.copyToLocalFile(False, between, _path(_url(folder)), False)


def read_pipeline(folder: Path, settings: Settings) -> PipelineModel:
    """The pipeline in `folder`. Raises ModelError when it cannot be read."""
    try:
        return read_stages(folder, lambda stage: _by_its_own_reader(stage, settings))
    except TriageError:
        raise
    except Exception as fault:  # noqa: BLE001 - readers of Spark and Spark NLP raise what they like
        raise ModelError(
            f"The label model cannot be read ({type(fault).__name__}).",
            where=str(folder),
            remedy="Use the packages that wrote it, or train a new version with jobs/train.py.",
        ) from None


def _by_its_own_reader(stage: Path, settings: Settings) -> Any:
    if is_local(settings.lake.root):
        return DefaultParamsReader.loadParamsInstance(_url(stage), _session())
    with _passage(settings) as (files, between):
        files.copyFromLocalFile(False, True, _path(_url(stage)), between)
        return DefaultParamsReader.loadParamsInstance(between.toString(), _session())


@contextmanager
def _passage(settings: Settings) -> Iterator[tuple[Any, Any]]:
    """A file system that the executors see, too, and a path in it that is gone afterwards."""
    between = _path(f"{settings.lake.root}.mlflow/tmp/{uuid.uuid4().hex}")
    files = between.getFileSystem(_session()._jsc.hadoopConfiguration())
    try:
        yield files, between
    finally:
        files.delete(between, True)


def _path(url: str) -> Any:
    return _session()._jvm.org.apache.hadoop.fs.Path(url)


def _session() -> Any:
    return SparkSession.active().sparkContext


def _url(folder: Path) -> str:
    return f"file://{folder}"
