"""What a model of all heads is judged on, how often that was done, and what is said where mails lack."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from triage.config import Settings, load_settings
from triage.learning.retraining import judged
from triage.learning.retraining.sets.gate import GateMail
from triage.learning.retraining.sets.material import Material

SETTINGS = load_settings(overrides=["learning.promotion.least_rows=5"])
BUNDLE = SETTINGS.mlflow.registered_model


@pytest.fixture
def champion(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the champion, None for none."""

    def put(version: str | None) -> None:
        registry = SimpleNamespace(champion_version=lambda _: version)
        monkeypatch.setattr(judged, "ModelRegistry", lambda _: registry)

    return put


def mails(*origins: str) -> list[GateMail]:
    return [GateMail(f"{at}", {"category": "hr"}, origin, at, None) for at, origin in enumerate(origins)]


def decided(version: str, against: str | None, decision: str = "refused") -> dict[str, Any]:
    return {"version": version, "champion": against, "decision": decision}


@pytest.mark.parametrize(
    ("rows", "look"),
    [
        pytest.param([], 1, id="the first"),
        pytest.param([decided("2", "1"), decided("3", "1", "started")], 3, id="two before, one of them on trial"),
        pytest.param([decided("2", "1"), decided("2", "1", "awaits_approval")], 2, id="one version counts once"),
        pytest.param([decided("1", None), decided("2", "0")], 1, id="of another champion"),
        pytest.param([decided("9", "1")], 1, id="this one, decided on before"),
    ],
)
def test_looks_at_a_champion(
    rows: Sequence[dict[str, Any]], look: int, champion: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion("1")
    monkeypatch.setattr(judged, "read_decisions", lambda _, model: rows if model == [BUNDLE] else [])
    assert judged.look_at(SETTINGS, SimpleNamespace(), "9") == look  # type: ignore[arg-type]


def test_what_lacks_is_said_with_figures_and_a_remedy(champion: Any) -> None:
    champion("1")
    said = judged.too_few(SETTINGS, mails("gold", "audit", "audit"))
    assert said.startswith(
        "The gate can compare models on 3 mails (1 of the gold set, 2 of audits, 0 drawn at random and held back) "
        "and needs 5 (learning.promotion.least_rows)"
    )
    assert "jobs/review.py draw" in said


def test_nothing_lacks(champion: Any) -> None:
    champion("1")
    assert not judged.too_few(SETTINGS, mails(*["audit"] * 5))
    champion(None)
    assert not judged.too_few(SETTINGS, [])


@pytest.mark.parametrize(
    ("name", "version", "on_lake"),
    [
        pytest.param(BUNDLE, "3", True, id="the champion learnt from corrections"),
        pytest.param(BUNDLE, "2", False, id="it learnt the sample"),
        pytest.param(BUNDLE, None, False, id="no champion"),
        pytest.param(f"{BUNDLE}-topic", "3", False, id="a head of its own"),
    ],
)
def test_a_model_of_the_sample_is_compared_on_what_people_taught(
    name: str, version: str | None, on_lake: bool, champion: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion(version)
    seen: list[tuple[Any, Any]] = []

    def go_live(_: Settings, __: Any, ___: Any, rows: Any, *, override: Any, look: int | None = None) -> None:
        seen.append((rows, look))

    lake = Material([], {}, {}, [])
    for what, instead in (
        ("trainings_by_version", lambda _: {"3": "t"}),
        ("read_material", lambda _: lake),
        ("gate_frame", lambda _, found: "the lake's"),
        ("read_decisions", lambda _, model: []),
        ("go_live", go_live),
    ):
        monkeypatch.setattr(judged, what, instead)
    made = SimpleNamespace(name=name, version="9", held_out="the sample's")
    judged.decide_on(SimpleNamespace(), SETTINGS, made, None)  # type: ignore[arg-type]
    assert seen == [("the lake's", 1) if on_lake else ("the sample's", None)]
