"""The registry on an MLflow server that asks for user and password, over PostgreSQL."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.labelling.builders import small_settings
from tests.mlflow_server import PasswordServer, password_server, postgres_programs
from triage.cli import run_job
from triage.config import Settings
from triage.errors import AccessDeniedError, TransientError
from triage.labelling.description import ModelDescription
from triage.labelling.registry.manifest import write_manifest
from triage.labelling.registry.model_folder import _write_environment, _write_mlmodel
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.registry.registered_models import registered_models
from triage.labelling.registry.stored_model import StoredModel, write_stored
from triage.labelling.registry.training_record import TrainingRecord
from triage.monitoring.record import RunRecord
from triage.monitoring.tracking import record_run

PROGRAMS = postgres_programs()
WITH_SERVER = pytest.mark.skipif(
    PROGRAMS is None or importlib.util.find_spec("flask_wtf") is None,
    reason="PostgreSQL is not installed (Debian: postgresql), or the extra tracking-server is not",
)
NAME = "triage-labels"
RUN = RunRecord("batches-000001-000001", datetime(2026, 11, 2, tzinfo=UTC), 60.0, (1,), 110, 100, 10, 60, 40)

pytestmark = [pytest.mark.slow, WITH_SERVER]


@pytest.fixture(scope="module")
def server() -> Iterator[PasswordServer]:
    assert PROGRAMS is not None
    with password_server(PROGRAMS) as running:
        yield running


@pytest.fixture
def settings(server: PasswordServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in server.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "100")  # its first answers take long on a busy machine
    return small_settings(tmp_path, f"mlflow.tracking_uri={server.uri}")


@pytest.fixture
def stored(tmp_path: Path) -> StoredModel:
    """A model's folder without a pipeline: what a registry does with it needs no Spark."""
    folder = tmp_path / "stored" / "labels"
    folder.mkdir(parents=True)
    (folder / "model.json").write_text("{}", "utf-8")
    _write_environment(folder)
    _write_mlmodel(folder, cast("ModelDescription", SimpleNamespace(heads=(SimpleNamespace(name="kind"),))), None)
    record = TrainingRecord(origin={"licence": "Apache-2.0"}, params={"c": 1}, metrics={"category.macro_f1": 0.9})
    return write_stored(folder.parent, write_manifest(folder), record)


def test_models_and_runs_are_recorded_and_read_with_user_and_password(
    server: PasswordServer, settings: Settings, stored: StoredModel
) -> None:
    registry = ModelRegistry(settings)
    version = registry.register_stored(NAME, stored)
    registry.promote(NAME, version)
    copy = registry.folder(NAME, version)
    run = record_run(settings, RUN)
    assert registry.champion_version(NAME) == "1"
    assert str(copy).startswith(f"{settings.lake.root}.mlflow/models")
    assert (copy / "model.json").read_text("utf-8") == "{}"
    assert run is not None
    assert registry._client.get_run(run).data.metrics["messages.published"] == 60
    (found,) = registered_models(settings, ()).versions
    assert (found.name, found.version, found.tags["licence"]) == (NAME, "1", "Apache-2.0")
    _nothing_is_told(server, settings, server.log.read_text("utf-8"))


@pytest.mark.parametrize(
    ("user", "password", "told"),
    [
        pytest.param("night", "wrong-4711", "does not accept the user and password", id="wrong password"),
        pytest.param("nobody", "wrong-4711", "does not accept the user and password", id="unknown user"),
        pytest.param(None, None, "asks for a user and password", id="no password"),
    ],
)
def test_without_the_password_a_job_ends_with_2_and_says_why(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    user: str | None,
    password: str | None,
    told: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, value in (("MLFLOW_TRACKING_USERNAME", user), ("MLFLOW_TRACKING_PASSWORD", password)):
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
    with pytest.raises(AccessDeniedError, match=told):
        ModelRegistry(settings).champion_version(NAME)

    def job() -> None:
        ModelRegistry(settings).champion_version(NAME)

    assert run_job(job) == 2
    output = capfd.readouterr()
    assert told in output.err
    assert "MLFLOW_TRACKING_PASSWORD" in output.err
    assert record_run(settings, RUN) is None
    assert "wrong-4711" not in output.out + output.err + caplog.text


def test_a_server_that_is_gone_is_a_passing_fault(server: PasswordServer, settings: Settings) -> None:
    """The last test: it ends the server."""
    server.stop()
    with pytest.raises(TransientError, match="does not answer") as raised:
        ModelRegistry(settings).champion_version(NAME)
    assert raised.value.exit_code == 75
    _nothing_is_told(server, settings, str(raised.value))


def _nothing_is_told(server: PasswordServer, settings: Settings, text: str) -> None:
    """No file beside the lake and no text holds a password."""
    files = [path.read_bytes() for path in Path(settings.lake.root).parent.rglob("*") if path.is_file()]
    for secret in (server.password, server.database_password):
        assert not any(secret.encode() in content for content in (*files, text.encode()))
