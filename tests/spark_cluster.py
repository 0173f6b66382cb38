"""A Spark standalone master with two workers of one core each, on the loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyspark

from tests.loopback import HOST, free_port, wait_for

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


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """The cluster, with its logs in a folder that is made."""
    port = free_port()
    folder.mkdir(parents=True)
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
