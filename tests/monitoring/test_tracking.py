"""Runs in MLflow: a sqlite file, a real server on the loopback, and a server that is not there."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.loopback import free_port
from tests.monitoring.builders import RUN, drift_row
from triage.config import LakeSettings, MlflowSettings, Settings
from triage.monitoring.measurement import Measurement
from triage.monitoring.tracking import MOST_SLICES, _measured, open_client, record_run

DRIFT = [drift_row("label.category", 0.3, "alert", {"hr": 9})]
SHARES = {"label.category.hr": 1.0, "quarantine.TOO_DEEP": 1.0}
MEASURED = [
    Measurement("abstention.category", 0.1, mails=9),
    Measurement("abstention.category", 0.2, "language", "de", mails=5),
    Measurement("volume", 7.0, "source", "/exports/mail", mails=4),
    Measurement("expected_accuracy.category", None, note="TOO_FEW_MAILS"),
    Measurement("freshness", float("nan")),
]
PLOTS = {"volumes": "<svg/>"}


def _settings(folder: Path, uri: str | None = None) -> Settings:
    return Settings(lake=LakeSettings(root=str(folder / "a lake")), mlflow=MlflowSettings(tracking_uri=uri))


def _check(settings: Settings, mlflow_run_id: str | None) -> None:
    assert mlflow_run_id is not None
    client = open_client(settings)
    run = client.get_run(mlflow_run_id)
    assert run.data.metrics == {
        "messages.read": 12.0,
        "messages.new": 10.0,
        "messages.duplicate": 2.0,
        "messages.published": 9.0,
        "messages.quarantined": 1.0,
        "seconds": 20.0,
        "messages_per_second": 0.5,
        "stage_seconds.ingest": 5.0,
        "stage_seconds.start Spark": 2.5,
        "psi.label.category": 0.3,
        "js.label.category": 0.15,
        "label.category.hr": 1.0,
        "quarantine.TOO_DEEP": 1.0,
        "abstention.category": 0.1,
        "abstention.category/language/de": 0.2,
        "volume/source/exports_mail": 7.0,
    }
    assert run.data.params["rules_version"] == "r1"
    assert run.info.status == "FINISHED"
    assert run.info.run_name == RUN.run_id
    assert [artifact.path for artifact in client.list_artifacts(mlflow_run_id)] == ["plots", "report.html"]
    assert [artifact.path for artifact in client.list_artifacts(mlflow_run_id, "plots")] == ["plots/volumes.svg"]


def _report(folder: Path) -> Path:
    report = folder / "report.html"
    report.write_text("<p>a report", "utf-8")
    return report


@pytest.mark.slow
def test_records_in_sqlite_beside_the_lake(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    settings = _settings(tmp_path)
    mlflow_run_id = record_run(settings, RUN, DRIFT, SHARES, _report(tmp_path), MEASURED, PLOTS)
    assert capfd.readouterr() == ("", "")
    _check(settings, mlflow_run_id)
    assert list((tmp_path / "a lake.mlflow" / "artifacts").rglob("report.html"))


def _record_alone(folder: str) -> str | None:
    return record_run(_settings(Path(folder)), RUN)


@pytest.mark.slow
def test_two_processes_make_the_store_at_once(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        made = pool.map(_record_alone, [str(tmp_path)] * 2, chunksize=1)
    assert None not in made
    assert len(set(made)) == 2


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of an MLflow server of the test's own."""
    port = free_port()
    words = ["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    places = [
        "--backend-store-uri",
        f"sqlite:///{tmp_path}/server.db",
        "--artifacts-destination",
        str(tmp_path / "files"),
    ]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *words, *places],
            stdout=log,
            stderr=log,
            cwd=tmp_path,
            env=os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"},
            start_new_session=True,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # its workers too, and nothing of it is kept
        process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail("the MLflow server did not start")


@pytest.mark.slow
def test_records_on_a_server(tmp_path: Path, server: str) -> None:
    settings = _settings(tmp_path, server)
    _check(settings, record_run(settings, RUN, DRIFT, SHARES, _report(tmp_path), MEASURED, PLOTS))


def test_a_dead_server_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "user")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "secret")
    settings = _settings(tmp_path, f"http://127.0.0.1:{free_port()}")
    begin = time.monotonic()
    with caplog.at_level(logging.WARNING, "triage"):
        assert record_run(settings, RUN) is None
    assert time.monotonic() - begin < 60
    told = [record.getMessage() for record in caplog.records if record.name.startswith("triage")]
    assert len(told) == 1
    assert "MLflow did not record the run" in told[0]
    assert "secret" not in caplog.text


def test_an_unwritable_folder_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a lake.mlflow").write_text("a file where the folder should be", "utf-8")
    assert record_run(_settings(tmp_path), RUN) is None
    assert "MLflow did not record the run" in caplog.text


def test_slices_are_bounded_and_those_with_most_mails_stay() -> None:
    slices = [Measurement("abstention", 0.5, "queue", f"q{mails}", mails=mails) for mails in range(MOST_SLICES + 50)]
    names = list(_measured([*slices, Measurement("volume", 3.0)]))
    assert len(names) == MOST_SLICES + 1
    assert names[0] == "volume"
    assert "abstention/queue/q49" not in names
    assert "abstention/queue/q50" in names
