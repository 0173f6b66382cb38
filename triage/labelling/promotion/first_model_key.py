"""What a first model depends on, as one digest: equal keys mean equal weights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from triage.config import PROJECT, Settings
from triage.labelling.data import labelled_rows
from triage.labelling.taxonomy import Taxonomy

CODE = (
    "labelling",
    "mail/dates.py",
    "mail/word_terms.py",
    "monitoring/profiles",
    "monitoring/report/plots.py",
    "monitoring/value/compute.py",
    "privacy/lexicon/frequency.py",
    "spark/arrow.py",
)
"""Folders and files below triage/ of which the model, its card or its profile is made.

A test compares them with the imports."""

_LOCKS = ("requirements.lock", "jars/jars.lock")


def first_model_key(settings: Settings, taxonomy: Taxonomy) -> str:
    """SHA-256 (32 hex digits) over the sample's gold, the code, the locks, the taxonomy and the relevant settings."""
    content = {
        "gold": [_digest(getattr(labelled_rows, name)) for name in ("GOLD", "PLAIN", "HAND_WRITTEN")],
        "files": {str(file.relative_to(PROJECT)): _digest(file) for file in _files()},
        "taxonomy": taxonomy.model_dump(mode="json"),
        # The taxonomy counts by its content; a first model has one trial whatever is set.
        "settings": settings.labelling.model_dump(mode="json", exclude={"taxonomy": True, "search": {"trials"}}),
        "name": settings.mlflow.registered_model,  # in the card
        "embeddings": list(_embeddings(Path(settings.labelling.embeddings))),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def _files() -> Iterator[Path]:
    yield from (file for name in _LOCKS if (file := PROJECT / "conf" / name).is_file())
    for part in CODE:
        path = PROJECT / "triage" / part
        yield from [path] if path.is_file() else _below(path)


def _below(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc")


def _embeddings(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Name, size and time of change: reading 90 MB would cost more than it tells."""
    for file in sorted(folder.glob("*")):
        about = file.stat()
        yield file.name, about.st_size, about.st_mtime_ns


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
