"""No row of a mail is added once its erasure has begun."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from tests.learning.corrections.lakes import MAILS, NOW, begin_erasure, made_lake, settings_over
from tests.learning.review.lakes import item
from triage.lake.store import Store
from triage.lake.tables import REVIEW_QUEUE, TRAINING_SETS, Table
from triage.learning.guards.outcome import Guarded
from triage.learning.retraining import learn
from triage.learning.retraining.due import Due
from triage.learning.retraining.sets.material import Material
from triage.learning.retraining.sets.training_set import TrainingSet
from triage.learning.retraining.step import Learnt, Step
from triage.learning.unerased import add_unerased
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.progress import Progress

KEYS = keys_from_secret(bytes.fromhex("5a" * 32))


@pytest.fixture
def lake(tmp_path: Path) -> Store:
    return made_lake(tmp_path / "lake", KEYS)


def trained(mail_key: str) -> dict[str, Any]:
    row = {"training_id": "t", "built_at": NOW, "head": "category", "label": "sales"}
    return row | {"mail_key": mail_key, "weight": 1.0, "source": "page", "part": "train"}


def drawn(mail_key: str) -> dict[str, Any]:
    return item(item_id=mail_key, mail_key=mail_key)


@pytest.mark.parametrize(
    ("table", "row"), [(TRAINING_SETS, trained), (REVIEW_QUEUE, drawn)], ids=["a training set", "a draw"]
)
def test_rows_of_a_mail_whose_erasure_has_begun_are_not_added(lake: Store, table: Table, row: Any) -> None:
    assert len(add_unerased(lake, table, [row(MAILS[0])], KEYS)) == 1
    begin_erasure(lake, KEYS, MAILS[1])
    added = add_unerased(lake, table, [row(MAILS[1]), row(MAILS[2])], KEYS)
    assert [one["mail_key"] for one in added] == [MAILS[2]]
    assert add_unerased(lake, table, [row(MAILS[1])], KEYS) == []
    assert sorted(one["mail_key"] for one in lake.rows(table, ("mail_key",))) == [MAILS[0], MAILS[2]]


def test_an_erasure_during_a_training_leaves_no_row_in_its_set(lake: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fit(*_: Any) -> Any:
        begin_erasure(lake, KEYS, MAILS[0])
        return SimpleNamespace(not_learnt=())

    def decided(_step: Step, so_far: Learnt, chosen: TrainingSet, _material: Material) -> Learnt:
        goes_on_with.extend(row["mail_key"] for row in chosen.rows)
        return so_far

    goes_on_with: list[str] = []
    monkeypatch.setattr(learn, "fit", fit)
    monkeypatch.setattr(learn, "register", lambda *_: "1")
    monkeypatch.setattr(learn, "_decided", decided)
    store = Store(lambda: None, lake.root)  # type: ignore[arg-type, return-value]
    step = Step(settings_over(lake), store, KEYS, Progress(Console(quiet=True)), datetime.now(UTC))
    chosen = TrainingSet("t", [trained(key) for key in MAILS[:2]])
    learn._trained(step, Learnt(Due((), ()), Guarded((), (), {}), 2), Material([], {}, {}, []), chosen)
    assert goes_on_with == [one["mail_key"] for one in lake.rows(TRAINING_SETS, ("mail_key",))] == [MAILS[1]]
