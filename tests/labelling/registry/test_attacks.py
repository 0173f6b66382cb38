"""A registry whose files or records somebody else wrote: nothing of it runs, and the last good version labels."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyspark.sql import SparkSession

from tests.labelling.builders import small_settings
from triage.config import Settings
from triage.errors import ModelError
from triage.labelling.models import Champion
from triage.labelling.registry.champion import champion_in_force
from triage.labelling.registry.manifest import write_manifest
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.serving.copies import copy_version
from triage.labelling.taxonomy import load_taxonomy
from triage.labelling.training.result import TrainedModel

NAME = "triage-labels"
DIGEST = "manifest_sha256"


class Touch:
    """A pickle that makes a file where it is loaded."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.marker}",)


@pytest.fixture(scope="module")
def lake(trained: TrainedModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with two good versions; read only."""
    folder = tmp_path_factory.mktemp("attacked")
    registry = ModelRegistry(small_settings(folder))
    for version in ("1", "2"):
        assert registry.register(NAME, trained) == version
        registry.promote(NAME, version)
    return folder


class Attacked:
    """A copy of the lake whose champion, version 2, somebody changes."""

    def __init__(self, settings: Settings, folder: Path, marker: Path) -> None:
        self.registry = ModelRegistry(settings)
        self.folder = folder
        self.marker = marker

    def sign(self) -> None:
        """Whoever changed the files changes the manifest and the registry's record of it, too."""
        self.registry._client.set_model_version_tag(NAME, "2", DIGEST, write_manifest(self.folder))

    def champion(self) -> Champion:
        settings = self.registry.settings

        def none() -> str:
            raise AssertionError

        return champion_in_force(self.registry, load_taxonomy(settings), settings, none)


@pytest.fixture
def attacked(lake: Path, tmp_path: Path) -> Attacked:
    database = tmp_path / "lake.mlflow"
    shutil.copytree(lake / "lake.mlflow", database)
    settings = small_settings(tmp_path)
    registry = ModelRegistry(settings)
    source = str(registry._client.get_model_version(NAME, "2").source)
    shutil.copytree(source.removeprefix("file://"), tmp_path / "changed")
    _move(database, source, (tmp_path / "changed").as_uri())
    return Attacked(settings, tmp_path / "changed", tmp_path / "marker")


def _move(database: Path, source: str, target: str) -> None:
    import sqlite3

    with sqlite3.connect(database / "mlflow.db") as connection:
        query = "UPDATE model_versions SET source = ?, storage_location = ? WHERE source = ?"
        assert connection.execute(query, (target, target, source)).rowcount == 1
    connection.close()


def edit_mlmodel(at: Attacked, flavor: str, **changes: Any) -> None:
    content = yaml.safe_load((at.folder / "MLmodel").read_text("utf-8"))
    content["flavors"].setdefault(flavor, {}).update(changes)
    (at.folder / "MLmodel").write_text(yaml.safe_dump(content), "utf-8")


def edit_stage(at: Attacked, kind: str, change: Callable[[dict[str, Any]], None]) -> None:
    stages = (at.folder / "sparkml" / "stages").glob(f"*{kind}*/metadata/part-00000")
    file = min(stages)
    content = json.loads(file.read_text("utf-8"))
    change(content)
    file.write_text(json.dumps(content), "utf-8")
    for checksum in file.parent.glob(".*.crc"):
        checksum.unlink()


def pickle_for_a_model(at: Attacked) -> None:
    shutil.rmtree(at.folder)
    at.folder.mkdir()
    (at.folder / "python_model.pkl").write_bytes(pickle.dumps(Touch(at.marker)))
    text = {"flavors": {"python_function": {"loader_module": "mlflow.sklearn", "model_path": "python_model.pkl"}}}
    (at.folder / "MLmodel").write_text(yaml.safe_dump(text), "utf-8")
    at.sign()


def pickle_beside(at: Attacked) -> None:
    (at.folder / "family").mkdir()
    (at.folder / "family" / "learner.skops").write_bytes(pickle.dumps(Touch(at.marker)))
    at.sign()


def pickled_array(at: Attacked) -> None:
    (at.folder / "seen_rows.npz").write_bytes(pickle.dumps(Touch(at.marker)))
    at.sign()


def loader_of_its_own(at: Attacked) -> None:
    (at.folder / "evil.py").write_text(f"open({str(at.marker)!r}, 'w')\ndef _load_pyfunc(path): ...\n", "utf-8")
    edit_mlmodel(at, "python_function", loader_module="evil", code=".")
    at.sign()


def conda(at: Attacked) -> None:
    edit_mlmodel(at, "python_function", env={"conda": "conda.yaml"})
    at.sign()


def swapped(at: Attacked) -> None:
    """The manifest stays, a file is another one."""
    (at.folder / "model.json").write_text((at.folder / "model.json").read_text("utf-8").replace("billing", "hr"))


def swapped_with_manifest(at: Attacked) -> None:
    swapped(at)
    write_manifest(at.folder)


def unrecorded(at: Attacked) -> None:
    at.registry._client.delete_model_version_tag(NAME, "2", DIGEST)


def linked(at: Attacked) -> None:
    shutil.copytree(at.folder / "sparkml", at.folder.parent / "elsewhere")
    shutil.rmtree(at.folder / "sparkml")
    (at.folder / "sparkml").symlink_to(at.folder.parent / "elsewhere")


def climbing_manifest(at: Attacked) -> None:
    content = json.loads((at.folder / "manifest.json").read_text("utf-8"))
    content["files"]["../secret"] = "0" * 64
    (at.folder / "manifest.json").write_text(json.dumps(content), "utf-8")


def climbing_stage(at: Attacked) -> None:
    file = at.folder / "sparkml" / "metadata" / "part-00000"
    content = json.loads(file.read_text("utf-8"))
    content["paramMap"]["stageUids"][0] = "../../../../elsewhere"
    file.write_text(json.dumps(content), "utf-8")
    at.sign()


def stage_of_python(at: Attacked) -> None:
    """Spark's own reader would import this module and call its `load`."""
    edit_stage(at, "HashingTF", lambda content: content.update({"class": "evil.Model"}))
    at.sign()


def stage_of_the_jvm(at: Attacked) -> None:
    kind = "org.apache.spark.ml.feature.RFormulaModel"
    edit_stage(at, "HashingTF", lambda content: content.update({"class": kind}))
    at.sign()


def statement_that_calls_java(at: Attacked) -> None:
    call = f"SELECT *, java_method('java.lang.Runtime', 'exec', 'touch {at.marker}') AS a FROM __THIS__"
    edit_stage(at, "SQLTransformer", lambda content: content["paramMap"].update(statement=call))
    at.sign()


def huge(at: Attacked) -> None:
    with (at.folder / "model.json").open("r+b") as file:
        file.truncate(5 * 2**30)


ATTACKS: tuple[tuple[Callable[[Attacked], None], str], ...] = (
    (pickle_for_a_model, "is no file of a label model"),
    (pickle_beside, "learner.skops is no archive of arrays"),
    (pickled_array, "seen_rows.npz is no archive of arrays"),
    (loader_of_its_own, "evil.py is no file of a label model"),
    (conda, "flavor that this project does not write"),
    (swapped, "model.json was changed"),
    (swapped_with_manifest, "manifest is not the one that was registered"),
    (unrecorded, "does not record the SHA-256"),
    (linked, "sparkml is a link or no file"),
    (climbing_manifest, "manifest is not the one that was registered"),
    (climbing_stage, "a stage has a name that is not accepted"),
    (stage_of_python, "a stage is of a class that is not accepted"),
    (stage_of_the_jvm, "a stage is of a class that is not accepted"),
    (statement_that_calls_java, "SQL statement that is not accepted"),
    (huge, "more than 4,294,967,296 bytes"),
)


@pytest.mark.slow
@pytest.mark.parametrize(("attack", "told"), ATTACKS, ids=[attack.__name__ for attack, _ in ATTACKS])
def test_it_is_refused_and_the_last_good_version_labels(
    spark: SparkSession, attacked: Attacked, attack: Callable[[Attacked], None], told: str, tmp_path: Path
) -> None:
    attack(attacked)
    champion = attacked.champion()
    assert champion.version == "1"
    assert f"{NAME} version 2 cannot be used" in champion.alerts[0]
    assert told in champion.alerts[0]
    assert not attacked.marker.exists()
    assert str(tmp_path) not in champion.alerts[0]


@pytest.mark.slow
@pytest.mark.parametrize("attack", [pickle_for_a_model, loader_of_its_own, conda, swapped_with_manifest, linked])
def test_it_is_not_served(
    spark: SparkSession, attacked: Attacked, attack: Callable[[Attacked], None], tmp_path: Path
) -> None:
    attack(attacked)
    with pytest.raises(ModelError):
        copy_version(attacked.registry.settings, "champion", tmp_path / "served")
    assert not attacked.marker.exists()


@pytest.mark.slow
def test_unchanged_it_labels(spark: SparkSession, attacked: Attacked) -> None:
    champion = attacked.champion()
    assert (champion.version, champion.alerts) == ("2", ())
