"""First models of this environment: trained once, stored beside its packages, and copied into each new lake.

The launcher names the folder in TRIAGE_MODELS (`.env/models`). Without it, or where it cannot be written, each lake
trains its own.
"""

from __future__ import annotations

import logging
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from triage.config import Settings
from triage.errors import ModelError
from triage.labelling.promotion.first_model_key import first_model_key
from triage.labelling.registry.artifacts import ARTIFACT, staging
from triage.labelling.registry.model_folder import profile_of_training, write_folder
from triage.labelling.registry.stored_model import StoredModel, read_stored, write_stored
from triage.labelling.registry.training_record import record_of
from triage.labelling.taxonomy import Taxonomy

if TYPE_CHECKING:
    from triage.labelling.training.result import TrainedModel  # brings all that learns with it

FOLDER_VARIABLE = "TRIAGE_MODELS"

_log = logging.getLogger(__name__)
_LOCK_SECONDS = 900
"""Longer than a training takes; whoever waited for that long trains itself."""


def find_place(settings: Settings, taxonomy: Taxonomy) -> Path | None:
    """The folder of the model that these settings lead to; None without an environment."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return Path(folder) / first_model_key(settings, taxonomy) if folder else None


@contextmanager
def exclusive(place: Path | None) -> Iterator[None]:
    """One training at a time; others wait and then find the model. No lock where none can be had."""
    lock = _lock(place)
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def read_model(place: Path | None) -> StoredModel | None:
    """The stored model; None where there is none, or where its files are not those of its manifest."""
    if place is None:
        return None
    try:
        return read_stored(place)
    except ModelError as fault:
        _log.warning("%s It is trained again.", fault.what)
    except OSError:
        pass
    return None


def write_model(
    place: Path | None, trained: TrainedModel, cards: Mapping[str, str], settings: Settings
) -> StoredModel | None:
    """Stores a trained model; None where it cannot be stored, which fails no run.

    A folder beside is filled and renamed, so that a killed run leaves nothing that counts as a model.
    """
    if place is None:
        return None
    partial = place.with_name(f".{place.name}.{uuid.uuid4().hex}")
    try:
        partial.mkdir(parents=True)
        _fill(partial, trained, cards, settings)
        shutil.rmtree(place, ignore_errors=True)
        partial.rename(place)
    except OSError as fault:
        _log.info("The first model is not stored for other lakes: %s.", fault.strerror)
        return None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return read_model(place)


def _fill(partial: Path, trained: TrainedModel, cards: Mapping[str, str], settings: Settings) -> None:
    """Fills `partial` by way of the lake's staging folder.

    Executors on other nodes write a pipeline's files, and need not see `partial`.
    """
    with staging(settings) as folder:
        pipeline, description = trained.pipeline, trained.description
        profile = profile_of_training(trained, settings)
        digest = write_folder(folder, pipeline, description, cards, settings, files=trained.files, profile=profile)
        shutil.copytree(folder, partial / ARTIFACT)
    write_stored(partial, digest, record_of(trained))


def _lock(place: Path | None) -> FileLock | None:
    if place is None:
        return None
    lock = FileLock(f"{place}.lock", timeout=_LOCK_SECONDS)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError:  # a folder that is read only; filelock's Timeout is one, too
        return None
    return lock
