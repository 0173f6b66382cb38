"""Hosts that are forked from a preloaded one: the same work, and nobody outlives those who asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ended, is_alive
from tests.sandbox.test_pool import Build, broken, no_policy, with_code
from triage.errors import ConfigError, PrivacyError
from triage.sandbox.client import start_python
from triage.sandbox.limits import Bounds
from triage.sandbox.pool import Sandbox, SandboxSettings
from triage.sandbox.preload import preloaded_host

BOUNDS = Bounds(cpu_seconds=20, memory_bytes=2**30, wall_seconds=60)


@dataclass(frozen=True)
class Reports:
    """Builds a function that reports, for each row, its loader, its host, itself, and how much more was loaded."""

    folder: str

    def __call__(self) -> Callable[[Sequence[str]], Iterator[str]]:
        with (Path(self.folder) / "loads").open("a") as stream:
            stream.write(f"{os.getpid()}\n")
        return Report(os.getpid(), [])


@dataclass(frozen=True)
class Report:
    loader: int
    more: list[str]

    def __call__(self, rows: Sequence[str]) -> Iterator[str]:
        yield from (f"{self.loader} {os.getppid()} {os.getpid()} {len(self.more)}" for _ in rows)

    def preload(self) -> Iterator[None]:
        for _ in range(2):
            self.more.append("part")
            yield


def sandbox_of(build: Callable[[], Any], address: str | None) -> Sandbox:
    return Sandbox(SandboxSettings(build, BOUNDS, address))


def processes(sandbox: Sandbox) -> list[int]:
    [line] = sandbox.run(["x"], with_code)
    return [int(word) for word in line.split()]


def loads(folder: Path) -> int:
    return len((folder / "loads").read_text().splitlines())


def test_all_sandboxes_of_a_machine_share_one_load(tmp_path: Path) -> None:
    with preloaded_host(Reports(str(tmp_path))) as address:
        sandboxes = [sandbox_of(Reports(str(tmp_path)), address) for _ in range(3)]
        found = [processes(sandbox) for sandbox in sandboxes]
    assert loads(tmp_path) == 1
    [loader] = {loader for loader, *_ in found}
    assert len({host for _, host, *_ in found}) == 3, "each has a host of its own"
    assert ended([loader])
    for sandbox in sandboxes:
        sandbox.close()
    assert ended([pid for _, host, child, _ in found for pid in (host, child)])
    assert not any(sandbox.is_usable for sandbox in sandboxes)


def test_more_is_loaded_while_nobody_asks(tmp_path: Path) -> None:
    with preloaded_host(Reports(str(tmp_path))) as address:
        while not (tmp_path / "loads").exists():
            time.sleep(0.01)
        time.sleep(0.2)
        assert processes(sandbox_of(Reports(str(tmp_path)), address))[3] == 2


def test_a_row_that_ends_its_child_costs_that_row_only(tmp_path: Path) -> None:
    with preloaded_host(Build()) as address:
        sandbox = Sandbox(SandboxSettings(Build(), Bounds(1, 2**26, 60), address))
        found = list(sandbox.run(["a", "kill", "spin", "eat", "b"], with_code))
        sandbox.close()
    assert found == ["A", "kill: DETECTOR_KILLED", "spin: CPU_LIMIT", "eat: MEMORY_LIMIT", "B"]


@pytest.mark.parametrize("address", ["triage-nobody-is-there", ""])
def test_without_a_preloaded_host_a_sandbox_loads_for_itself(address: str, tmp_path: Path) -> None:
    sandbox = sandbox_of(Reports(str(tmp_path)), address)
    assert processes(sandbox) and loads(tmp_path) == 1
    sandbox.close()


def test_another_function_is_not_served_by_it(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with preloaded_host(Reports(str(tmp_path))) as address:
        sandbox = sandbox_of(Reports(str(tmp_path / "other")), address)
        assert processes(sandbox) and loads(tmp_path / "other") == 1
        sandbox.close()


@pytest.mark.parametrize(("build", "fault"), [(no_policy, ConfigError), (broken, PrivacyError)])
def test_what_it_cannot_load_is_raised_by_the_sandbox(build: Callable[[], Any], fault: type[Exception]) -> None:
    with preloaded_host(build) as address, pytest.raises(fault):
        sandbox_of(build, address)


def test_a_host_ends_with_its_sandbox_and_the_preloaded_host_serves_on(tmp_path: Path) -> None:
    with preloaded_host(Reports(str(tmp_path))) as address:
        sandbox = sandbox_of(Reports(str(tmp_path)), address)
        loader, host, child, _ = processes(sandbox)
        sandbox.close()
        assert ended([host, child]) and is_alive(loader)
        assert processes(sandbox_of(Reports(str(tmp_path)), address))[0] == loader


def test_a_killed_preloaded_host_leaves_its_forks_at_work_and_the_next_sandbox_loads_for_itself(
    tmp_path: Path,
) -> None:
    with preloaded_host(Reports(str(tmp_path))) as address:
        sandbox = sandbox_of(Reports(str(tmp_path)), address)
        loader, host, child, _ = processes(sandbox)
        os.kill(loader, signal.SIGKILL)
        assert ended([loader])
        assert processes(sandbox)[:3] == [loader, host, child]
        assert processes(sandbox_of(Reports(str(tmp_path)), address))[0] != loader
        sandbox.close()
        assert ended([host, child])


def test_a_stopped_preloaded_host_is_not_waited_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.sandbox.preload.ANSWER_SECONDS", 0.5)
    with preloaded_host(Reports(str(tmp_path))) as address:
        loader, *_ = processes(sandbox_of(Reports(str(tmp_path)), address))
        os.kill(loader, signal.SIGSTOP)
        assert processes(sandbox_of(Reports(str(tmp_path)), address))[0] != loader


@pytest.mark.parametrize("module", ["triage.no_such_module", "this"])
def test_a_preloaded_host_that_ends_at_once_costs_time_only(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.sandbox.preload.start_python", lambda _, handle: start_python(module, handle))
    with preloaded_host(Reports(str(tmp_path))) as address:
        assert processes(sandbox_of(Reports(str(tmp_path)), address))


def test_a_preloaded_host_that_cannot_be_started_costs_time_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))
    with preloaded_host(Reports(str(tmp_path))) as address:
        assert address is None


def _hold(folder: str) -> None:
    """The parent of the next test, in a process of its own."""
    with preloaded_host(Reports(folder)) as address:
        sandbox = sandbox_of(Reports(folder), address)
        print(*processes(sandbox), flush=True)
        time.sleep(60)


def _begin(folder: str) -> None:
    """Starts a preloaded host and is killed before that can know."""
    with preloaded_host(Reports(folder)):
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
        print(children, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_preloaded_host_whose_parent_is_killed_at_once_does_not_stay(tmp_path: Path) -> None:
    command = f"from tests.sandbox.test_preload import _begin; _begin({str(tmp_path)!r})"
    begun = subprocess.run([sys.executable, "-c", command], stdout=subprocess.PIPE, text=True, check=False)
    assert ended([int(begun.stdout)])


def _ask(address: str, folder: str) -> None:
    """A caller elsewhere."""
    sandbox = sandbox_of(Reports(folder), address)
    print(*processes(sandbox), flush=True)
    time.sleep(60)


def test_all_die_with_the_process_that_started_them(tmp_path: Path) -> None:
    command = f"from tests.sandbox.test_preload import _hold; _hold({str(tmp_path)!r})"
    with subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = list(map(int, parent.stdout.readline().split()))[:3]
        parent.kill()
    assert ended(pids)


def test_a_host_ends_with_a_caller_that_is_killed(tmp_path: Path) -> None:
    with preloaded_host(Reports(str(tmp_path))) as address:
        command = f"from tests.sandbox.test_preload import _ask; _ask({address!r}, {str(tmp_path)!r})"
        with subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE, text=True) as caller:
            assert caller.stdout is not None
            loader, host, child, _ = map(int, caller.stdout.readline().split())
            caller.kill()
        assert ended([host, child]) and is_alive(loader)
    assert ended([loader])
