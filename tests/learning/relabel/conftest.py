"""Lakes that the tests of relabelling copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.learning.relabel.lakes import (
    BAD,
    BAD_FROM,
    BATCHES,
    BUNDLE,
    SmallLake,
    copied,
    lake_in,
    register_models,
    run_batches,
)
from triage.labelling.promotion.environment_models import FOLDER_VARIABLE


@pytest.fixture(scope="package", autouse=True)
def _no_environment_models() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(FOLDER_VARIABLE, raising=False)
        yield


@pytest.fixture(scope="package")
def good_folder(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake that never saw the bad model."""
    folder = tmp_path_factory.mktemp("good")
    lake = lake_in(spark, folder)
    register_models(spark, lake.settings)
    run_batches(lake, range(1, BAD_FROM))
    run_batches(lake, range(BAD_FROM, BATCHES + 1))
    return folder


@pytest.fixture(scope="package")
def bad_folder(spark: SparkSession, good_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same mails, of which the bad model labelled the later batches."""
    folder = tmp_path_factory.mktemp("bad")
    shutil.copytree(good_folder / "lake.mlflow", folder / "lake.mlflow")
    lake = lake_in(spark, folder)
    run_batches(lake, range(1, BAD_FROM))
    lake.registry.promote(BUNDLE, BAD)
    run_batches(lake, range(BAD_FROM, BATCHES + 1))
    return folder


@pytest.fixture
def bad(spark: SparkSession, bad_folder: Path, tmp_path: Path) -> SmallLake:
    return copied(spark, bad_folder, tmp_path, "learning.relabel.chunk_mails=24")


@pytest.fixture(scope="package")
def good(spark: SparkSession, good_folder: Path) -> SmallLake:
    """Read only."""
    return lake_in(spark, good_folder)
