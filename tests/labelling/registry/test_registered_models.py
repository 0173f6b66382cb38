"""What the registry says of its models, over a real MLflow store in a sqlite file; no Spark."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.labelling.mlmodel import write_mlmodel
from triage.config import Settings, load_settings
from triage.labelling.description import FILE, HeadDescription, ModelDescription, Provenance, Threshold
from triage.labelling.registry.manifest import write_manifest
from triage.labelling.registry.registered_models import registered_models
from triage.monitoring.tracking import open_client

HEADS = ("category", "kind")
BUNDLE = "triage-labels"

pytestmark = pytest.mark.slow  # MLflow takes seconds to make a store


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without models: MLflow takes seconds to make one."""
    lake = tmp_path_factory.mktemp("store") / "lake"
    open_client(load_settings(overrides=[f"lake.root={lake}"]))
    return Path(f"{lake}.mlflow")


@pytest.fixture
def with_store(settings: Settings, empty_store: Path) -> Settings:
    shutil.copytree(empty_store, f"{settings.lake.root}.mlflow")
    return settings


def description(heads: Sequence[str], threshold: float) -> ModelDescription:
    made = [
        HeadDescription(name=name, labels=("a", "b"), candidate="terms", threshold=Threshold(default=threshold))
        for name in heads
    ]
    provenance = Provenance(
        data="file", data_digest="d", rows=9, seed=7, commit="unknown", lock_sha256="l", licence="CC0"
    )
    return ModelDescription(heads=tuple(made), provenance=provenance)


def register(
    settings: Settings, name: str, folder: Path, heads: Sequence[str], threshold: float, alias: str = "champion"
) -> str:
    """The digest of the manifest of a version that holds no weights."""
    folder.mkdir(parents=True)
    (folder / FILE).write_text(description(heads, threshold).model_dump_json(), "utf-8")
    write_mlmodel(folder)
    digest = write_manifest(folder)
    client = open_client(settings)
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    tags = {"manifest_sha256": digest, "licence": "CC0"}
    version = client.create_model_version(name, folder.as_uri(), tags=tags)
    client.set_registered_model_alias(name, alias, version.version)
    return digest


def test_all_versions_are_listed_with_aliases_and_provenance(with_store: Settings, tmp_path: Path) -> None:
    register(with_store, BUNDLE, tmp_path / "one", HEADS, 0.5, alias="challenger")
    digest = register(with_store, BUNDLE, tmp_path / "two", HEADS, 0.6)
    register(with_store, f"{BUNDLE}-kind", tmp_path / "three", ["kind"], 0.7)
    register(with_store, f"{BUNDLE}2", tmp_path / "four", HEADS, 0.8)
    found = registered_models(with_store, HEADS)
    assert [(v.name, v.version, v.aliases) for v in found.versions] == [
        (BUNDLE, "2", ("champion",)),
        (BUNDLE, "1", ("challenger",)),
        (f"{BUNDLE}-kind", "1", ("champion",)),
    ]
    assert found.versions[0].digest == digest
    assert found.versions[0].tags["licence"] == "CC0"
    assert found.versions[0].registered_at is not None


def test_no_page_of_a_long_registry_is_left_out(with_store: Settings, tmp_path: Path) -> None:
    """MLflow gives a hundred models a page."""
    client = open_client(with_store)
    for number in range(101):
        client.create_registered_model(f"another-{number:03}")
    register(with_store, BUNDLE, tmp_path / "model", HEADS, 0.5)
    assert [version.name for version in registered_models(with_store, HEADS).versions] == [BUNDLE]


def test_a_head_with_a_model_of_its_own_is_decided_by_it(with_store: Settings, tmp_path: Path) -> None:
    register(with_store, BUNDLE, tmp_path / "bundle", HEADS, 0.5)
    register(with_store, f"{BUNDLE}-kind", tmp_path / "kind", ["kind"], 0.7)
    heads = registered_models(with_store, HEADS).heads
    assert {head: (model.name, found.threshold.default) for head, (model, found) in heads.items()} == {
        "category": (BUNDLE, 0.5),
        "kind": (f"{BUNDLE}-kind", 0.7),
    }


def test_a_champion_whose_files_were_changed_is_a_fault_and_describes_nothing(
    with_store: Settings, tmp_path: Path
) -> None:
    register(with_store, BUNDLE, tmp_path / "model", HEADS, 0.5)
    (tmp_path / "model" / FILE).write_text(description(HEADS, 0.1).model_dump_json(), "utf-8")
    found = registered_models(with_store, HEADS)
    assert found.heads == {}
    assert f"{BUNDLE} version 1, the champion, cannot be used" in found.faults["heads"]
    assert [version.version for version in found.versions] == ["1"]


def test_no_store_is_no_model_and_none_is_made(settings: Settings, tmp_path: Path) -> None:
    found = registered_models(settings, HEADS)
    assert (found.versions, found.faults) == ((), {})
    assert not Path(f"{settings.lake.root}.mlflow").exists()


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9"], ids=["nobody listens"])
def test_a_server_that_does_not_answer_is_a_fault_without_its_address(settings: Settings, uri: str) -> None:
    mlflow = settings.mlflow.model_copy(update={"tracking_uri": uri})
    found = registered_models(settings.model_copy(update={"mlflow": mlflow}), HEADS)
    assert "does not answer" in found.faults["models"]
    assert uri not in found.faults["models"]
