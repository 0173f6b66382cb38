"""What a person gets wrong is said in one sentence, before anything is changed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.labelling.builders import HEADS
from tests.learning.relabel.lakes import BUNDLE, settings_in
from triage.cli import progress_console
from triage.config import Settings
from triage.errors import ConfigError, TransientError
from triage.labelling.registry.model_registry import ModelRegistry
from triage.lake.store import Store
from triage.lake.tables import LEDGER, RELABELS
from triage.learning.relabel.backfill import backfill, backfill_request
from triage.learning.relabel.models import require_fit
from triage.learning.relabel.rollback import RollbackRequest, rollback, rollback_request
from triage.monitoring.tracking import open_client
from triage.progress import Progress

PROGRESS = Progress(progress_console)


def no_spark() -> Any:
    raise AssertionError("Spark was started")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A lake whose registry has two versions; they cannot be loaded, and need not be. Nothing in it changes."""
    settings = settings_in(tmp_path_factory.mktemp("wrong"))
    Store(no_spark, settings.lake.root).append_rows(LEDGER, [{"batch_id": 1, "kind": "file"}], 1)
    client = open_client(settings)
    client.create_registered_model(BUNDLE)
    for _ in range(2):
        client.create_model_version(BUNDLE, "file:///nowhere")
    return settings


def _with_champion(lake: Settings, version: str | None) -> ModelRegistry:
    registry = ModelRegistry(lake)
    if version is None:
        registry.delete_alias("champion", BUNDLE)
    else:
        registry.set_alias("champion", BUNDLE, version)
    return registry


WINDOWS = {
    "no date": (("yesterday", None), "--from", "not a date"),
    "a date that is none": (("2026-02-30", None), "--from", "not a date"),
    "from the future": (("2999-01-01", None), "--from", "future"),
    "to the future": (("2026-01-01", "2999-01-01"), "--to", "future"),
    "reversed": (("2026-03-02", "2026-03-01"), "--to", "empty"),
    "empty": (("2026-03-01", "2026-03-01T00:00:00"), "--to", "the day after the last"),
    "empty in another zone": (("2026-03-01T01:00:00+01:00", "2026-03-01"), "--to", "empty"),
}


@pytest.mark.parametrize("case", WINDOWS)
def test_windows(case: str) -> None:
    (start, end), option, told = WINDOWS[case]
    with pytest.raises(ConfigError, match=told) as fault:
        backfill_request(start, end, None, None, "")
    assert (fault.value.where, fault.value.exit_code) == (option, 2)


@pytest.mark.parametrize("reason", ["", "  ", "ask ann@example.com"], ids=["none", "blanks", "an address"])
def test_reasons(reason: str) -> None:
    with pytest.raises(ConfigError, match="reason"):
        rollback_request("1", None, None, reason)


def test_no_lake(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with pytest.raises(ConfigError, match="no lake"):
        rollback(settings, RollbackRequest("1", "bad"), PROGRESS)
    with pytest.raises(ConfigError, match="no lake"):
        backfill(settings, backfill_request("2026-01-01", None, None, None, ""), PROGRESS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["routing.yaml", "taxonomy.yaml"]


ROLLBACKS: dict[str, tuple[RollbackRequest, str | None, str]] = {
    "no champion": (RollbackRequest("1", "bad"), None, "has no champion"),
    "unknown version": (RollbackRequest("7", "bad"), "2", "no version 7.*It has: 1, 2"),
    "not a number": (RollbackRequest("last", "bad"), "2", "no version last"),
    "the champion itself": (RollbackRequest("2", "bad"), "2", "2 is the champion.*already"),
    "unknown head": (RollbackRequest("1", "bad", head="mood"), "2", "no head mood.*category, priority"),
    "a head without a model": (RollbackRequest("1", "bad", head="priority"), "2", "no model of its own"),
}


@pytest.mark.parametrize("case", ROLLBACKS)
def test_rollbacks(lake: Settings, case: str) -> None:
    request, champion, told = ROLLBACKS[case]
    registry = _with_champion(lake, champion)
    with pytest.raises(ConfigError, match=told) as fault:
        rollback(lake, request, PROGRESS)
    assert fault.value.exit_code == 2
    assert registry.champion_version(BUNDLE) == champion
    assert not Store(no_spark, lake.lake.root).exists(RELABELS)


@pytest.mark.parametrize(("version", "told"), [(None, "no champion"), ("9", "no version 9")], ids=["champion", "named"])
def test_backfills(lake: Settings, version: str | None, told: str) -> None:
    _with_champion(lake, None)
    with pytest.raises(ConfigError, match=told):
        backfill(lake, backfill_request("2026-01-01", None, version, None, ""), PROGRESS)


def test_a_version_of_another_taxonomy(lake: Settings) -> None:
    fits: Any = SimpleNamespace(name=BUNDLE, version="3", heads={head.name: head.labels for head in HEADS})
    other: Any = SimpleNamespace(name=BUNDLE, version="3", heads={"category": ("billing", "sport")})
    require_fit({BUNDLE: fits}, lake, HEADS)
    with pytest.raises(ConfigError, match=r"another taxonomy: head category.*\[triage-labels version 3\]"):
        require_fit({BUNDLE: other}, lake, HEADS)


def test_a_registry_that_does_not_answer_is_transient(lake: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    mlflow = lake.mlflow.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    with pytest.raises(TransientError) as fault:
        rollback(lake.model_copy(update={"mlflow": mlflow}), RollbackRequest("1", "bad"), PROGRESS)
    assert fault.value.exit_code == 75
