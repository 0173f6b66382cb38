"""Tests of a table's rows run over both engines."""

from __future__ import annotations

import pytest

from triage.lake.store import Store
from triage.rights.engine.base import Engine
from triage.rights.engine.local import LocalEngine
from triage.rights.engine.spark import SparkEngine


@pytest.fixture(params=[SparkEngine, LocalEngine], ids=["Spark", "delta-rs"])
def engine(request: pytest.FixtureRequest, store: Store) -> Engine:
    """Each engine over the lake of the test."""
    made: Engine = request.param(store)
    return made
