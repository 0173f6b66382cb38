"""The proof of an erasure: every file beside and in the lake, read by the workers, and what was found in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from triage.config import Settings
from triage.lake.store import Store
from triage.lake.tables import TABLES, Privacy
from triage.privacy.pseudonyms.keys import Keys
from triage.rights.erasure.proof import Scan, Seals, scan_file
from triage.rights.search.scanner import Scanner, Term, path_words

_SQLITE = re.compile(r"sqlite(?:\+\w+)?:///(?!:memory:)([^?]+)")
_LOCAL = re.compile(r"file:(?://(?:localhost)?)?(?=/)", re.IGNORECASE)
SEALS: Seals = {
    table.name: [(c.name, c.context) for c in table.columns if c.privacy is Privacy.SEALED]
    for table in TABLES
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something of a person that is still there: in which file, and what kind of thing."""

    owner: int
    file: str
    kind: str


@dataclass(slots=True)
class Proof:
    """What was scanned, what was found, and what could not be opened."""

    files: int = 0
    bytes: int = 0
    sealed_values: int = 0
    findings: list[Finding] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def files_by_place(settings: Settings) -> list[tuple[str, Path, Path]]:
    """All files that are scanned, each after its place and root: the lake, the reports, and MLflow's local store.

    MLflow's are its working folder beside the lake, and of a sqlite file elsewhere the database, with SQLite's own
    files, and the artifacts beside it: its folder may hold what is not the project's.
    """
    own = Path(f"{settings.lake.root}.mlflow")
    roots = [("lake", Path(settings.lake.root)), ("reports", settings.reports_folder), ("mlflow", own)]
    database, store = local_store(settings.tracking_uri)
    if store is not None:
        roots.append(("mlflow", store))
    if database is not None and database.parent != own:
        roots.append(("mlflow/artifacts", database.parent / "artifacts"))
    found = [(place, root, file) for place, root in roots for file in sorted(root.rglob("*"))]
    if database is not None and database.parent != own:
        told = [Path(f"{database}{suffix}") for suffix in ("", "-journal", "-wal", "-shm")]
        found += [("mlflow", database.parent, file) for file in told]
    return [one for one in found if one[2].is_file()]


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


def prove(terms: Sequence[Term], settings: Settings, store: Store, keys: Keys) -> Proof:
    """Scans all files of `files_by_place` for the terms. A file's name that tells a term is not repeated."""
    files = [
        (place, str(root), str(file.relative_to(root))) for place, root, file in files_by_place(settings)
    ]

    def scans(part: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, Scan]]:
        scanner = Scanner(terms)
        for place, root, name in part:
            yield (
                place,
                name,
                scan_file(Path(root, name), name, scanner, SEALS if place == "lake" else {}, keys),
            )

    context = store.spark.sparkContext
    spread = context.parallelize(files, max(1, min(len(files), 4 * context.defaultParallelism)))
    return _summed(spread.mapPartitions(scans).collect(), Scanner(terms))


def _summed(scans: Iterable[tuple[str, str, Scan]], scanner: Scanner) -> Proof:
    proof = Proof()
    for place, name, scan in scans:
        tells = scanner.find(path_words(name.encode("utf-8", "surrogateescape")))
        shown = place if tells else f"{place}/{name}"
        proof.files += 1
        proof.bytes += scan.bytes
        proof.sealed_values += scan.sealed
        proof.findings += sorted(
            {Finding(t.owner, shown, t.kind) for t in scan.found}, key=lambda one: one.owner
        )
        if scan.unread:
            proof.unread.append(shown)
    return proof
