"""Verifies an erasure: the workers scan every file in the lake and beside it for what is left of a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from triage.config import Settings
from triage.lake.objects.files import ObjectFolder
from triage.lake.review_journal import review_folder
from triage.lake.tables import TABLES, Privacy
from triage.paths import is_local
from triage.privacy.pseudonyms.keys import Keys
from triage.rights.engine.base import Engine
from triage.rights.erasure.file_scan import FileScan, Part, SealedColumns, scan_file
from triage.rights.search.scanner import Scanner, Term, path_words, scanner_of

_SQLITE = re.compile(r"sqlite(?:\+\w+)?:///(?!:memory:)([^?]+)")
_LOCAL = re.compile(r"file:(?://(?:localhost)?)?(?=/)", re.IGNORECASE)
_PART_BYTES, _MOST_PARTS = 4 * 2**20, 64
SEALED_COLUMNS: SealedColumns = {
    table.name: [(c.name, c.context) for c in table.columns if c.privacy is Privacy.SEALED] for table in TABLES
}


@dataclass(frozen=True, slots=True)
class Remnant:
    """Something of a person that is still there: in which file, and which kind of term."""

    owner: int
    file: str
    kind: str


@dataclass(slots=True)
class Verification:
    """What was scanned, what is left of the persons, and which files could not be read."""

    files: int = 0
    bytes: int = 0
    sealed_values: int = 0
    remnants: list[Remnant] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def scanned_files(settings: Settings) -> list[tuple[str, Path, Path]]:
    """All files that are scanned, each with its place and root: lake, reports, the review page's folder, local MLflow.

    The objects of a remote lake are no files; nothing lies beside such a lake.

    MLflow's are its working folder beside the lake, and of a sqlite file elsewhere the database, with SQLite's own
    files, and the artifacts beside it: the other files of that folder may be somebody else's.
    """
    own = Path(f"{settings.lake.root}.mlflow")
    roots = [("reports", settings.reports_folder)]
    if is_local(settings.lake.root):
        beside = [("review", review_folder(settings.lake.root)), ("mlflow", own)]
        roots = [("lake", Path(settings.lake.root)), *roots, *beside]
    database, store = local_store(settings.tracking_uri)
    if store is not None:
        roots.append(("mlflow", store))
    if database is not None and database.parent != own:
        roots.append(("mlflow/artifacts", database.parent / "artifacts"))
    files = [(place, root, file) for place, root in roots for file in sorted(root.rglob("*"))]
    if database is not None and database.parent != own:
        of_database = [Path(f"{database}{suffix}") for suffix in ("", "-journal", "-wal", "-shm")]
        files += [("mlflow", database.parent, file) for file in of_database]
    return [one for one in files if one[2].is_file()]


def local_store(uri: str) -> tuple[Path | None, Path | None]:
    """The sqlite file, and the folder, that a tracking URI names on this machine; a server has neither."""
    sqlite = _SQLITE.match(uri)
    if sqlite:
        return Path(sqlite[1]), None
    local = _LOCAL.match(uri)
    if local:
        return None, Path(unquote(uri[local.end() :]))
    remote = ":" in uri or uri.startswith("databricks")
    return None, None if remote else Path(uri)


def verify(terms: Sequence[Term], settings: Settings, engine: Engine, keys: Keys) -> Verification:
    """Scans all files of `scanned_files`, and all objects of a remote lake, for the terms: a share in each task.

    Raises ContractError, without any value, for a file that cannot be scanned.
    """
    files = [(place, str(root), str(file.relative_to(root))) for place, root, file in scanned_files(settings)]
    remote = None if is_local(settings.lake.root) else ObjectFolder.at(settings.lake.root)
    files += [("lake", "", name) for name in remote.sizes()] if remote else []

    def scans(parts: Iterable[tuple[tuple[str, str, str], Part]]) -> Iterator[tuple[str, str, FileScan]]:
        scanner = scanner_of(tuple(terms))
        for (place, root, name), part in parts:
            sealed = SEALED_COLUMNS if place == "lake" else {}
            source = remote.file(name) if remote and not root else Path(root, name)
            yield place, name, scan_file(source, name, scanner, sealed, keys, part)

    return _summed(engine.spread(_parts(files), scans), Scanner(terms))


def _parts(files: Sequence[tuple[str, str, str]]) -> list[tuple[tuple[str, str, str], Part]]:
    """The files, those of this machine that are large in several parts."""
    parts = []
    for place, root, name in files:
        size = Path(root, name).stat().st_size if root else 0
        of = 1 + min(size // _PART_BYTES, _MOST_PARTS - 1)
        parts += [((place, root, name), Part(number, of)) for number in range(of)]
    return parts


def _summed(scans: Iterable[tuple[str, str, FileScan]], scanner: Scanner) -> Verification:
    """A file whose name contains a term is shown by its place only."""
    total = Verification()
    for (place, name), scan in sorted(_by_file(scans).items()):
        is_naming = scanner.find(path_words(name.encode("utf-8", "surrogateescape")))
        shown = place if is_naming else f"{place}/{name}"
        total.files += 1
        total.bytes += scan.bytes
        total.sealed_values += scan.sealed_values
        remnants = {Remnant(term.owner, shown, term.kind) for term in scan.terms}
        total.remnants += sorted(remnants, key=lambda one: one.owner)
        if scan.unreadable:
            total.unreadable.append(shown)
    return total


def _by_file(scans: Iterable[tuple[str, str, FileScan]]) -> dict[tuple[str, str], FileScan]:
    """The parts of each file together."""
    found: dict[tuple[str, str], FileScan] = {}
    for place, name, scan in scans:
        if (whole := found.setdefault((place, name), scan)) is not scan:
            whole.bytes += scan.bytes
            whole.sealed_values += scan.sealed_values
            whole.terms |= scan.terms
            whole.unreadable = whole.unreadable or scan.unreadable
    return found
