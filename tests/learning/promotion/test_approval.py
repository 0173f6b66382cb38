"""Approving, rejecting and overriding."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.learning.conftest import SettingsOf
from tests.learning.promotion.lakes import register, store_of, verdict
from triage.cli import os_user
from triage.config import Settings
from triage.errors import ConfigError, ModelError
from triage.labelling.registry.model_registry import ModelRegistry
from triage.lake.store import Store
from triage.learning.promotion.approval import decide_as_person
from triage.learning.promotion.decide import act
from triage.learning.promotion.records import read_decisions
from triage.learning.promotion.verdict import Decision

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(settings_of: SettingsOf) -> Settings:
    return settings_of("learning.promotion.approval=true")


def judged(settings: Settings, decision: Decision) -> Store:
    """A champion, version 1, and version 2 with this decision."""
    store = store_of(settings)
    act(settings, store, verdict(settings, register(settings), None))
    act(settings, store, verdict(settings, register(settings), "1", decision))
    return store


def champion(settings: Settings) -> str | None:
    return ModelRegistry(settings).champion_version(settings.mlflow.registered_model)


def test_an_approved_version_goes_live_and_its_approval_is_kept(settings: Settings) -> None:
    store = judged(settings, "awaits_approval")
    assert champion(settings) == "1"
    row = decide_as_person(settings, store, settings.mlflow.registered_model, "2", "approve", "seen and found good")
    assert champion(settings) == "2"
    assert (row["decision"], row["decided_by"], row["reason"]) == ("promoted", os_user(), "seen and found good")
    assert row["evidence"] == read_decisions(store)[1]["evidence"]
    (entry,) = yaml.safe_load(Path(settings.governance.approvals).read_text("utf-8"))
    assert (entry["what"], entry["version"], entry["by"]) == (
        f"model:{settings.mlflow.registered_model}",
        "2",
        os_user(),
    )
    assert entry["digest"] == ModelRegistry(settings).digest(settings.mlflow.registered_model, "2")


def test_a_rejected_version_does_not(settings: Settings) -> None:
    store = judged(settings, "awaits_approval")
    assert (
        decide_as_person(settings, store, settings.mlflow.registered_model, "2", "reject", "not now")["decision"]
        == "refused"
    )
    assert champion(settings) == "1"
    assert not Path(settings.governance.approvals).exists()
    with pytest.raises(ConfigError, match="the latest decision on it is: refused"):
        decide_as_person(settings, store, settings.mlflow.registered_model, "2", "approve", "after all")


def test_who_overrides_the_gate_still_needs_an_approval(settings: Settings) -> None:
    store = judged(settings, "refused")
    assert (
        decide_as_person(settings, store, settings.mlflow.registered_model, "2", "promote", "I must")["decision"]
        == "awaits_approval"
    )
    assert champion(settings) == "1"
    decide_as_person(settings, store, settings.mlflow.registered_model, "2", "approve", "so be it")
    assert champion(settings) == "2"


def test_where_no_approval_is_asked_for_an_override_is_enough(settings_of: SettingsOf) -> None:
    settings = settings_of()
    store = judged(settings, "refused")
    assert (
        decide_as_person(settings, store, settings.mlflow.registered_model, "2", "promote", "I must")["decision"]
        == "overridden"
    )
    assert champion(settings) == "2"


@pytest.mark.parametrize(
    ("decision", "version", "action", "message"),
    [
        pytest.param("refused", "2", "approve", "does not wait for approval", id="refused"),
        pytest.param("refused", "2", "reject", "does not wait for approval", id="refused already"),
        pytest.param("awaits_approval", "1", "promote", "is the champion already", id="the champion"),
        pytest.param("awaits_approval", "7", "approve", r"has no version 7\. .*It has: 1, 2\.", id="unknown"),
    ],
)
def test_what_cannot_be_decided(
    settings: Settings, decision: Decision, version: str, action: str, message: str
) -> None:
    store = judged(settings, decision)
    with pytest.raises(ConfigError, match=message):
        decide_as_person(settings, store, settings.mlflow.registered_model, version, action, "why not")
    assert champion(settings) == "1"


def test_an_approval_against_another_champion_is_refused(settings: Settings) -> None:
    store = judged(settings, "awaits_approval")
    act(settings, store, verdict(settings, register(settings), "1"))
    with pytest.raises(ConfigError, match="compared with version 1, and the champion is 3 now"):
        decide_as_person(settings, store, settings.mlflow.registered_model, "2", "approve", "late")


def test_a_version_whose_files_changed_is_not_approved(settings: Settings, tmp_path: Path) -> None:
    store = judged(settings, "awaits_approval")
    (tmp_path / "made_up_2" / "labels" / "model.json").write_text("other", "utf-8")
    with pytest.raises(ModelError, match="was changed"):
        decide_as_person(settings, store, settings.mlflow.registered_model, "2", "approve", "late")
    assert champion(settings) == "1"
