"""Leases on an object store: a real server on the loopback, real processes, kills, suspensions and theft."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.s3_server import BUCKET, KEYS, client, s3_options, s3_server, write_settings
from triage.config import load_settings
from triage.config.storage import StorageSettings, remember_storage
from triage.doctor.lake.locks import check_locks
from triage.doctor.patient import Patient
from triage.errors import ConfigError, TransientError
from triage.lake.locks import holder_of, lake_lock, learning_lock, table_lock, validate_leases
from triage.lake.locks.lease.held import _leases
from triage.lake.objects.connection import connection_to

SECONDS = 1.0
ROOT = f"s3a://{BUCKET}/lake"
LOCK = "lake/_locks/lake.json"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture(autouse=True)
def _reached(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    remember_storage(ROOT, StorageSettings(s3_options(server), SECONDS))
    for found in client(server).list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client(server).delete_object(Bucket=BUCKET, Key=found["Key"])


@pytest.fixture
def settings(server: str, tmp_path: Path) -> Path:
    return write_settings(tmp_path / "s3.yaml", server, {"lease_seconds": SECONDS})


def _contender(settings: Path, rounds: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.lake.locks.contender", str(settings), str(settings.parent), str(rounds)]
    return subprocess.Popen(command, env={**os.environ, **KEYS})


def _holding(settings: Path, seconds: float) -> subprocess.Popen[str]:
    """Another process that takes the lake's lock, says so, and after some seconds asks whether it still has it."""
    code = (
        "import sys, time; from pathlib import Path; from triage.config import load_settings;"
        "from triage.lake.locks import lake_lock, validate_leases; from triage.errors import TriageError\n"
        f"root = load_settings([Path({str(settings)!r})]).lake.root\n"
        "try:\n"
        "    with lake_lock(root):\n"
        "        print('taken', flush=True)\n"
        f"        time.sleep({seconds})\n"
        "        validate_leases(root)\n"
        "except TriageError as fault:\n"
        "    sys.exit(fault.exit_code)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "taken\n"
    return process


def test_a_second_run_is_told_who_holds_the_lake(settings: Path) -> None:
    other = _holding(settings, 60)
    try:
        with pytest.raises(TransientError) as caught, lake_lock(ROOT):
            pass
    finally:
        other.kill()
    text = str(caught.value)
    assert f"process {other.pid} on {os.uname().nodename}, since 20" in text
    assert caught.value.exit_code == 75


def test_what_is_released_is_free_at_once_and_left_to_nobody(server: str) -> None:
    for _ in range(3):
        begin = time.monotonic()
        with lake_lock(ROOT):
            held = holder_of(ROOT)
            assert held is not None and held.pid == os.getpid() and held.until is not None
        assert time.monotonic() - begin < SECONDS
        assert holder_of(ROOT) is None
    assert not _leases


def test_locks_of_a_lake_are_independent() -> None:
    with lake_lock(ROOT), learning_lock(ROOT), table_lock(ROOT, "ops/reveals"), table_lock(ROOT, "gold/corrections"):
        assert holder_of(ROOT, "learning") and holder_of(ROOT, "reveals")
        with table_lock(ROOT, "ops/reveals"):
            pass
        assert holder_of(ROOT, "reveals")


def test_the_lease_lasts_as_long_as_the_work() -> None:
    with lake_lock(ROOT):
        time.sleep(2 * SECONDS)
        validate_leases(ROOT)


def test_a_killed_holders_lease_expires(settings: Path) -> None:
    other = _holding(settings, 60)
    other.kill()
    other.wait()
    begin = time.monotonic()
    with lake_lock(ROOT):
        waited = time.monotonic() - begin
    assert SECONDS <= waited < 3 * SECONDS


def test_who_was_suspended_while_another_took_over_writes_no_more(settings: Path) -> None:
    other = _holding(settings, SECONDS / 3)
    other.send_signal(signal.SIGSTOP)
    try:
        with lake_lock(ROOT):
            other.send_signal(signal.SIGCONT)
            assert other.wait(30) == 75
            validate_leases(ROOT)  # the loser took nothing away
            held = holder_of(ROOT)
            assert held is not None and held.pid == os.getpid()
    finally:
        other.kill()


def test_who_was_suspended_and_missed_by_nobody_goes_on(settings: Path) -> None:
    other = _holding(settings, SECONDS / 3)
    other.send_signal(signal.SIGSTOP)
    time.sleep(2 * SECONDS)
    other.send_signal(signal.SIGCONT)
    assert other.wait(30) == 0


def test_a_stolen_lease_stops_its_holder(server: str) -> None:
    stolen = (
        b'{"lease_id": "x", "number": 1, "is_held": true, "seconds": 1, "job": "thief", "pid": 1, "host": "h",'
        b' "since": "2026-01-01T00:00:00+00:00", "until": null}'
    )

    def work() -> None:
        with lake_lock(ROOT):
            client(server).put_object(Bucket=BUCKET, Key=LOCK, Body=stolen)
            time.sleep(SECONDS)
            raise ValueError("what a cancelled job of Spark may end with")

    with pytest.raises(TransientError, match="lost the lake's lease"):
        work()
    assert client(server).get_object(Bucket=BUCKET, Key=LOCK)["Body"].read() == stolen


def test_who_cannot_reach_the_store_for_longer_than_the_lease_writes_no_more() -> None:
    def work() -> None:
        with lake_lock(ROOT):
            [(_, lease)] = _leases
            reached = lease._place._store
            lease._place._store = replace(connection_to(ROOT), options=s3_options("http://127.0.0.1:9")).open(0.2)
            time.sleep(3 * SECONDS)
            lease._place._store = reached
            validate_leases(ROOT)

    with pytest.raises(TransientError, match="lost the lake's lease"):
        work()
    with lake_lock(ROOT):
        pass


def test_the_doctor_names_who_holds_a_lease(settings: Path) -> None:
    patient = Patient(load_settings([settings]))
    with lake_lock(ROOT):
        told = [str(finding) for finding in check_locks(patient)]
        assert any(f"process {os.getpid()} on " in text for text in told)
    assert not any("process" in str(finding) for finding in check_locks(patient))


def test_an_object_that_is_no_lease_is_named(server: str) -> None:
    client(server).put_object(Bucket=BUCKET, Key=LOCK, Body=b"[]")
    with pytest.raises(ConfigError, match=r"_locks/lake\.json"), lake_lock(ROOT):
        pass


def test_a_store_that_does_not_answer_is_a_fault_that_passes() -> None:
    options = s3_options("http://127.0.0.1:9")
    remember_storage("s3a://gone/lake", StorageSettings(options, SECONDS))
    with pytest.raises(TransientError, match="does not answer"), lake_lock("s3a://gone/lake"):
        pass


def _remove_of(pid: int, inside: Path) -> None:
    """What a killed process left within the lock; the link of another that works there stays."""
    with suppress(FileNotFoundError):
        if inside.readlink() == Path(str(pid)):
            inside.unlink()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_two_processes_are_never_within_it_together(settings: Path) -> None:
    """Many rounds; every third second one of them is killed, and another takes its place."""
    jobs = [_contender(settings, 40) for _ in range(2)]
    for _ in range(2):
        time.sleep(3)
        killed = jobs.pop(0)
        killed.kill()
        killed.wait()
        _remove_of(killed.pid, settings.parent / "inside")  # before its lease expires
        jobs.append(_contender(settings, 40))
    assert [job.wait(120) for job in jobs] == [0, 0]
    assert len((settings.parent / "log").read_text().split()) > 20
