"""What lies beside the lake: MLflow's database and artifacts, reports, the review page's journal."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from triage.backup.contents.sqlite import copy_database
from triage.backup.contents.store_files import FileStore
from triage.backup.repository.manifest import Entry, Omission, Place
from triage.config import Settings
from triage.lake.review_journal import journal_file, review_folder
from triage.paths import file_digest, without_credentials

_SQLITE = re.compile(r"sqlite(?:\+\w+)?:///(?!:memory:)([^?]+)")
DATABASE, ARTIFACTS = "mlflow.db", "artifacts"


def database_file(settings: Settings) -> Path | None:
    """MLflow's SQLite file; None where it records elsewhere."""
    match = _SQLITE.match(settings.tracking_uri)
    return Path(match[1]) if match else None


def tracking_server(settings: Settings) -> str:
    """Where MLflow records, without credentials and options."""
    return without_credentials(settings.tracking_uri)[0].partition("?")[0]


def store_journal(settings: Settings, files: FileStore) -> Iterator[Entry]:
    """Answers that wait for the lake.

    To be stored before the tables: an answer that comes to the lake between the two is in both then, which its
    `correction_id` shows, and never in neither.
    """
    file = journal_file(review_folder(settings.lake.root))
    if file.is_file():
        yield _database("review", file.name, file, files)


def store_mlflow(settings: Settings, files: FileStore) -> Iterator[Entry]:
    """MLflow's database, and after it its artifacts, which are there before the database names them.

    To be stored after the tables, so that the models that their rows name are in it.
    """
    file = database_file(settings)
    if file is None or not file.is_file():
        return
    yield _database("mlflow", DATABASE, file, files)
    yield from store_folder("mlflow", file.parent / ARTIFACTS, files, below=f"{ARTIFACTS}/")


def store_folder(place: Place, folder: Path, files: FileStore, *, below: str = "") -> Iterator[Entry]:
    """All files of a folder; one that is removed meanwhile is left out."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink() and not file.name.endswith((".draft", ".lock")):
            try:
                yield files.store(place, below + file.relative_to(folder).as_posix(), file)
            except FileNotFoundError:
                continue


def omissions(settings: Settings) -> Iterator[Omission]:
    """What the lake needs and a backup never holds."""
    yield Omission(
        what="the key",
        why="who has a backup must not be able to open the vault: keep the key apart, in two places",
    )
    if database_file(settings) is None:
        yield Omission(
            what=f"MLflow at {tracking_server(settings)}",
            why="it has its own backup: take `pg_dump --format=custom` of its database after this backup, then copy "
            "its artifacts, so that every model that the lake names is in it",
        )
    for what, path in _naming_persons(settings).items():
        sha256 = file_digest(path) if path.is_file() else None
        yield Omission(what=f"{what} {path.name}", why="it names persons in clear", sha256=sha256)


def _naming_persons(settings: Settings) -> dict[str, Path]:
    named = {
        "legal holds": settings.privacy.legal_holds,
        "reviewers": settings.learning.corrections.reviewers,
    }
    return {what: Path(path) for what, path in named.items() if path}


def _database(place: Place, path: str, file: Path, files: FileStore) -> Entry:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy.db")
        copy_database(file, copy)
        return files.store(place, path, copy)
