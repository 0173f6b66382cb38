from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import pytest

from tests.processes import ended, is_alive
from triage.config import LimitSettings
from triage.errors import ConfigError, PrivacyError
from triage.sandbox.limits import Bounds
from triage.sandbox.pool import Sandbox, SandboxSettings, shared_sandbox

BOUNDS = Bounds(cpu_seconds=1, memory_bytes=64 * 2**20, wall_seconds=60)


def _eat() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(2**20))


def _spin() -> None:
    while True:
        pass


def _raise() -> None:
    raise ValueError("ann@example.com")


def _spin_in_c() -> None:
    sum(range(10**15))


DEEDS: dict[str, Callable[[], object]] = {
    "raise": _raise,
    "exit": lambda: sys.exit(0),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "abort": os.abort,
    "eat": _eat,
    "eat at once": lambda: bytearray(2**40),
    "spin": _spin,
    "spin in C": _spin_in_c,
    "sleep": lambda: time.sleep(60),
    "big": lambda: b"x" * 10**6,
    "print": lambda: [print("ann@example.com", file=sys.stderr), os.write(2, b"ann@example.com")],
}


def shout(rows: Sequence[str]) -> Iterator[str]:
    for row in rows:
        DEEDS.get(row, str)()
        yield row.upper()


@dataclass(frozen=True)
class Build:
    function: Callable[[Sequence[str]], Iterator[str]] = shout

    def __call__(self) -> Callable[[Sequence[str]], Iterator[str]]:
        return self.function


def pids(rows: Sequence[str]) -> Iterator[str]:
    yield from (f"{os.getppid()} {os.getpid()}" for _ in rows)


def build_pids() -> Callable[[Sequence[str]], Iterator[str]]:
    return pids


def no_policy() -> Callable[[Sequence[str]], Iterator[str]]:
    raise ConfigError("There is no policy.", where="x.yaml", remedy="Write one.")


def broken() -> Callable[[Sequence[str]], Iterator[str]]:
    raise ValueError("ann@example.com")


def dying() -> Callable[[Sequence[str]], Iterator[str]]:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def sandbox_of(build: Callable[[], Any], bounds: Bounds = BOUNDS) -> Sandbox:
    return Sandbox(SandboxSettings(build, bounds))


def with_code(row: str, code: str) -> str:
    return f"{row}: {code}"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = sandbox_of(Build())
    yield sandbox
    sandbox.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("raise", "DETECTOR_FAILED"),
        ("exit", "DETECTOR_KILLED"),
        ("kill", "DETECTOR_KILLED"),
        ("crash", "DETECTOR_KILLED"),
        ("abort", "DETECTOR_KILLED"),
        ("eat", "MEMORY_LIMIT"),
        ("eat at once", "MEMORY_LIMIT"),
        ("spin", "CPU_LIMIT"),
        ("spin in C", "CPU_LIMIT"),
    ],
)
def test_a_row_that_ends_its_child_costs_that_row_only(deed: str, code: str, sandbox: Sandbox) -> None:
    assert list(sandbox.run(["a", deed, "b"], with_code)) == ["A", f"{deed}: {code}", "B"]
    assert list(sandbox.run(["c"], with_code)) == ["C"], "and the next batch finds a child"


def test_a_child_that_waits_for_ever_is_ended_by_the_clock() -> None:
    sandbox = sandbox_of(Build(), replace(BOUNDS, wall_seconds=0.5))
    assert list(sandbox.run(["a", "sleep", "b"], with_code)) == ["A", "sleep: TIME_LIMIT", "B"]
    sandbox.close()


def test_several_culprits_are_told_apart(sandbox: Sandbox) -> None:
    rows = ["kill", "a", "raise", "eat", "b"]
    found = list(sandbox.run(rows, with_code))
    assert found == ["kill: DETECTOR_KILLED", "A", "raise: DETECTOR_FAILED", "eat: MEMORY_LIMIT", "B"]


def with_length(rows: Sequence[str]) -> Iterator[str]:
    """Rows that tell how many came with them."""
    for row in rows:
        DEEDS.get(row, str)()
        yield f"{row}{len(rows)}"


def by_first_letter(rows: Sequence[str]) -> list[list[str]]:
    return [list(group) for _, group in groupby(rows, lambda row: row[0])]


def test_what_belongs_together_stays_together_beside_a_culprit() -> None:
    sandbox = sandbox_of(Build(with_length))
    found = list(sandbox.run(["a", "aa", "k", "kill", "b"], with_code, by_first_letter))
    sandbox.close()
    assert found == ["a2", "aa2", "k1", "kill: DETECTOR_KILLED", "b1"]


def test_no_rows_are_no_work(sandbox: Sandbox) -> None:
    assert list(sandbox.run([], with_code)) == []


def test_a_batch_beyond_the_memory_is_taken_row_by_row() -> None:
    sandbox = sandbox_of(Build())
    rows = ["x" * 8 * 2**20] * 12
    assert [len(row) for row in sandbox.run(rows, with_code)] == [8 * 2**20] * 12
    sandbox.close()


@pytest.mark.slow
def test_each_batch_has_the_processor_time_anew() -> None:
    sandbox = sandbox_of(build_half_seconds)
    assert [row for _ in range(4) for row in sandbox.run(["x"], with_code)] == ["done"] * 4
    sandbox.close()


def half_seconds(rows: Sequence[str]) -> Iterator[str]:
    end = time.process_time() + 0.6
    while time.process_time() < end:
        pass
    yield "done"


def build_half_seconds() -> Callable[[Sequence[str]], Iterator[str]]:
    return half_seconds


def test_one_child_serves_all_batches() -> None:
    sandbox = shared_sandbox(SandboxSettings(build_pids, BOUNDS))
    assert shared_sandbox(SandboxSettings(build_pids, BOUNDS)) is sandbox
    assert len({row for _ in range(3) for row in sandbox.run(["x"], with_code)}) == 1
    other = shared_sandbox(SandboxSettings(Build(), BOUNDS))
    assert other is not sandbox and not sandbox.is_usable
    assert shared_sandbox(SandboxSettings(Build(), BOUNDS)) is other, "equal functions share a host"
    other.close()
    assert shared_sandbox(SandboxSettings(Build(), BOUNDS)) is not other, "a host that ended is replaced"
    shared_sandbox(SandboxSettings(Build(), BOUNDS)).close()


def test_a_child_is_replaced_before_it_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.sandbox.pool.BATCHES_OF_CHILD", 3)
    sandbox = sandbox_of(build_pids)
    served = [row.split() for _ in range(7) for row in sandbox.run(["x"], with_code)]
    sandbox.close()
    assert len({host for host, _ in served}) == 1
    assert [len(list(batch)) for _, batch in groupby(child for _, child in served)] == [3, 3, 1]


@pytest.mark.parametrize(
    ("build", "fault", "text"),
    [
        (no_policy, ConfigError, r"There is no policy. \[x.yaml\] Write one."),
        (broken, PrivacyError, "did not start: ValueError"),
        (dying, PrivacyError, "did not start: exit status -9"),
    ],
)
def test_a_host_that_cannot_load_ends_the_job(build: Callable[[], Any], fault: type[Exception], text: str) -> None:
    with pytest.raises(fault, match=text) as caught:
        sandbox_of(build)
    assert "example.com" not in str(caught.value)


def named_fault(rows: Sequence[str]) -> Iterator[str]:
    raise PrivacyError("A sealed record does not open.", where="key")


def build_named_fault() -> Callable[[Sequence[str]], Iterator[str]]:
    return named_fault


def test_a_fault_of_the_job_is_no_fault_of_a_row() -> None:
    sandbox = sandbox_of(build_named_fault)
    with pytest.raises(PrivacyError, match="does not open"):
        list(sandbox.run(["a", "b"], with_code))
    sandbox.close()


def _start_and_print() -> None:
    """The caller of the next test, in a process of its own."""
    print(*shared_sandbox(SandboxSettings(build_pids, Bounds(60, 2**30, 600))).run(["x"], with_code), flush=True)
    time.sleep(60)


def test_host_and_child_die_with_the_caller() -> None:
    command = [
        sys.executable,
        "-c",
        "from tests.sandbox.test_pool import _start_and_print; _start_and_print()",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout is not None
        host, child = map(int, caller.stdout.readline().split())
        assert is_alive(host) and is_alive(child)
        caller.kill()
    assert ended([host, child])


def test_nothing_is_said_or_left_that_holds_a_row(capfd: pytest.CaptureFixture[str]) -> None:
    sandbox = sandbox_of(Build())
    assert list(sandbox.run(["print", "raise"], with_code)) == ["PRINT", "raise: DETECTOR_FAILED"]
    sandbox.close()
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def what_others_see(rows: Sequence[str]) -> Iterator[Any]:
    yield resource.getrlimit(resource.RLIMIT_CORE)
    yield " ".join(sys.argv)
    yield [value for name, value in os.environ.items() if name != "PYTHONPATH"]


@dataclass(frozen=True)
class WithSecret:
    secret: str

    def __call__(self) -> Callable[[Sequence[str]], Iterator[Any]]:
        return what_others_see


def test_no_core_is_dumped_and_no_secret_is_shown_to_other_processes() -> None:
    sandbox = sandbox_of(WithSecret("s3cr3t-in-the-pipe"))
    core, arguments, environment = sandbox.run(["x"], with_code)
    sandbox.close()
    assert core == (0, 0)
    assert "s3cr3t" not in f"{arguments} {environment}"


def test_the_settings_bound_a_batch() -> None:
    limits = LimitSettings(cpu_seconds=7, memory_bytes=1_000)
    assert Bounds.of(limits) == Bounds(7, 1_000, 70.0)
