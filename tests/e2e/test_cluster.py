"""The same job on a Spark standalone master with two workers on the loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import psutil
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


@dataclass
class Cluster:
    """A master's address, and the processes of master and workers."""

    url: str
    processes: list[subprocess.Popen[bytes]]

    def kill_executor(self) -> bool:
        """Kills one executor at once, as a spot machine that is taken away; false where there is none."""
        for worker in self.processes[1:]:
            for child in psutil.Process(worker.pid).children(recursive=True):
                with suppress(psutil.NoSuchProcess):  # the one killed before may be a zombie still
                    if any("CoarseGrainedExecutorBackend" in word for word in child.cmdline()):
                        child.kill()
                        return True
        return False


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    port = free_port()
    folder = tmp_path / "cluster"
    folder.mkdir()
    processes = [started(folder, "master.Master", "--port", str(port), "--webui-port", "0")]
    try:
        wait_for(port, "the Spark master")
        url = f"spark://{HOST}:{port}"
        processes += [started(folder, "worker.Worker", url, "-c", "1", "-m", "2g", "--webui-port", "0") for _ in "ab"]
        yield Cluster(url, processes)
    finally:
        for process in reversed(processes):
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def on_cluster(trained: Lake, cluster: Cluster) -> list[str]:
    """Options of a job that uses the models of `trained`."""
    models = f"mlflow.tracking_uri=sqlite:///{trained.root}.mlflow/mlflow.db"
    options = f"spark.options={{spark.driver.host: {HOST}, spark.speculation: 'true'}}"
    return ["--set", models, "--set", f"spark.master={cluster.url}", "--set", options]


def assert_equal(lake: Lake, other: Lake) -> None:
    for table in ("vault/raw_mail", "silver/mail", "quarantine/mail", "gold/labels", "gold/routes"):
        assert sorted(map(repr, lake.rows(table))) == sorted(map(repr, other.rows(table))), table


def test_a_cluster_gives_the_same_tables_by_compiled_queries(
    tmp_path: Path, trained: Lake, mbox: Path, cluster: Cluster
) -> None:
    lake = Lake(tmp_path / "lake", own_process=True)
    compiled = ["--set", "spark.compile_above_bytes=0"]  # where the other lake's queries were interpreted
    lake.nightly(mbox, options=[*on_cluster(trained, cluster), *compiled])
    assert_equal(lake, trained)


STAGES_BY_WHAT_ENDS_BEFORE = {
    "model": "ingest",
    "ingest": "anonymize",
    "anonymize": "label",
    "label": "route",
}


def test_an_executor_lost_in_each_stage_changes_nothing(
    tmp_path: Path,
    trained: Lake,
    mbox: Path,
    cluster: Cluster,
) -> None:
    lake, killed = Lake(tmp_path / "lake", own_process=True), []
    with ExitStack() as stack:
        process = lake.start("nightly", "--source", str(mbox), *on_cluster(trained, cluster))
        stack.callback(process.kill)  # does nothing once it has ended
        assert process.stderr is not None
        for line in process.stderr:
            stage = STAGES_BY_WHAT_ENDS_BEFORE.get((line.split() or [""])[0])
            if stage and stage not in killed:
                sleep(0.5)  # its first tasks have begun
                assert cluster.kill_executor()
                killed.append(stage)
        assert process.wait() == 0
    assert killed == list(STAGES_BY_WHAT_ENDS_BEFORE.values())
    assert_equal(lake, trained)
