"""The proof of an erasure: every file beside and in the lake, read by the workers, and what was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from triage.config import Settings
from triage.privacy.keys import Keys
from triage.privacy.proof import Scan, Seals, scan_file
from triage.privacy.scanner import Scanner, Term, path_words
from triage.store import Store
from triage.tables import TABLES, Privacy

_SQLITE = "sqlite:///"
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


def folders(settings: Settings) -> dict[str, Path]:
    """What is scanned, by name: the lake, MLflow's store where it lies on this machine, and the reports."""
    found = {"lake": Path(settings.lake.root), "reports": settings.reports_folder}
    uri = settings.tracking_uri
    if uri.startswith(_SQLITE):
        found["mlflow"] = Path(uri.removeprefix(_SQLITE)).parent
    elif "://" not in uri:
        found["mlflow"] = Path(uri)
    return found


def prove(terms: Sequence[Term], settings: Settings, store: Store, keys: Keys) -> Proof:
    """Scans all files of `folders` for the terms. A file's name that tells a term is not repeated."""
    files = [
        (place, str(root), str(file.relative_to(root)))
        for place, root in folders(settings).items()
        for file in sorted(root.rglob("*"))
        if file.is_file()
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
