"""What all tests share: one Spark session, the real mail where it is present, settings of a lake of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from triage.config import PROJECT, Settings, load_settings

pytest_plugins = ("tests.lakes", "tests.sampling", "tests.stores", "tests.workers")

SHARED_DATA = PROJECT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real mail, which is no part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real mail is absent: it lies outside the project, in ../shared/data, and may not be shipped")
    return SHARED_DATA


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """The one session of the test run."""
    from triage.spark.session import spark_session

    session = spark_session(load_settings(overrides=["spark.master=local[2]"]), "tests")
    yield session
    session.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The default settings over a lake of the test's own."""
    return load_settings(overrides=[f"lake.root={tmp_path / 'lake'}", "spark.master=local[2]"])
