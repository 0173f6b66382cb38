"""Decisions are carried out in full, whenever the process that wrote them is killed."""

from __future__ import annotations

import pytest

from tests.learning.conftest import SettingsOf
from tests.learning.promotion.lakes import register, store_of, verdict
from triage.config import Settings
from triage.labelling.registry.decisions import DecisionLog
from triage.labelling.registry.model_registry import ModelRegistry
from triage.lake.tables import PROMOTIONS
from triage.learning.promotion.decide import act
from triage.learning.promotion.records import decision_row, finish_promotions, read_decisions

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(settings_of: SettingsOf) -> Settings:
    return settings_of()


def champion(settings: Settings) -> str | None:
    return ModelRegistry(settings).champion_version(settings.mlflow.registered_model)


def runs_of(settings: Settings) -> list[str]:
    """The decisions that MLflow has a run of."""
    client = DecisionLog(settings)._client
    experiments = [one.experiment_id for one in client.search_experiments()]
    found = [run.data.tags.get("promotion_id", "") for run in client.search_runs(experiments)]
    return [one for one in found if one.startswith(settings.mlflow.registered_model)]


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


STEPS = (
    (ModelRegistry, "record_good_version"),
    (ModelRegistry, "set_alias"),
    (ModelRegistry, "delete_alias"),
    (DecisionLog, "log_run"),
    (DecisionLog, "tag"),
    (DecisionLog, "settle"),
)


@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
@pytest.mark.parametrize(("owner", "step"), [pytest.param(*one, id=one[1]) for one in STEPS])
def test_a_kill_at_any_step_after_the_row(settings: Settings, owner: type, step: str, after: bool) -> None:
    store = store_of(settings)
    act(settings, store, verdict(settings, register(settings), None))
    version = register(settings)
    whole = getattr(owner, step)

    def killed(self: object, *args: object, **named: object) -> None:
        if after:
            whole(self, *args, **named)
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, step, killed)
        with pytest.raises(Killed):
            act(settings, store, verdict(settings, version, "1"))
    assert champion(settings) in ("1", "2")  # never none, and each is a whole model
    finish_promotions(settings, store)
    assert champion(settings) == "2"
    assert ModelRegistry(settings).good_versions(settings.mlflow.registered_model)[0] == "1"
    assert ModelRegistry(settings).version_of(settings.mlflow.registered_model, "challenger") is None
    decisions = [row["promotion_id"] for row in read_decisions(store)]
    assert sorted(runs_of(settings)) == sorted(decisions)
    assert len(decisions) == 2
    assert finish_promotions(settings, store) == []


def test_a_kill_before_the_row_decides_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(settings)
    act(settings, store, verdict(settings, register(settings), None))

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(store, "add", killed)
    with pytest.raises(Killed):
        act(settings, store, verdict(settings, register(settings), "1"))
    assert finish_promotions(settings, store_of(settings)) == []
    assert champion(settings) == "1"


def test_a_refused_version_changes_nothing_but_its_tags(settings: Settings) -> None:
    store = store_of(settings)
    act(settings, store, verdict(settings, register(settings), None))
    act(settings, store, verdict(settings, register(settings), "1", "refused"))
    assert champion(settings) == "1"
    tags = ModelRegistry(settings)._client.get_model_version(settings.mlflow.registered_model, "2").tags
    assert (tags["gate"], tags["gate_by"], tags["gate_reason"]) == ("refused", "gate", "Because of the test.")


def test_a_verdict_on_another_champion_is_not_acted_on(settings: Settings) -> None:
    store = store_of(settings)
    act(settings, store, verdict(settings, register(settings), None))
    version = register(settings)
    assert not act(settings, store, verdict(settings, version, None))
    assert len(read_decisions(store)) == 1


@pytest.mark.parametrize("decision", ["rolled_back", "started"])
def test_a_later_decision_of_another_kind_is_left_alone(settings: Settings, decision: str) -> None:
    store = store_of(settings)
    for _ in range(2):
        register(settings)
    act(settings, store, verdict(settings, "1", None))
    row = decision_row(verdict(settings, "2", "1"))
    later = {**decision_row(verdict(settings, "1", "2")), "decision": decision}
    store.add(PROMOTIONS, [row, later])
    assert finish_promotions(settings, store) == []
    assert champion(settings) == "1"


def test_a_model_that_the_registry_lost_stops_nobody(settings: Settings) -> None:
    store = store_of(settings)
    store.add(PROMOTIONS, [decision_row(verdict(settings, "1", None))])
    assert finish_promotions(settings, store) == []


@pytest.mark.parametrize(
    ("tag", "taken"),
    [
        pytest.param({}, "1", id="of a first run"),
        pytest.param({"gate": "pending"}, None, id="not judged yet"),
        pytest.param({"gate": "refused"}, None, id="refused"),
        pytest.param({"gate": "awaits_approval"}, None, id="waits for approval"),
        pytest.param({"gate": "promoted"}, "1", id="promoted"),
    ],
)
def test_a_nightly_run_takes_up_no_version_that_the_gate_has_not_passed(
    settings: Settings, tag: dict[str, str], taken: str | None
) -> None:
    register(settings, tags=tag)
    assert ModelRegistry(settings).first_ready_version(settings.mlflow.registered_model) == taken
