"""From training to labels by way of the registry, also when a run is killed in between."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from tests.labelling.builders import HEADS, SOURCE, labelled, labelled_rows, silver, small_settings
from triage.config import Settings
from triage.errors import ConfigError, ModelError, TransientError
from triage.labelling.data.labelled_rows import LabelledFile
from triage.labelling.promotion import bundle
from triage.labelling.promotion.evaluate import (
    bundle_scores,
    evaluate_bundle,
    evaluate_file,
    write_predictions,
)
from triage.labelling.promotion.first_model import ensure_champion
from triage.labelling.promotion.labelled_file import train_from_file
from triage.labelling.promotion.registration import Registration
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.serving.inference import label
from triage.labelling.training.result import OURS
from triage.labelling.training.train import train
from triage.lake.tables import LABELS


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(bundle, "read_gold", labelled)
    return small_settings(tmp_path)


def test_train_register_load_label(
    spark: SparkSession,
    small: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    champion = ensure_champion(spark, small)
    again = ensure_champion(spark, small)
    first, second = label(silver(spark), champion), label(silver(spark), again)
    rows = first.collect()

    assert (champion.version, again.version) == ("1", "1")
    assert first.columns == LABELS.column_names
    assert len(rows) == 90 * len(HEADS)
    assert sorted(map(str, rows)) == sorted(map(str, second.collect()))
    assert all(row.score == max(row.scores.values()) == row.scores[row.best_label] for row in rows)
    assert all(abs(sum(row.scores.values()) - 1) < 1e-9 for row in rows)
    assert all(row.label == (None if row.abstained else row.best_label) for row in rows)
    assert capfd.readouterr().out == ""
    assert os.listdir(elsewhere) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("threshold", "abstaining"),
    [pytest.param(0.0, 0.0, id="never"), pytest.param(1.0, 1.0, id="always")],
)
def test_a_head_abstains_below_its_threshold(
    spark: SparkSession, small: Settings, threshold: float, abstaining: float
) -> None:
    path = Path(small.labelling.taxonomy)
    path.write_text(path.read_text("utf-8").replace("threshold: 0.5", f"threshold: {threshold}"), "utf-8")
    labels = label(silver(spark), ensure_champion(spark, small))
    share = labels.agg(f.avg(f.col("label").isNull().cast("int")), f.avg(f.col("abstained").cast("int"))).first()
    assert share is not None
    assert tuple(share) == (abstaining, abstaining)


@pytest.mark.slow
def test_a_version_without_alias_is_taken_up(spark: SparkSession, small: Settings) -> None:
    registry = ModelRegistry(small)
    trained = train(spark, labelled(spark), HEADS, small, SOURCE)
    for _ in range(2):
        registry.register(small.mlflow.registered_model, trained, gated=False)
    champion = ensure_champion(spark, small)
    assert champion.version == "1"
    assert registry.champion_version(small.mlflow.registered_model) == "1"


@pytest.mark.slow
def test_a_champion_that_does_not_fit_the_taxonomy_is_refused(spark: SparkSession, small: Settings) -> None:
    ensure_champion(spark, small)
    path = Path(small.labelling.taxonomy)
    path.write_text(path.read_text("utf-8").replace("legal", "kitchen"), "utf-8")
    with pytest.raises(ModelError, match="does not fit"):
        ensure_champion(spark, small)


@pytest.mark.slow
def test_a_broken_model_is_told(spark: SparkSession, small: Settings) -> None:
    ensure_champion(spark, small)
    for file in Path(f"{small.lake.root}.mlflow").rglob("sparkml/stages/*/metadata/part-*"):
        file.unlink()
    with pytest.raises(ModelError, match="is missing"):
        ensure_champion(spark, small)


def test_a_dead_server_is_a_passing_fault(small: Settings) -> None:
    mlflow = small.mlflow.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    with pytest.raises(TransientError, match="does not answer"):
        ModelRegistry(small.model_copy(update={"mlflow": mlflow})).champion_version("triage-labels")


def test_an_unknown_kind_of_store_is_wrong_configuration(small: Settings) -> None:
    mlflow = small.mlflow.model_copy(update={"tracking_uri": "gopher://nowhere"})
    with pytest.raises(ConfigError, match="MLflow"):
        ModelRegistry(small.model_copy(update={"mlflow": mlflow})).champion_version("triage-labels")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("labels", "version"),
    [
        pytest.param(("low", "high"), "triage-labels-priority", id="its labels are the taxonomy's"),
        pytest.param(("now", "never"), "triage-labels", id="other labels are left aside"),
    ],
)
def test_a_head_of_its_own_stands_in(
    spark: SparkSession, small: Settings, tmp_path: Path, labels: tuple[str, str], version: str
) -> None:
    go_live(small, train_from_file(spark, small, _tickets(tmp_path, "priority", labels)))
    found = label(silver(spark), ensure_champion(spark, small)).where("head = 'priority'")
    assert [row.model for row in found.select("model").distinct().collect()] == [version]


@pytest.mark.slow
def test_a_head_that_the_sample_does_not_know_labels_once_it_is_trained(
    spark: SparkSession, small: Settings, tmp_path: Path
) -> None:
    declare(small, "dish", "soup", "cake")
    with pytest.raises(ModelError, match="head dish is missing"):
        ensure_champion(spark, small)
    go_live(small, train_from_file(spark, small, _tickets(tmp_path, "dish", ("soup", "cake"))))
    assert set(evaluate_bundle(spark, small)) == {head.name for head in HEADS}
    found = label(silver(spark), ensure_champion(spark, small)).groupBy("head", "model").count().collect()
    bundle = small.mlflow.registered_model
    assert {row["head"]: row.model for row in found} == {
        **{head.name: bundle for head in HEADS},
        "dish": f"{bundle}-dish",
    }


@pytest.mark.slow
def test_where_every_head_has_its_own_model_there_need_be_no_bundle(
    spark: SparkSession, small: Settings, tmp_path: Path
) -> None:
    Path(small.labelling.taxonomy).write_text("heads:\n", "utf-8")
    declare(small, "dish", "soup", "cake")
    with pytest.raises(ConfigError, match="labels for none of the heads"):
        ensure_champion(spark, small)
    go_live(small, train_from_file(spark, small, _tickets(tmp_path, "dish", ("soup", "cake"))))
    found = label(silver(spark), ensure_champion(spark, small)).select("head", "model").distinct().collect()
    assert [tuple(row) for row in found] == [("dish", f"{small.mlflow.registered_model}-dish")]


def go_live(settings: Settings, made: Registration) -> None:
    """What the gate does with a version that passes."""
    ModelRegistry(settings).promote(made.name, made.version)


def declare(settings: Settings, name: str, *labels: str) -> None:
    """Adds a head to the taxonomy."""
    path = Path(settings.labelling.taxonomy)
    head = f"{{name: {name}, labels: [{', '.join(labels)}], threshold: 0.5, languages: any}}"
    path.write_text(f"{path.read_text('utf-8').rstrip()}\n  - {head}\n", "utf-8")


@pytest.mark.slow
def test_training_s_own_figures_are_those_of_the_registered_model(spark: SparkSession, small: Settings) -> None:
    rows = [(n, la, b if n % 4 else "please answer soon", s, sp, k) for n, la, b, s, sp, k in labelled_rows(180)]
    gold = labelled(spark, rows)
    registry, name = ModelRegistry(small), small.mlflow.registered_model
    trained = train(spark, gold, HEADS, small, SOURCE)
    found = bundle_scores(registry.load(name, registry.register(name, trained)), HEADS, gold, small)
    assert found == {head: systems[OURS] for head, systems in trained.scores.items()}
    assert 0.4 < found["category"].accuracy < 1  # neither hopeless nor trivial


@pytest.mark.slow
def test_evaluate_answers_every_row_in_order(spark: SparkSession, small: Settings, tmp_path: Path) -> None:
    file = _tickets(tmp_path, "topic", ("soup", "cake"))
    go_live(small, train_from_file(spark, small, file))
    rows = evaluate_file(spark, small, file)
    write_predictions(rows, tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert lines[0] == "row,label,predicted,score,abstained"
    assert [line.split(",")[0] for line in lines[1:]] == [str(n) for n in range(60)]
    assert [row.label for row in rows] == [row.predicted for row in rows]


def test_a_head_that_no_model_knows_is_told(spark: SparkSession, small: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No model knows"):
        evaluate_file(spark, small, _tickets(tmp_path, "topic", ("soup", "cake")))


def _tickets(folder: Path, head: str, labels: tuple[str, str]) -> LabelledFile:
    words = {labels[0]: ("onion", "ladle", "broth"), labels[1]: ("flour", "sugar", "oven")}
    lines = ["topic,body"]
    for number in range(60):
        label_ = labels[number % 2]
        distinct = chr(97 + number % 26) * (3 + number // 26)
        lines.append(f"{label_},{distinct} {' '.join(words[label_])} {distinct} {words[label_][number % 3]}")
    path = folder / "tickets.csv"
    path.write_text("\n".join(lines), "utf-8")
    return LabelledFile(path, head, "topic", ("body",))
