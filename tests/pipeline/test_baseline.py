"""The job that shows and chooses what runs are compared with, on a lake that no Spark has touched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.monitoring.builders import run_with
from tests.monitoring.drift.population import USUAL
from triage.config import Settings, load_settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import BASELINES, LEDGER, PROFILES, RUNS
from triage.monitoring.drift.reference import References
from triage.monitoring.profiles.stored import profile_rows, taxonomy_version
from triage.pipeline.account.memory import Memory
from triage.pipeline.account.references import read_references
from triage.pipeline.baseline import act

NOW = datetime.now(UTC)


def _no_spark() -> Any:
    raise AssertionError("Spark is not needed here")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(overrides=[f"lake.root={tmp_path / 'lake'}"])


@pytest.fixture
def store(settings: Settings) -> Store:
    """Of a lake that a run has planned a file of."""
    store = Store(_no_spark, settings.lake.root)
    store.append_rows(LEDGER, [{"file_key": "f", "batch_id": 1, "kind": "file", "planned_at": NOW}], 1)
    return store


@pytest.fixture
def add(store: Store, settings: Settings) -> Callable[..., None]:
    draw = np.random.default_rng(1)

    def run(number: int, days_ago: float, mails: int = 300, taxonomy: str | None = None) -> None:
        version = taxonomy or taxonomy_version({head.name: head.labels for head in load_taxonomy(settings)})
        record = run_with(
            run_id=f"batches-{number:06d}", started_at=NOW - timedelta(days=days_ago), messages_published=mails
        )
        store.append_rows(PROFILES, profile_rows(USUAL.run(mails, draw), record, version), number)
        row = {name: getattr(record, name, None) for name in RUNS.column_names} | {"batches": [number]}
        store.append_rows(RUNS, [row], number)

    return run


def _references(store: Store, settings: Settings, run_id: str = "now") -> References:
    memory = Memory(store, run_with(run_id=run_id, started_at=NOW), settings.monitoring.history_days)
    return read_references(memory, settings, None).references


def test_the_references_in_force_are_shown(
    settings: Settings, add: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    act(settings, "show", [], "")
    assert "no reference yet" in capsys.readouterr().out
    for number, days in enumerate((14, 7, 1), start=1):
        add(number, days)
    act(settings, "show", [], "")
    shown = capsys.readouterr().out
    assert "rolling" in shown and "600" in shown and "7 days" in shown
    act(settings, "set", ["batches-000003"], "after the move")
    capsys.readouterr()
    act(settings, "show", [], "")
    shown = capsys.readouterr().out
    assert "chosen" in shown and "after the move" in shown and "300" in shown and "rolling" in shown


def test_a_choice_is_in_force_until_it_is_given_up(settings: Settings, store: Store, add: Callable[..., None]) -> None:
    add(1, 14)
    add(2, 7)
    act(settings, "set", ["batches-000001", "batches-000001"], "a quiet week")
    found = _references(store, settings).found
    assert found["chosen"].runs == ("batches-000001",)
    assert found["rolling"].runs == ("batches-000001", "batches-000002")
    act(settings, "reset", [], "it is old")
    assert set(_references(store, settings).found) == {"rolling"}
    rows = list(store.rows(BASELINES, ["action", "reason", "run_ids"]))
    assert sorted(row["action"] for row in rows) == ["reset", "set"]


def test_a_run_is_not_its_own_reference(settings: Settings, store: Store, add: Callable[..., None]) -> None:
    add(1, 0)  # as a killed account left it
    assert _references(store, settings, "batches-000001").found == {}


WRONG = {
    "an unknown run": ("set", ["batches-000009"], "why", r"No run batches-000009 .*Did you mean batches-00000[1-3]\?"),
    "another taxonomy": ("set", ["batches-000002"], "why", "labelled by another taxonomy"),
    "too few mails": ("set", ["batches-000003"], "why", "have 50 mails together, and a reference needs 200"),
    "no reason": ("set", ["batches-000001"], " ", "needs a reason"),
    "an address as reason": ("set", ["batches-000001"], "ann@example.org said so", "must name no person"),
    "a name as reason": ("reset", [], "asked by Jane Doe", "must name no person"),
    "a token as reason": ("reset", [], "for <PERSON_858c78_f64f83eaa1ddefd3>", "must name no person"),
    "no reason to reset": ("reset", [], "", "needs a reason"),
    "runs to reset": ("reset", ["batches-000001"], "why", "takes no runs"),
    "no runs": ("set", [], "why", "have 0 mails together"),
}


@pytest.mark.parametrize(("action", "runs", "reason", "message"), WRONG.values(), ids=WRONG)
def test_wrong_use_is_refused_and_nothing_is_decided(
    settings: Settings,
    store: Store,
    add: Callable[..., None],
    action: str,
    runs: list[str],
    reason: str,
    message: str,
) -> None:
    add(1, 3)
    add(2, 2, taxonomy="other")
    add(3, 1, mails=50)
    with pytest.raises(ConfigError, match=message):
        act(settings, action, runs, reason)
    assert not store.exists(BASELINES)


def test_a_chosen_baseline_of_an_older_taxonomy_is_refused_and_the_run_goes_on(
    settings: Settings, store: Store, add: Callable[..., None], tmp_path: Path
) -> None:
    add(1, 7)
    act(settings, "set", ["batches-000001"], "a quiet week")
    changed = tmp_path / "taxonomy.yaml"
    changed.write_text("heads:\n  - {name: category, labels: [one, two]}\n", "utf-8")
    other = load_settings(overrides=[f"lake.root={settings.lake.root}", f"labelling.taxonomy={changed}"])
    read = _references(store, other)
    assert read.found == {}
    assert "of another taxonomy" in read.refused[0]
