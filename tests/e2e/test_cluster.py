"""The same job on a Spark standalone master with two workers on the loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest

from tests.lakes import Lake
from tests.loopback import HOST, free_port, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"


def started(folder: Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYSPARK_PYTHON": sys.executable, "SPARK_WORKER_DIR": str(folder / "work")}
    environment.pop("PYSPARK_SUBMIT_ARGS", None)
    log = (folder / f"{name}-{len(list(folder.iterdir()))}.log").open("wb")
    command = [str(SPARK_CLASS), f"org.apache.spark.deploy.{name}", "--host", HOST, *arguments]
    return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)


@pytest.fixture
def master(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    folder = tmp_path / "cluster"
    folder.mkdir()
    processes = [started(folder, "master.Master", "--port", str(port), "--webui-port", "0")]
    try:
        wait_for(port, "the Spark master")
        url = f"spark://{HOST}:{port}"
        processes += [
            started(folder, "worker.Worker", url, "-c", "1", "-m", "2g", "--webui-port", "0") for _ in "ab"
        ]
        yield url
    finally:
        for process in reversed(processes):
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def test_a_cluster_gives_the_same_tables(tmp_path: Path, trained: Lake, mbox: Path, master: str) -> None:
    lake = Lake(tmp_path / "lake")
    models = f"mlflow.tracking_uri=sqlite:///{trained.root}.mlflow/mlflow.db"
    cluster = ["--set", f"spark.master={master}", "--set", f"spark.options={{spark.driver.host: {HOST}}}"]
    lake.nightly(mbox, options=["--set", models, *cluster])
    for table in ("vault/raw_mail", "silver/mail", "quarantine/mail", "gold/labels", "gold/routes"):
        assert sorted(map(repr, lake.rows(table))) == sorted(map(repr, trained.rows(table))), table
