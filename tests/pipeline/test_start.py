"""How a run starts Spark: not before something is to do, and fit for what is to do."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from rich.console import Console

from triage.config import Settings, load_settings
from triage.pipeline import context
from triage.pipeline import run as run_module
from triage.pipeline.run import Run
from triage.progress import Progress
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate
from triage.stages.plan import plan_new_files
from triage.stages.replay import plan_replay


class Started(Exception):
    """Spark was asked for."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each session that was asked for is for few mails; none is made."""
    found: list[bool] = []

    def session(_: Settings, *, is_small: bool) -> SparkSession:
        found.append(is_small)
        raise Started

    monkeypatch.setattr(context, "spark_session", session)
    monkeypatch.setenv("TRIAGE_KEY", "5a" * 32)
    return found


def run_over(root: Path, *sources: Path) -> Run:
    given = [f"lake.root={root}", f"sources={[str(source) for source in sources]}", "spark.master=local[2]"]
    return Run(load_settings(overrides=given), Progress(Console(quiet=True)))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    write_mbox(generate(20, seed=3), tmp_path / "small.mbox")
    return tmp_path / "small.mbox"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    (tmp_path / "large.mbox").write_bytes(b"From a@b.example Thu Jan  1 00:00:00 2026\nSubject: x\n\n" + b"x\n" * 2**23)
    return tmp_path / "large.mbox"


def test_nothing_is_asked_of_spark_where_nothing_is_planned(tmp_path: Path, asked: list[bool]) -> None:
    run_over(tmp_path / "lake").finish_batches(is_all=True)
    assert asked == []


@pytest.mark.parametrize(("export", "is_all", "is_small"), [
    ("small", True, True), ("large", True, False), ("small", False, False),
], ids=["few mails", "many mails", "few mails, and perhaps many after them"])  # fmt: skip
def test_the_session_fits_what_is_planned(
    tmp_path: Path,
    asked: list[bool],
    request: pytest.FixtureRequest,
    export: str,
    is_all: bool,
    is_small: bool,
) -> None:
    run = run_over(tmp_path / "lake", request.getfixturevalue(export))
    plan_new_files(run.settings, run.store, run.keys)
    with pytest.raises(Started):
        run.finish_batches(is_all=is_all)
    assert asked == [is_small]


def test_a_replay_may_take_up_many(tmp_path: Path, asked: list[bool]) -> None:
    run = run_over(tmp_path / "lake")
    plan_replay(run.store, [], run.started_at)
    with pytest.raises(Started):
        run.finish_batches(is_all=True)
    assert asked == [False]


def test_a_lake_that_only_spark_can_take_is_asked_through_it(
    tmp_path: Path, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAGE_KEY", "5a" * 32)
    monkeypatch.setattr(context, "spark_session", lambda *_, **__: spark)
    run = run_over(tmp_path / "100% mail")
    assert run.resume().record.messages_read == 0


def test_queries_are_released_between_batches_and_not_at_the_end(
    tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run of one batch does not pay for it."""
    order: list[str] = []
    monkeypatch.setenv("TRIAGE_KEY", "5a" * 32)
    monkeypatch.setattr(context, "spark_session", lambda *_, **__: None)
    monkeypatch.setattr(context, "compile_queries", lambda *_: None)
    monkeypatch.setattr(run_module, "compile_queries", lambda *_: order.append("batch"))
    monkeypatch.setattr(run_module, "release_unused", lambda: order.append("released"))
    monkeypatch.setattr(run_module, "STAGES", ())
    monkeypatch.setattr(Run, "load_champion", lambda _: None)
    monkeypatch.setattr(Run, "_preloaded_detection", lambda _: nullcontext())
    run = run_over(tmp_path / "lake", small)
    plan_new_files(run.settings, run.store, run.keys)
    plan_replay(run.store, [], run.started_at)
    plan_replay(run.store, [], run.started_at)
    run.finish_batches(is_all=True)
    assert order == ["batch", "released", "batch", "released", "batch"]
