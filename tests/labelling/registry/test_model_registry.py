"""What the registry keeps of a model, and which version labels when one is not as it was registered."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlparse

import pytest
from pyspark.sql import SparkSession

from tests.labelling.builders import HEADS, SOURCE, labelled, silver, small_settings
from triage.config import PROJECT, Settings
from triage.errors import ModelError
from triage.labelling.models import Champion
from triage.labelling.registry.champion import champion_in_force
from triage.labelling.registry.manifest import write_manifest
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.serving.inference import label
from triage.labelling.taxonomy import load_taxonomy
from triage.labelling.training.result import TrainedModel
from triage.labelling.training.train import train

NAME = "triage-labels"


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    return small_settings(tmp_path)


@pytest.fixture
def registry(small: Settings) -> ModelRegistry:
    return ModelRegistry(small)


def in_force(registry: ModelRegistry) -> Champion:
    def none() -> str:
        raise AssertionError

    return champion_in_force(registry, load_taxonomy(registry.settings), registry.settings, none)


def folder_of(registry: ModelRegistry, version: str) -> Path:
    """The folder of a version, found by the registry's own record."""
    source = registry._client.get_model_version(NAME, version).source
    return Path(str(source).removeprefix("file://"))


def two_champions(registry: ModelRegistry, trained: TrainedModel) -> None:
    for version in ("1", "2"):
        assert registry.register(NAME, trained) == version
        registry.promote(NAME, version)


@pytest.mark.slow
def test_a_version_says_where_it_comes_from(registry: ModelRegistry, trained: TrainedModel) -> None:
    version = registry.register(NAME, trained)
    folder = folder_of(registry, version)
    found = registry._client.get_model_version(NAME, version)
    run = registry._client.get_run(str(found.run_id))
    lock = hashlib.sha256((PROJECT / "conf" / "requirements.lock").read_bytes()).hexdigest()
    assert found.tags["manifest_sha256"] == hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    assert found.tags["data_digest"] == trained.description.provenance.data_digest == run.data.tags["data_digest"]
    assert found.tags["lock_sha256"] == lock
    assert found.tags["licence"]
    assert found.tags["commit"]
    assert run.data.metrics["category.macro_f1"] == pytest.approx(trained.scores["category"]["this model"].macro_f1)
    assert (folder / "sparkml" / "metadata").is_dir()


@pytest.mark.slow
def test_the_folder_describes_inputs_outputs_and_an_example(registry: ModelRegistry, trained: TrainedModel) -> None:
    from mlflow.models import Model

    folder = folder_of(registry, registry.register(NAME, trained))
    model = Model.load(str(folder))
    example = json.loads((folder / "input_example.json").read_text("utf-8"))
    assert set(model.flavors) == {"python_function", "spark"}
    assert set(model.signature.outputs.input_names()) == {head.name for head in HEADS}
    assert {"subject", "body"} == set(model.signature.inputs.required_input_names())
    assert set(example["columns"]) <= set(model.signature.inputs.input_names())
    described = json.loads((folder / "model.json").read_text("utf-8"))["heads"]
    assert {head["name"] for head in described} == {head.name for head in HEADS}


@pytest.mark.slow
def test_a_new_version_is_the_challenger_until_it_is_champion(registry: ModelRegistry, trained: TrainedModel) -> None:
    registry.register(NAME, trained)
    assert (registry.version_of(NAME, "challenger"), registry.version_of(NAME, "champion")) == ("1", None)
    registry.promote(NAME, "1")
    registry.register(NAME, trained)
    registry.set_alias("shadow", NAME, "2")
    assert [registry.version_of(NAME, a) for a in ("champion", "challenger", "shadow")] == ["1", "2", "2"]
    registry.promote(NAME, "2")
    assert [registry.version_of(NAME, a) for a in ("champion", "challenger", "shadow")] == ["2", None, None]
    assert registry.good_versions(NAME) == ("1",)


def _spoil(folder: Path) -> None:
    (folder / "model.json").write_text("{}", "utf-8")


def _other_form(folder: Path) -> None:
    content = json.loads((folder / "model.json").read_text("utf-8")) | {"form": 99}
    (folder / "model.json").write_text(json.dumps(content), "utf-8")


def _gone(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("harm", "told"),
    [
        pytest.param(_spoil, "was changed", id="manifest"),
        pytest.param(_gone, "no manifest", id="files gone"),
    ],
)
def test_a_refused_champion_is_stood_in_for_by_the_last_good_one(
    spark: SparkSession,
    registry: ModelRegistry,
    trained: TrainedModel,
    caplog: pytest.LogCaptureFixture,
    harm: Callable[[Path], None],
    told: str,
) -> None:
    two_champions(registry, trained)
    harm(folder_of(registry, "2"))
    champion = in_force(registry)
    assert champion.version == "1"
    assert f"{NAME} version 2 cannot be used" in champion.alerts[0] and told in champion.alerts[0]
    assert f"{NAME} version 1" in champion.alerts[1]
    assert all(alert in caplog.text for alert in champion.alerts)
    assert {row.model_version for row in label(silver(spark), champion).select("model_version").collect()} == {"1"}
    assert registry.champion_version(NAME) == "2"


@pytest.mark.slow
def test_a_form_that_is_not_known_is_refused_though_its_digests_hold(
    registry: ModelRegistry, trained: TrainedModel
) -> None:
    two_champions(registry, trained)
    folder = folder_of(registry, "2")
    _other_form(folder)
    registry._client.set_model_version_tag(NAME, "2", "manifest_sha256", write_manifest(folder))
    champion = in_force(registry)
    assert champion.version == "1"
    assert "model.json has an unknown form" in champion.alerts[0]


@pytest.mark.slow
def test_labels_that_the_taxonomy_does_not_know_are_refused(
    spark: SparkSession, registry: ModelRegistry, trained: TrainedModel
) -> None:
    fewer = train(spark, labelled(spark), HEADS[:1], registry.settings, SOURCE)
    registry.promote(NAME, registry.register(NAME, trained))
    registry.promote(NAME, registry.register(NAME, fewer))
    champion = in_force(registry)
    assert champion.version == "1"
    assert "head priority is missing" in champion.alerts[0]


@pytest.mark.slow
def test_a_champion_named_by_hand_falls_back_to_the_one_that_a_run_used(
    registry: ModelRegistry, trained: TrainedModel
) -> None:
    registry.promote(NAME, registry.register(NAME, trained))
    assert in_force(registry).alerts == ()
    registry.register(NAME, trained)
    registry.set_alias("champion", NAME, "2")
    _spoil(folder_of(registry, "2"))
    assert in_force(registry).version == "1"


@pytest.mark.slow
def test_with_no_good_version_the_run_ends(registry: ModelRegistry, trained: TrainedModel) -> None:
    two_champions(registry, trained)
    for version in ("1", "2"):
        _spoil(folder_of(registry, version))
    with pytest.raises(ModelError, match=r"version 2 cannot be used.*version 1 cannot be used"):
        in_force(registry)


@pytest.mark.slow
def test_a_refused_head_of_its_own_leaves_the_bundle_to_decide(registry: ModelRegistry, trained: TrainedModel) -> None:
    registry.promote(NAME, registry.register(NAME, trained))
    own = f"{NAME}-priority"
    registry.promote(own, registry.register(own, trained))
    assert set(in_force(registry).single) == {"priority"}
    source = registry._client.get_model_version(own, "1").source
    _spoil(Path(str(source).removeprefix("file://")))
    champion = in_force(registry)
    assert champion.single == {}
    assert f"{own} version 1 cannot be used" in champion.alerts[0]


@pytest.mark.slow
def test_a_downloaded_copy_is_checked_each_time_and_fetched_again(
    registry: ModelRegistry, trained: TrainedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from triage.labelling.registry import artifacts

    version = registry.register(NAME, trained)
    folder = folder_of(registry, version)
    monkeypatch.setattr(artifacts, "urlparse", lambda uri: urlparse("far://away"))
    registry.load(NAME, version)
    copies = list(Path(f"{registry.settings.lake.root}.mlflow/models").rglob("model.json"))
    assert len(copies) == 1
    _spoil(copies[0].parent)
    assert registry.load(NAME, version).heads == {head.name: head.labels for head in HEADS}
    _spoil(folder)
    _spoil(copies[0].parent)
    with pytest.raises(ModelError):
        registry.load(NAME, version)


@pytest.mark.slow
def test_a_disk_that_is_full_is_not_told_as_missing_files(registry: ModelRegistry, trained: TrainedModel) -> None:
    version = registry.register(NAME, trained)

    def copy(folder: Path, digest: str) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left") as raised:
        registry.read(NAME, version, copy)
    assert raised.value.errno == errno.ENOSPC
