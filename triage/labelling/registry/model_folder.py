"""Writes and reads a model's folder: Spark's pipeline, its family's files, model.json, card, MLmodel, and manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING

from pydantic import ValidationError
from pyspark.ml import PipelineModel

from triage.config import Settings
from triage.errors import ModelError
from triage.labelling import description as model_json
from triage.labelling.description import ModelDescription
from triage.labelling.families import check_family
from triage.labelling.registry.format.mlmodel import LOADER
from triage.labelling.registry.manifest import check_form, check_manifest, write_manifest
from triage.labelling.registry.pipeline_files import read_pipeline, write_pipeline
from triage.labelling.registry.seen_rows import FILE as SEEN_ROWS
from triage.labelling.registry.signature import EXAMPLE, signature
from triage.labelling.taxonomy import load_taxonomy
from triage.monitoring.profiles import profile_file
from triage.monitoring.profiles.profile_file import ModelProfile
from triage.monitoring.profiles.stored import taxonomy_version

if TYPE_CHECKING:
    from triage.labelling.training.result import TrainedModel  # brings all that learns with it

SPARK = "sparkml"
FAMILY = "family"
"""Folder of the files that a family has in addition to the pipeline."""

_EXAMPLE = "input_example.json"
_SERVED_EXAMPLE = "serving_input_example.json"
_PACKAGES = (
    "mlflow",
    "pyspark",
    "spark-nlp",
    "pandas",
    "numpy",
    "pydantic",
    "PyYAML",
    "scikit-learn",
    "skops",
)


def write_folder(
    folder: Path,
    pipeline: PipelineModel,
    description: ModelDescription,
    cards: Mapping[str, str],
    settings: Settings,
    run_id: str | None = None,
    *,
    files: Mapping[str, bytes] | None = None,
    profile: ModelProfile | None = None,
    seen_rows: bytes | None = None,
) -> str:
    """Writes a model to an empty folder and returns the SHA-256 of its manifest.

    `cards` has the texts of the model card, `files` the files of the model's family, both by file name; `profile` is
    that of its labelled rows, `seen_rows` what `write_seen_rows` gave.
    """
    write_pipeline(pipeline, folder / SPARK, settings)
    _write_files(folder / FAMILY, files or {})
    (folder / model_json.FILE).write_text(description.model_dump_json(indent=1) + "\n", "utf-8")
    for name, text in cards.items():
        (folder / name).write_text(text, "utf-8")
    if profile is not None:
        (folder / profile_file.FILE).write_bytes(profile_file.write_profile(profile))
    if seen_rows is not None:
        (folder / SEEN_ROWS).write_bytes(seen_rows)
    _write_environment(folder)
    _write_mlmodel(folder, description, run_id)
    return write_manifest(folder)


def read_folder(
    folder: Path, settings: Settings, digest: str | None = None
) -> tuple[PipelineModel, ModelDescription, Mapping[str, bytes], ModelProfile | None]:
    """The pipeline, description, family's files and profile of a folder that matches its manifest.

    `digest` is the manifest's SHA-256, where it is known. Raises ModelError when a file is missing, added or
    changed, or is none that a model has, the family is unknown, or the folder cannot be read.
    """
    check_manifest(folder, digest)
    check_form(folder)
    description = read_description(folder)
    files = _read_files(folder / FAMILY)
    check_family(description.family, files)
    return read_pipeline(folder / SPARK, settings), description, files, read_model_profile(folder)


def read_description(folder: Path) -> ModelDescription:
    """The content of model.json. Raises ModelError when it is missing or has an unknown form."""
    file = folder / model_json.FILE
    try:
        return ModelDescription.model_validate_json(file.read_bytes())
    except OSError as fault:
        what = f"model.json cannot be read: {fault.strerror}"
    except ValidationError as fault:
        first = fault.errors(include_input=False, include_url=False)[0]
        what = f"model.json has an unknown form, at {'.'.join(map(str, first['loc'])) or 'its top'}"
    raise ModelError(
        f"The label model is not valid: {what}.",
        where=str(folder),
        remedy="Use the code that wrote it, or train a new version with jobs/train.py.",
    )


def profile_of_training(trained: TrainedModel, settings: Settings) -> ModelProfile:
    """The profile of a model's labelled rows, with the taxonomy in force."""
    heads = {head.name: head.labels for head in load_taxonomy(settings)}
    return ModelProfile(trained.profile, taxonomy_version(heads))


def read_model_profile(folder: Path) -> ModelProfile | None:
    """The profile of the model's labelled rows; None for a model that has none, as those of earlier code."""
    file = folder / profile_file.FILE
    return profile_file.read_profile(file.read_bytes()) if file.is_file() else None


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    if files:
        folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _read_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.is_dir() else {}


def _write_environment(folder: Path) -> None:
    """The packages that `mlflow` installs unless it uses the local environment, which also has this project."""
    lines = [f"{package}=={version(package)}" for package in _PACKAGES]
    (folder / "requirements.txt").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "python_env.yaml").write_text(
        f"python: {python_version()}\nbuild_dependencies: []\ndependencies:\n- -r requirements.txt\n", "utf-8"
    )


def _write_mlmodel(folder: Path, description: ModelDescription, run_id: str | None) -> None:
    import mlflow.pyfunc
    from mlflow.models import Model

    record = {"columns": list(EXAMPLE), "data": [list(EXAMPLE.values())]}
    (folder / _EXAMPLE).write_text(json.dumps(record), "utf-8")
    (folder / _SERVED_EXAMPLE).write_text(json.dumps({"dataframe_split": record}), "utf-8")
    model = Model(artifact_path=folder.name, run_id=run_id, signature=signature(description))
    model.saved_input_example_info = {
        "artifact_path": _EXAMPLE,
        "serving_input_path": _SERVED_EXAMPLE,
        "type": "dataframe",
        "pandas_orient": "split",
    }
    mlflow.pyfunc.add_to_model(model, loader_module=LOADER, python_env="python_env.yaml")
    model.add_flavor("spark", pyspark_version=version("pyspark"), model_data=SPARK, code=None)
    model.save(str(folder / "MLmodel"))
