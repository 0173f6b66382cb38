"""The gate over registered models: the first, the worse, the better, and rows that a model learnt from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.labelling.builders import HEADS, SOURCE, WORDS, Row, labelled, labelled_rows, small_settings
from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.registry.decisions import GATE, DecisionLog
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.training.train import train
from triage.lake.store import Store
from triage.learning.promotion.decide import Override, promote_if_better
from triage.learning.promotion.gate import judge
from triage.learning.promotion.records import read_decisions
from triage.learning.promotion.report import verdict_note, verdict_table

NAME = "triage-labels"
ROWS = 360


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return small_settings(
        tmp_path,
        "learning.promotion.speed_rows=50",
        "learning.promotion.slowest=0.05",
        "learning.promotion.least_rows=30",
        "learning.promotion.slice_rows=30",
    )


def rows_of(*, wrong: bool) -> list[Row]:
    """Of wrong ones the train part has the labels of other words."""
    return [
        (
            n,
            other(told) if wrong and split == "train" else told,
            f"{body} {n * 7919} {n * 104729}",
            subject,
            split,
            bulk,
        )
        for n, told, body, subject, split, bulk in labelled_rows(ROWS)
    ]


def other(told: dict[str, str]) -> dict[str, str]:
    """The next label of each head."""
    names = list(WORDS)
    category = names[(names.index(told["category"]) + 1) % len(names)]
    return {"category": category, "priority": "low" if told["priority"] == "high" else "high"}


def registered(spark: SparkSession, settings: Settings, *, wrong: bool = False, refit: bool = False) -> str:
    """A version, trained on the train part."""
    frame = labelled(spark, rows_of(wrong=wrong))
    return ModelRegistry(settings).register(NAME, train(spark, frame, HEADS, settings, SOURCE, refit=refit))


def held_out(spark: SparkSession) -> DataFrame:
    return labelled(spark, rows_of(wrong=False)).where("split = 'test'")


@pytest.mark.slow
def test_a_lake_s_first_models(spark: SparkSession, settings: Settings) -> None:
    store, rows = Store(spark, settings.lake.root), held_out(spark)
    registry = ModelRegistry(settings)

    bad = registered(spark, settings, wrong=True)
    refused = promote_if_better(settings, store, (NAME, bad), rows)
    assert (refused.decision, registry.champion_version(NAME)) == ("refused", None)
    assert "it must beat the majority class" in refused.reasons[0]
    assert registry.first_ready_version(NAME) is None

    over = promote_if_better(settings, store, (NAME, bad), rows, Override("somebody", "a trial"))
    assert (over.decision, registry.champion_version(NAME)) == ("overridden", bad)

    good = registered(spark, settings)
    promoted = promote_if_better(settings, store, (NAME, good), rows)
    assert (promoted.decision, registry.champion_version(NAME)) == ("promoted", good)
    assert promoted.comparison is not None
    assert {one.name for one in promoted.comparison.limits} == {
        "calibration error", "share of abstained mails", "speed", "size",
    }  # fmt: skip
    assert {one.kind for one in promoted.comparison.slices} >= {"head", "label"}

    worse = promote_if_better(settings, store, (NAME, registered(spark, settings, wrong=True)), rows)
    assert (worse.decision, registry.champion_version(NAME)) == ("refused", good)
    note = verdict_note(worse, settings)
    assert f"{NAME} version {good} stays the champion." in note
    assert "jobs/promote.py --version 3 --promote --reason TEXT" in note
    assert verdict_table(worse) is not None

    with pytest.raises(ConfigError, match="champion already"):
        judge(settings, (NAME, good), rows)

    decisions = read_decisions(store)
    assert [row["decision"] for row in decisions] == ["refused", "overridden", "promoted", "refused"]
    assert decisions[1]["decided_by"] == "somebody"
    assert "a trial" in decisions[1]["reason"]
    assert json.loads(decisions[2]["evidence"])["comparison"]["overall"]["gain"]["low"] > 0
    client = DecisionLog(settings)._client
    assert client.get_model_version(NAME, "3").tags[GATE] == "refused"
    runs = client.search_runs([one.experiment_id for one in client.search_experiments()], "tags.gate = 'promoted'")
    assert runs[0].data.metrics["gain"] == pytest.approx(promoted.comparison.overall.gain.value)


@pytest.mark.slow
def test_rows_that_a_model_learnt_from_do_not_count(spark: SparkSession, settings: Settings) -> None:
    registry, rows = ModelRegistry(settings), labelled(spark, rows_of(wrong=False))
    registry.promote(NAME, registered(spark, settings))
    challenger = NAME, registered(spark, settings, refit=True)

    both = judge(settings, challenger, rows)  # the train part, which both learnt from, is among them
    assert both.left_out.champion == ROWS * 2 / 3
    assert both.comparison is not None
    assert both.comparison.overall.rows == ROWS / 3
    assert [head.rows for head in both.comparison.overall.heads] == [ROWS / 3, ROWS / 3]

    nothing = judge(settings, challenger, rows.where("split = 'train'"))
    assert nothing.decision == "refused"
    assert nothing.reasons[0].startswith("Too few rows: it can be compared with the champion on 0 labelled rows")


@pytest.mark.slow
def test_a_model_that_was_fitted_again_answers_as_before_it_saw_the_rows(
    spark: SparkSession, settings: Settings
) -> None:
    registry, rows = ModelRegistry(settings), held_out(spark)
    registry.promote(NAME, registered(spark, settings))
    # its labels are wrong among the train rows only: fitted on the test rows, too, it would know those by heart
    again = judge(settings, (NAME, registered(spark, settings, wrong=True, refit=True)), rows)
    assert again.decision == "refused"
    assert again.comparison is not None
    assert again.comparison.overall.challenger < 0.7 < again.comparison.overall.champion
