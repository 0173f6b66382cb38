"""Each stage reads and writes the tables that it declares, and is due until its batch has passed it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from rich.console import Console

from tests.lakes import SECRET, Lake
from tests.stores import message
from triage.config import load_settings
from triage.lake.store import Store
from triage.lake.tables import DATA_KEYS, QUARANTINE, SHADOW_LABELS, SILVER_MAIL, Table
from triage.pipeline.run import Run
from triage.pipeline.stages import STAGES, Stage, unfinished_batches
from triage.progress import Progress
from triage.reasons import Reason
from triage.stages.plan import plan_new_files
from triage.stages.replay import plan_replay

Used = dict[str, set[str]]
"""Tables by the name of the stage that used them."""


class Recorder:
    """Notes which tables a store reads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tables: set[str] = set()
        for name in ("read", "rows", "count", "known"):
            monkeypatch.setattr(Store, name, self._noting(getattr(Store, name)))

    def _noting(self, method: Any) -> Any:
        def noting(store: Store, table: Table, *arguments: Any, **among: Any) -> Any:
            self.tables.add(table.name)
            return method(store, table, *arguments, **among)

        return noting


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, spark: SparkSession) -> Iterator[Run]:
    """A run over a mail that is published and one that is too large, planned and not begun."""
    folder = tmp_path_factory.mktemp("stages")
    (folder / "a.mbox").write_bytes(message(1) + message(2, "x" * 5_000))
    given = [f"lake.root={folder}/lake", f"sources=['{folder}/a.mbox']", "limits.message_bytes=1000"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAGE_KEY", SECRET)
        patch.setattr("triage.pipeline.context.spark_session", lambda *_, **__: spark)
        run = Run(load_settings(overrides=given), Progress(Console(quiet=True)))
        plan_new_files(run.settings, run.store, run.keys)
        run.load_champion()
        yield run


@pytest.fixture(scope="module")
def used(run: Run) -> tuple[Used, Used]:
    """The tables that each stage read and wrote, over a batch of an export and one of a replay."""
    read: Used = {stage.name: set() for stage in STAGES}
    written: Used = {stage.name: set() for stage in STAGES}
    with pytest.MonkeyPatch.context() as patch:
        recorder = Recorder(patch)
        _pass(run, 1, recorder, read, written)
        run.settings = run.settings.model_copy(
            update={"limits": run.settings.limits.model_copy(update={"message_bytes": 10_000})}
        )
        replay = plan_replay(run.store, [Reason.MESSAGE_TOO_LARGE], run.started_at)
        _pass(run, replay, recorder, read, written)
    return read, written


def _pass(run: Run, batch_id: int, recorder: Recorder, read: Used, written: Used) -> None:
    lake = Lake(Path(run.settings.lake.root))
    for stage in STAGES:
        assert stage.is_due(run.store, batch_id), stage.name
        recorder.tables, before = set(), lake.versions()
        stage.work(run, batch_id)
        read[stage.name] |= recorder.tables
        written[stage.name] |= {table for table, version in lake.versions().items() if before.get(table) != version}


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_writes_the_tables_that_it_declares(stage: Stage, used: tuple[Used, Used]) -> None:
    declared = {table.name for table in stage.writes}
    # written while a model is on trial (tests/e2e/test_learn.py), and by whichever stage is the first of a month
    at_times = {SHADOW_LABELS.name, DATA_KEYS.name}
    assert declared - at_times <= used[1][stage.name] <= declared


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_reads_no_other_tables_than_it_declares(stage: Stage, used: tuple[Used, Used]) -> None:
    assert used[0][stage.name] <= {table.name for table in stage.reads}


@pytest.mark.slow
@pytest.mark.usefixtures("used")
def test_no_stage_is_due_once_its_batch_has_passed_all(run: Run) -> None:
    assert [stage.name for stage in STAGES if stage.is_due(run.store, 2)] == []
    assert list(unfinished_batches(run.store)) == []
    assert (run.store.count(SILVER_MAIL), run.store.count(QUARANTINE)) == (2, 0)
