"""What is large or slow is not at fault: the doctor says what it has seen until then."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event

import pytest

from triage.config import load_settings
from triage.doctor import examine as examined
from triage.doctor.examine import run_checks
from triage.doctor.finding import Finding, ok
from triage.doctor.patient import Patient
from triage.doctor.services.sources import check_sources


class Clock:
    """Goes on by a second at each look."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        self.now += 1.0
        return self.now


def test_a_check_that_is_late_is_a_warning() -> None:
    end = Event()

    def hang() -> Iterable[Finding]:
        end.wait(60)
        return []

    found = run_checks({"late": hang, "in time": lambda: [ok("so it is")]}, 0.2)
    end.set()
    assert found["in time"] == [ok("so it is")]
    [late] = found["late"]
    assert late.status == "warning"
    assert late.what.startswith("The check did not end within")


@pytest.mark.parametrize(
    ("overrides", "seconds"),
    [
        ([], 30.0),
        (["privacy.key_command_seconds=90"], 30.0),
        (["privacy.key_command=[vault]"], 35.0),
        (["privacy.key_command=[vault]", "privacy.key_command_seconds=90"], 95.0),
        (["privacy.key_command=[vault]", "privacy.key_command_seconds=2"], 30.0),
    ],
    ids=["no command", "a limit of none", "a command", "a slow command", "a quick command"],
)
def test_the_key_command_may_take_its_own_time(
    overrides: list[str], seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []

    def note(_checks: object, limit: float) -> dict[str, list[Finding]]:
        given.append(limit)
        return {}

    monkeypatch.setattr(examined, "run_checks", note)
    examined.examine(lambda: load_settings(overrides=[f"lake.root={tmp_path / 'lake'}", *overrides]))
    assert given == [seconds]


def full(folder: Path, number: int) -> None:
    (folder / f"{number}.eml").write_text("From: a@example.org\n\n")


def empty(folder: Path, number: int) -> None:
    (folder / f"{number}.eml").touch()


@pytest.mark.parametrize(
    ("write", "status", "says"),
    [(full, "ok", "5 files or more, the newest 0.0 days old."), (empty, "warning", "No file with content was found")],
    ids=["files", "empty files"],
)
def test_a_large_source_is_looked_at_for_a_while(
    write: Callable[[Path, int], None],
    status: str,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(40):
        write(tmp_path, number)
    monkeypatch.setattr("triage.doctor.services.sources.time.monotonic", Clock().monotonic)
    [found] = check_sources(Patient(load_settings(overrides=[f"sources={tmp_path}"])))
    assert found.status == status
    assert says in found.what


def test_all_sources_share_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [tmp_path / f"{number}" for number in range(10)]
    for source in sources:
        source.mkdir()
        for number in range(20):
            full(source, number)
    monkeypatch.setattr("triage.doctor.services.sources.time.monotonic", Clock().monotonic)
    named = ", ".join(map(str, sources))
    found = list(check_sources(Patient(load_settings(overrides=[f"sources=[{named}]"]))))
    assert [finding.what.split(",")[0] for finding in found] == ["2 files or more"] * 10


def test_a_tree_is_seen_whole_without_what_links_lead_to(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "a" / "b").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    for folder in (source, source / "a", source / "a" / "b", tmp_path / "elsewhere"):
        full(folder, 1)
    (source / "link").symlink_to(tmp_path / "elsewhere")
    (source / "broken").symlink_to(tmp_path / "nowhere")
    os.utime(source / "1.eml", (0, time.time() - 864_000))
    [found] = check_sources(Patient(load_settings(overrides=[f"sources={source}"])))
    assert (found.status, found.what) == ("ok", "3 files, the newest 0.0 days old.")
