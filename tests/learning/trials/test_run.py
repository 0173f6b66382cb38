"""How a trial begins and ends, whatever is killed, and what becomes of its version."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.learning.conftest import SettingsOf
from tests.learning.promotion.lakes import register, store_of, verdict
from triage.config import Settings
from triage.labelling.registry.decisions import GATE
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.registry.trial import Trial, read_trial, set_trial
from triage.lake.store import Store
from triage.lake.tables import PROMOTIONS
from triage.learning.promotion.approval import decide_as_person
from triage.learning.promotion.decide import act
from triage.learning.promotion.records import promotion_row, read_decisions
from triage.learning.trials import run
from triage.learning.trials.evidence import TrialVerdict

pytestmark = pytest.mark.slow

TRIAL = Trial(
    kind="canary", version="2", share=0.1, salt="5a", after_batch=3, started_at=datetime(2026, 3, 1, tzinfo=UTC)
)


def judged(settings: Settings, gate: str | None = None) -> Store:
    """A champion, version 1, and version 2 with this decision of the gate."""
    store = store_of(settings)
    act(settings, store, verdict(settings, register(settings), None))
    register(settings, None if gate is None else {GATE: gate})
    return store


def write(settings: Settings, store: Store, decision: str, version: str = "2") -> None:
    """A row of ops/promotions, and nothing else."""
    evidence = {"begun": TRIAL.model_dump(mode="json"), "passed": True} if decision == "started" else {}
    name = settings.mlflow.registered_model
    store.add(PROMOTIONS, [promotion_row((name, version), "1", decision, "trial", "a test", json.dumps(evidence))])


def running(settings: Settings) -> Trial | None:
    return read_trial(ModelRegistry(settings), settings.mlflow.registered_model)


KILLED = {
    "its start is written": ((), ("started",), TRIAL),
    "it goes on": ((TRIAL,), ("started",), TRIAL),
    "its end is written": ((TRIAL,), ("started", "stopped"), None),
    "it ended": ((), ("started", "promoted"), None),
    "a rollback ended it": ((TRIAL,), ("started", "rolled_back"), None),
    "another version was refused meanwhile": ((TRIAL,), ("started", "refused 3"), TRIAL),
    "another version became champion meanwhile": ((TRIAL,), ("started", "promoted 3"), None),
}


@pytest.mark.parametrize(("begun", "decisions", "left"), KILLED.values(), ids=KILLED)
def test_what_a_killed_process_left(
    settings_of: SettingsOf, begun: tuple[Trial, ...], decisions: tuple[str, ...], left: Trial | None
) -> None:
    settings = settings_of()
    store = judged(settings)
    for trial in begun:
        set_trial(ModelRegistry(settings), settings.mlflow.registered_model, trial)
    for decision in decisions:
        write(settings, store, *decision.split())
    for _ in range(2):
        run.finish_trial(settings, store)
        assert running(settings) == left
    if not begun and left:
        tags = ModelRegistry(settings).version_tags(settings.mlflow.registered_model, "2")
        assert tags[GATE] == "on_trial"


def test_a_trial_of_an_earlier_version_of_the_project_is_left_alone(settings_of: SettingsOf) -> None:
    """Its row says how it was meant, not what it was."""
    settings = settings_of()
    store, name = judged(settings), settings.mlflow.registered_model
    evidence = json.dumps({"kind": "shadow", "share": 0.0, "after_batch": 3, "gate": {}})
    store.add(PROMOTIONS, [promotion_row((name, "2"), "1", "started", "trial", "a test", evidence)])
    run.finish_trial(settings, store)
    assert running(settings) is None


APPROVAL, STRICT = "learning.promotion.approval=true", "learning.trials.must_be_better=true"
ENDS = {
    "better": ("better", None, (), "promoted", "2"),
    "better, and a person approves": ("better", None, (APPROVAL,), "awaits_approval", "1"),
    "better than the gate thought": ("better", "refused", (), "promoted", "2"),
    "worse": ("worse", None, (), "stopped", "1"),
    "no verdict, and it had passed": ("enough", "on_trial", (), "promoted", "2"),
    "no verdict, and a person approves": ("enough", "on_trial", (APPROVAL,), "awaits_approval", "1"),
    "no verdict, and it must be better": ("enough", "on_trial", (STRICT,), "stopped", "1"),
    "no verdict, and the gate refused it": ("enough", "refused", (), "stopped", "1"),
    "no verdict yet": ("open", None, (), None, "1"),
}


@pytest.mark.parametrize(("outcome", "gate", "options", "decision", "champion"), ENDS.values(), ids=ENDS)
def test_its_end(
    settings_of: SettingsOf,
    monkeypatch: pytest.MonkeyPatch,
    outcome: str,
    gate: str | None,
    options: tuple[str, ...],
    decision: str | None,
    champion: str,
) -> None:
    settings = settings_of(*options)
    store, name, registry = judged(settings, gate), settings.mlflow.registered_model, ModelRegistry(settings)
    write(settings, store, "started")
    set_trial(registry, name, TRIAL)
    monkeypatch.setattr(run, "trial_verdict", lambda *_: TrialVerdict(outcome, (), 60, "So say the mails."))  # type: ignore[arg-type]
    run.step_trial(settings, store)
    last = read_decisions(store)[-1]
    assert (last["version"], last["decision"]) == ("2", decision or "started")
    assert registry.champion_version(name) == champion
    assert (running(settings) is None) == (decision is not None)


def test_a_version_that_a_person_promotes_is_tried_no_longer(settings_of: SettingsOf) -> None:
    settings = settings_of()
    store, name = judged(settings), settings.mlflow.registered_model
    set_trial(ModelRegistry(settings), name, TRIAL)
    decide_as_person(settings, store, name, "2", "promote", "it is needed at once")
    assert ModelRegistry(settings).champion_version(name) == "2"
    assert running(settings) is None


def test_a_verdict_beside_another_champion_ends_nothing(settings_of: SettingsOf) -> None:
    settings = settings_of()
    store, registry = judged(settings), ModelRegistry(settings)
    set_trial(registry, settings.mlflow.registered_model, TRIAL)
    verdict = TrialVerdict("better", (), 60, "so it was")
    run._end(settings, store, TRIAL, "promoted", "trial", "so it was", verdict, compared_with="7")
    assert registry.champion_version(settings.mlflow.registered_model) == "1"
    assert running(settings) == TRIAL


def test_what_was_decided_on_an_ended_trial_is_not_decided_again(settings_of: SettingsOf) -> None:
    """A rollback ended it while its verdict was made: the version that was compared with is not champion any more."""
    settings = settings_of()
    store = judged(settings)
    run._end(settings, store, TRIAL, "promoted", "trial", "too late", TrialVerdict("better", (), 60, "too late"))
    assert ModelRegistry(settings).champion_version(settings.mlflow.registered_model) == "1"
    assert [row["decision"] for row in read_decisions(store)] == ["promoted"]
