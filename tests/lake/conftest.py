"""Stores over an empty lake."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.lake.builders import no_spark
from triage.lake.store import Store


@pytest.fixture
def store(spark: SparkSession, tmp_path: Path) -> Store:
    return Store(spark, str(tmp_path / "a lake"))


@pytest.fixture
def sparkless(tmp_path: Path) -> Store:
    """A store that must do without Spark, over the lake of `store`."""
    return Store(no_spark, str(tmp_path / "a lake"))


@pytest.fixture(params=["a lake", "100% Spark's lake"], ids=["delta-rs", "Spark"])
def either(request: pytest.FixtureRequest, spark: SparkSession, tmp_path: Path) -> Store:
    """A store whose tables delta-rs takes, and one in a folder that only Spark takes."""
    return Store(spark, str(tmp_path / request.param))


@pytest.fixture(params=["a lake", "100% Spark's lake"], ids=["delta-rs", "Spark"])
def driver_store(request: pytest.FixtureRequest, spark: SparkSession, tmp_path: Path) -> Store:
    """As `either`, where delta-rs must do without Spark."""
    return Store(no_spark if request.param == "a lake" else spark, str(tmp_path / request.param))
