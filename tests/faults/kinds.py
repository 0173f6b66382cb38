"""The faults: one context manager each, and one line in the registry.

Each prepares a night, gives the function that strikes while it runs, and takes away afterwards what would keep a plain
rerun from ending: frees the disk, starts the server again, brings the source back.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from time import sleep

import psutil

from tests.faults.night import Night, ended, later_mails, until
from tests.loopback import HOST, free_port, wait_for
from tests.spark_cluster import running_cluster

Strike = Callable[[], bool]
"""What happens at the moment; whether it hit a run that was still at work."""

FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
"""Of Debian's package libfaketime, where it is installed."""

_DISK_BYTES = 256 * 2**20


def _killed(find: Callable[[Night], list[psutil.Process]]) -> Callable[[Night], AbstractContextManager[Strike]]:
    @contextmanager
    def kill(night: Night) -> Iterator[Strike]:
        def strike() -> bool:
            if not until(lambda: bool(find(night)), night.running):
                return False
            with suppress(psutil.NoSuchProcess, IndexError):  # it may have ended since
                night.chance.choice(find(night)).kill()
            return True

        yield strike

    return kill


def _driver(night: Night) -> list[psutil.Process]:
    return [psutil.Process(night.running.pid)] if night.is_at_work() else []


def _of(word: str) -> Callable[[Night], list[psutil.Process]]:
    return lambda night: night.children(lambda words: any(word in one for one in words))


@contextmanager
def _signalled(night: Night) -> Iterator[Strike]:
    def strike() -> bool:
        number = night.chance.choice([signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
        with suppress(ProcessLookupError):
            os.kill(night.running.pid, number)
        return night.is_at_work()

    yield strike


@contextmanager
def _executor(night: Night) -> Iterator[Strike]:
    with running_cluster(night.folder / "cluster") as cluster:
        before = list(night.options)
        host = f"spark.options={{spark.driver.host: {HOST}}}"
        night.options += ["--set", f"spark.master={cluster.url}", "--set", host]

        def strike() -> bool:
            return until(cluster.kill_executor, night.running)

        yield strike
        night.options[:] = before


@contextmanager
def _on_a_disk_of_its_own(night: Night) -> Iterator[Path]:
    """The lake on a small file system, which can be filled or taken its writers."""
    root = night.lake.root
    kept = root.with_name("lake.kept")
    root.rename(kept)
    root.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK_BYTES}", "tmpfs", str(root)], check=True)
    shutil.copytree(kept, root, dirs_exist_ok=True)
    try:
        yield root
    finally:
        # what the tests read afterwards stays, without the mount
        shutil.rmtree(kept)
        shutil.copytree(root, kept, ignore=shutil.ignore_patterns("ballast"))
        subprocess.run(["umount", "-l", str(root)], check=True)
        root.rmdir()
        kept.rename(root)


@contextmanager
def _full_disk(night: Night) -> Iterator[Strike]:
    with _on_a_disk_of_its_own(night) as disk:

        def strike() -> bool:
            with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
                while True:
                    ballast.write(bytes(2**20))
            assert not shutil.disk_usage(disk).free
            return night.is_at_work()

        yield strike


@contextmanager
def _read_only(night: Night) -> Iterator[Strike]:
    with _on_a_disk_of_its_own(night) as disk:

        def strike() -> bool:
            remount = ["mount", "-o", "remount,ro", str(disk)]
            # refused while a file is open for writing: the next moment will do
            is_done = lambda: not subprocess.run(remount, check=False, stderr=subprocess.DEVNULL).returncode  # noqa: E731
            return until(is_done, night.running)

        try:
            yield strike
        finally:
            subprocess.run(["mount", "-o", f"remount,rw,size={_DISK_BYTES}", str(disk)], check=True)


@contextmanager
def _mlflow_gone(night: Night) -> Iterator[Strike]:
    before, port = list(night.options), free_port()
    server = _mlflow_server(night, port)
    night.options += ["--set", f"mlflow.tracking_uri=http://{HOST}:{port}"]

    def strike() -> bool:
        os.killpg(server.pid, signal.SIGKILL)
        return night.is_at_work()

    yield strike
    server.wait()
    night.options[:] = before


def _mlflow_server(night: Night, port: int) -> subprocess.Popen[bytes]:
    database = f"sqlite:///{night.lake.root}.mlflow/mlflow.db"
    words = ["server", "--backend-store-uri", database, "--host", HOST, "--port", str(port), "--workers", "1"]
    with (night.folder / "mlflow.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "mlflow", *words],
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"},
        )
    wait_for(port, "the MLflow server")
    return server


@contextmanager
def _two_runs(night: Night) -> Iterator[Strike]:
    others: list[subprocess.Popen[str]] = []

    def strike() -> bool:
        others.append(night.start())
        return night.is_at_work()

    yield strike
    for other in others:
        assert ended(other) in (0, 75)


@contextmanager
def _clock(night: Night) -> Iterator[Strike]:
    clock = night.folder / "clock"
    clock.write_text("+0\n")
    before = dict(night.lake.environment)
    night.lake.environment = before | {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }

    def strike() -> bool:
        for offset in ("-2d", "+3d", "-1h"):
            clock.write_text(f"{offset}\n")
            sleep(night.chance.uniform(0.2, 3))
        clock.write_text("+0\n")
        return night.is_at_work()

    yield strike
    night.lake.environment = before


@contextmanager
def _source_changes(night: Night) -> Iterator[Strike]:
    later = later_mails(night.folder / "later.mbox")
    box = night.chance.choice(night.boxes)

    def strike() -> bool:
        with box.open("ab") as file:
            file.write(later)
        return night.is_at_work()

    yield strike


@contextmanager
def _source_shrinks(night: Night) -> Iterator[Strike]:
    box = night.chance.choice(night.boxes)
    whole = box.read_bytes()

    def strike() -> bool:
        os.truncate(box, night.chance.randrange(len(whole)))
        return night.is_at_work()

    yield strike
    box.write_bytes(whole)


@contextmanager
def _source_vanishes(night: Night) -> Iterator[Strike]:
    away = night.folder / "away"

    def strike() -> bool:
        night.exports.rename(away)
        return night.is_at_work()

    yield strike
    if away.exists():
        away.rename(night.exports)


FAULTS: Mapping[str, Callable[[Night], AbstractContextManager[Strike]]] = {
    "driver killed": _killed(_driver),
    "JVM killed": _killed(_of("org.apache.spark.deploy.SparkSubmit")),
    "Python worker killed": _killed(_of("triage.spark.worker_daemon")),
    "detection killed": _killed(_of("triage.sandbox")),
    "executor killed": _executor,
    "disk full": _full_disk,
    "lake read-only": _read_only,
    "MLflow gone": _mlflow_gone,
    "two runs at once": _two_runs,
    "clock jumps": _clock,
    "source changes": _source_changes,
    "source shrinks": _source_shrinks,
    "source vanishes": _source_vanishes,
    "signal": _signalled,
}
"""By name."""
