"""One MLflow store for all tests of learning, because making one takes seconds; each test has names of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.config import Settings, load_settings

SettingsOf = Callable[..., Settings]


@pytest.fixture(scope="session")
def tracking_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow') / 'mlflow.db'}"


@pytest.fixture
def settings_of(tmp_path: Path, tracking_uri: str) -> SettingsOf:
    """Settings over a lake, a file of approvals and a model name of the test's own."""
    own = (
        f"lake.root={tmp_path / 'lake'}",
        f"governance.approvals={tmp_path / 'approvals.yaml'}",
        f"mlflow.tracking_uri={tracking_uri}",
        f"mlflow.registered_model=labels-{uuid.uuid4().hex[:8]}",
    )
    return lambda *more: load_settings(overrides=[*own, *more])
