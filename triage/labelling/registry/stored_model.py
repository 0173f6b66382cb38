"""A trained model outside a registry: its folder and the record of its training."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from triage.errors import ModelError
from triage.labelling.registry.artifacts import ARTIFACT
from triage.labelling.registry.manifest import check_manifest, write_manifest
from triage.labelling.registry.training_record import Record, TrainingRecord

_FILE = "training.json"


class _Content(Record):
    manifest_sha256: str
    training: TrainingRecord


@dataclass(frozen=True)
class StoredModel:
    """A model's folder, the digest of its manifest and the record of its training."""

    folder: Path
    digest: str
    record: TrainingRecord

    def copy_to(self, folder: Path, run_id: str) -> str:
        """Copies the model to an empty folder as a model of that run, and returns the SHA-256 of its manifest.

        The copy is validated, not the original, which could change between validation and copy.
        Raises ModelError unless the copy is what was stored.
        """
        from mlflow.models import Model

        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        check_manifest(folder, self.digest)
        model = Model.load(str(folder / "MLmodel"))
        model.run_id = run_id
        model.save(str(folder / "MLmodel"))
        return write_manifest(folder)


def write_stored(place: Path, digest: str, record: TrainingRecord) -> StoredModel:
    """Writes the record beside the model's folder, which is `ARTIFACT` below `place`."""
    content = _Content(manifest_sha256=digest, training=record)
    (place / _FILE).write_text(content.model_dump_json(indent=1) + "\n", "utf-8")
    return StoredModel(place / ARTIFACT, digest, record)


def read_stored(place: Path) -> StoredModel:
    """The model that `write_stored` completed.

    Raises FileNotFoundError where there is none, ModelError where it is broken.
    """
    try:
        content = _Content.model_validate_json((place / _FILE).read_bytes())
    except ValidationError:
        raise ModelError(
            "The record of a stored label model cannot be read.",
            where=str(place / _FILE),
            remedy="Remove its folder; the next run trains the model again.",
        ) from None
    stored = StoredModel(place / ARTIFACT, content.manifest_sha256, content.training)
    check_manifest(stored.folder, stored.digest)
    return stored
