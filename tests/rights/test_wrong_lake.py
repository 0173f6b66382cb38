"""Jobs that answer for a lake, at a place where there is none."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from rich.console import Console

from triage.config import Settings, load_settings
from triage.errors import ConfigError
from triage.lake.store import Store
from triage.lake.tables import ERASURES
from triage.pipeline.alerts import list_alerts
from triage.pipeline.baseline import act
from triage.pipeline.replay import replay
from triage.pipeline.run import Run
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.progress import Progress
from triage.rights.disclosure.export import export_person
from triage.rights.disclosure.reveal import reveal
from triage.rights.erasure.erase import erase
from triage.rights.maintenance import maintain
from triage.rights.open_lake import Opener
from triage.rights.rotation.rotate import rotate
from triage.rights.search.subjects import Subject

SOMEBODY, PROGRESS = Subject("address", "ann@persons.example"), Progress(Console(quiet=True))


def opener(settings: Settings) -> Opener:
    return partial(Run, settings, PROGRESS)


ASKS: dict[str, Callable[[Settings], object]] = {
    "erase": lambda settings: erase(settings, [SOMEBODY], opener(settings)),
    "export": lambda settings: export_person(settings, SOMEBODY, "case 4711", Path("/nowhere/out.json")),
    "reveal": lambda settings: reveal(settings, "<PERSON_858c78_f64f83eaa1ddefd3>", "case 4711"),
    "rotate": lambda settings: rotate(settings, keys_from_secret(b"n" * 32), opener(settings)),
    "maintain": lambda settings: maintain(settings, opener(settings)),
    "replay": lambda settings: replay(settings, [], PROGRESS),
    "alerts list": list_alerts,
    "baseline show": lambda settings: act(settings, "show", [], ""),
    "baseline set": lambda settings: act(settings, "set", ["batches-000001-000001"], "a quiet week"),
    "baseline reset": lambda settings: act(settings, "reset", [], "it is old"),
}


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_a_place_without_a_lake_is_refused_and_left_as_it_was(
    ask: Callable[[Settings], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In particular no development key is made, and no certificate says that nothing was found."""
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    with pytest.raises(ConfigError, match="no lake at this place"):
        ask(load_settings(overrides=[f"lake.root={tmp_path}/lake"]))
    assert list(tmp_path.iterdir()) == []


def test_what_such_a_job_once_left_is_no_lake(tmp_path: Path, spark: SparkSession) -> None:
    row = {"erasure_id": "erasure-1", "phase": "done", "erased_at": datetime(2026, 1, 5, tzinfo=UTC)}
    Store(spark, f"{tmp_path}/lake").add(ERASURES, [row])
    with pytest.raises(ConfigError, match="no lake at this place"):
        ASKS["erase"](load_settings(overrides=[f"lake.root={tmp_path}/lake"]))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all")
def test_a_lake_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "lake" / "ops" / "ledger" / "_delta_log").mkdir(parents=True)
    (tmp_path / "lake").chmod(0)
    with pytest.raises(ConfigError, match="may not be read"):
        ASKS["maintain"](load_settings(overrides=[f"lake.root={tmp_path}/lake"]))
