"""Every start of the nightly job and of a replay is in the log of attempts, however it ends."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from triage.config import Settings, load_settings
from triage.errors import ConfigError, SourceError, TransientError, TriageError
from triage.lake.locks import lake_lock
from triage.monitoring.service.attempts import Attempt, read_attempts
from triage.pipeline import context
from triage.pipeline.nightly import nightly
from triage.pipeline.replay import replay
from triage.progress import Progress

PROGRESS = Progress(Console(quiet=True))


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A lake without mail, over an empty source."""
    monkeypatch.setenv("TRIAGE_KEY", "5a" * 32)
    (tmp_path / "exports").mkdir()
    return load_settings(overrides=[f"lake.root={tmp_path / 'lake'}", f"sources={tmp_path / 'exports'}"])


def only(settings: Settings) -> Attempt:
    [found] = read_attempts(settings.reports_folder)
    assert found.ended_at is not None
    return found


def test_a_run_with_nothing_new_is_a_success(given: Settings) -> None:
    summary = nightly(given, PROGRESS)
    found = only(given)
    assert (found.job, found.exit_code, found.run_id) == ("nightly", 0, summary.record.run_id)
    assert found.run_id.startswith("nothing-new-")


def missing_source(settings: Settings) -> Settings:
    return settings.model_copy(update={"sources": ("/nowhere/exports",)})


def broken_policy(settings: Settings) -> Settings:
    return settings.model_copy(update={"privacy": settings.privacy.model_copy(update={"policy": "/nowhere.yaml"})})


@pytest.mark.parametrize(("spoilt", "fault"), [(missing_source, SourceError), (broken_policy, ConfigError)])
def test_a_run_that_cannot_begin_is_a_failure(
    given: Settings, spoilt: Callable[[Settings], Settings], fault: type[TriageError]
) -> None:
    with pytest.raises(fault):
        nightly(spoilt(given), PROGRESS)
    assert (only(given).exit_code, only(given).run_id) == (2, "")


def test_what_a_killed_run_unpacked_is_removed(
    given: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "triage-unpacked-dead"
    left.mkdir()
    (left / "in-use").touch()
    with pytest.raises(SourceError):
        nightly(missing_source(given), PROGRESS)
    assert not left.exists()


def test_a_run_that_another_keeps_out_is_logged_as_such(given: Settings) -> None:
    with lake_lock(given.lake.root), pytest.raises(TransientError):
        nightly(given, PROGRESS)
    assert only(given).exit_code == 75


def test_an_unforeseen_fault_is_a_failure(given: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Settings) -> None:
        raise RuntimeError("Jane Roe")

    monkeypatch.setattr(context, "load_keys", fail)
    with pytest.raises(RuntimeError):
        nightly(given, PROGRESS)
    assert only(given).exit_code == 1


def at_another_place(settings: Settings, root: str) -> Settings:
    return settings.model_copy(update={"lake": settings.lake.model_copy(update={"root": root})})


def test_a_run_that_cannot_begin_leaves_nothing_at_a_mistyped_place(given: Settings, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        nightly(at_another_place(missing_source(given), str(tmp_path / "lakes" / "mail")), PROGRESS)
    assert not (tmp_path / "lakes").exists()


def test_a_run_that_makes_the_folder_above_is_logged(given: Settings, tmp_path: Path) -> None:
    elsewhere = at_another_place(given, str(tmp_path / "lakes" / "mail"))
    begin = datetime.now(UTC)
    nightly(elsewhere, PROGRESS)
    found = only(elsewhere)
    assert found.exit_code == 0 and found.ended_at is not None
    assert begin <= found.started_at < found.ended_at


def test_a_replay_without_a_lake_leaves_no_log(given: Settings) -> None:
    """Wrong use of a command is no failure of a service, and a mistyped lake gets no folder."""
    with pytest.raises(ConfigError):
        replay(given, [], PROGRESS)
    assert not given.reports_folder.exists()
