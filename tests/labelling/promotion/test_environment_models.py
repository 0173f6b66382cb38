"""The first model, trained once for an environment: what is copied into a lake is what training it there would give."""

from __future__ import annotations

import shutil
from pathlib import Path

import grimp
import pytest
from mlflow import MlflowClient
from mlflow.models import Model
from pyspark.sql import SparkSession

from tests.labelling.builders import labelled, silver, small_settings
from triage.config import Settings
from triage.errors import ModelError
from triage.labelling.data import labelled_rows
from triage.labelling.models import Champion
from triage.labelling.promotion import bundle
from triage.labelling.promotion.environment_models import FOLDER_VARIABLE, find_place, read_model
from triage.labelling.promotion.first_model import ensure_champion
from triage.labelling.promotion.first_model_key import CODE, first_model_key
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.registry.stored_model import read_stored
from triage.labelling.serving.inference import label
from triage.labelling.taxonomy import load_taxonomy

_HARMLESS = {
    "triage", "triage.cli", "triage.config", "triage.errors", "triage.paths", "triage.reasons", "triage.yaml_file"
}  # fmt: skip
_HARMLESS_PARTS = (
    "triage.config.",
    "triage.environment.",
    "triage.lake.",
    "triage.mail",
    "triage.monitoring",
    "triage.routing.",
    "triage.privacy.pseudonyms.keys",
    "triage.telemetry",
)
"""Settings (the key has their values), tables, MLflow, paths, logs, the lake's key: no weight or card hangs on them."""


@pytest.fixture(scope="module")
def trained(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Settings]:
    """An environment's folder of models after a first lake trained one on a few rows, and that lake's settings."""
    folder = tmp_path_factory.mktemp("environment")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "read_gold", labelled)
        patch.setenv(FOLDER_VARIABLE, str(folder / "models"))
        settings = small_settings(folder)
        ensure_champion(spark, settings)
    return folder / "models", settings


@pytest.fixture
def models(trained: tuple[Path, Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, which runs of the test use."""
    shutil.copytree(trained[0], tmp_path / "models")
    monkeypatch.setattr(bundle, "read_gold", labelled)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def lake(tmp_path: Path) -> Settings:
    """Settings of a new lake."""
    (tmp_path / "lake-of-test").mkdir()
    return small_settings(tmp_path / "lake-of-test")


def place_of(settings: Settings) -> Path:
    place = find_place(settings, load_taxonomy(settings))
    assert place is not None
    return place


def forbid_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def train(*_: object) -> None:
        raise AssertionError("the model was trained again")

    monkeypatch.setattr(bundle, "train_first", train)


def labels(spark: SparkSession, champion: Champion) -> list[str]:
    return sorted(map(str, label(silver(spark), champion).drop("labelled_at").collect()))


def run_of(settings: Settings) -> tuple[dict[str, str], dict[str, float], list[str]]:
    """Parameters and figures of the training's run, and the names of the runs below it."""
    client = MlflowClient(settings.tracking_uri, settings.tracking_uri)
    version = client.get_model_version(settings.mlflow.registered_model, "1")
    assert version.run_id is not None
    run = client.get_run(version.run_id)
    trials = client.search_runs(
        [run.info.experiment_id], f"tags.mlflow.parentRunId = '{version.run_id}'", order_by=["start_time"]
    )
    return run.data.params, run.data.metrics, [str(trial.info.run_name) for trial in trials]


def folder_of(settings: Settings) -> Path:
    (file,) = Path(f"{settings.lake.root}.mlflow").rglob("labels/MLmodel")
    return file.parent


def files_of(folder: Path) -> dict[str, bytes]:
    """What counts of a model: its weights and its description."""
    parts = [*folder.rglob("sparkml/**/*"), *folder.rglob("family/*"), folder / "model.json"]
    named = {str(part.relative_to(folder)): part for part in parts if part.is_file()}
    return {name: path.read_bytes() for name, path in named.items()}


@pytest.mark.slow
def test_a_new_lake_gets_a_copy(
    spark: SparkSession,
    trained: tuple[Path, Settings],
    models: Path,
    lake: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forbid_training(monkeypatch)
    copied, first = ensure_champion(spark, lake), trained[1]

    assert labels(spark, copied) == labels(spark, ensure_champion(spark, first))
    assert files_of(folder_of(lake)) == files_of(folder_of(first))
    assert run_of(lake) == run_of(first)
    about = Model.load(str(folder_of(lake) / "MLmodel"))
    version = ModelRegistry(lake)._client.get_model_version(lake.mlflow.registered_model, "1")
    assert about.run_id == version.run_id
    assert Model.load(str(folder_of(first) / "MLmodel")).run_id != about.run_id
    assert [path for path in models.iterdir() if path.is_dir()] == [place_of(lake)]


@pytest.mark.slow
def test_a_lake_without_an_environment_trains_an_equal_model(
    spark: SparkSession, trained: tuple[Path, Settings], lake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "read_gold", labelled)
    champion = ensure_champion(spark, lake)
    assert labels(spark, champion) == labels(spark, ensure_champion(spark, trained[1]))


@pytest.mark.slow
def test_without_a_folder_that_can_be_written_each_lake_trains_its_own(
    spark: SparkSession, models: Path, lake: Settings
) -> None:
    shutil.rmtree(models)
    models.write_text("a file, so that nothing can be written below it")
    assert ensure_champion(spark, lake).version == "1"
    assert models.is_file()


@pytest.mark.slow
def test_a_changed_file_is_found_and_the_model_trained_again(spark: SparkSession, models: Path, lake: Settings) -> None:
    stored = read_stored(place_of(lake))
    file = stored.folder / "model.json"
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(ModelError, match=r"model\.json was changed"):
        stored.copy_to(models / "copy", "run")
    assert read_model(place_of(lake)) is None
    assert ensure_champion(spark, lake).version == "1"
    assert read_model(place_of(lake)) is not None


@pytest.mark.slow
def test_what_a_killed_start_leaves_does_not_count(models: Path, lake: Settings) -> None:
    place = place_of(lake)
    assert read_model(place) is not None
    (place / "training.json").unlink()
    assert read_model(place) is None


def test_the_key_changes_with_what_the_model_is_made_of(
    trained: tuple[Path, Settings], lake: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taxonomy = load_taxonomy(lake)
    key = first_model_key(lake, taxonomy)
    assert first_model_key(trained[1], load_taxonomy(trained[1])) == key
    seeded = lake.model_copy(update={"labelling": lake.labelling.model_copy(update={"seed": 8})})
    heads = taxonomy.model_copy(update={"heads": taxonomy.heads[:1]})
    keys = [first_model_key(seeded, taxonomy), first_model_key(lake, heads)]
    (tmp_path / "gold").write_bytes(b"other rows")
    monkeypatch.setattr(labelled_rows, "GOLD", tmp_path / "gold")
    keys.append(first_model_key(lake, taxonomy))
    assert len({key, *keys}) == 4


def test_the_key_has_all_code_that_the_model_is_made_of() -> None:
    graph = grimp.build_graph("triage")
    parts = tuple("triage." + part.removesuffix(".py").replace("/", ".") for part in CODE)
    used = graph.find_upstream_modules("triage.labelling.promotion.bundle")
    assert [one for one in used - _HARMLESS if not one.startswith((*parts, *_HARMLESS_PARTS))] == []
