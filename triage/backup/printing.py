"""What the jobs of this package print on standard output."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from triage.backup.backup import BackupResult
from triage.backup.repository.manifest import Manifest
from triage.backup.repository.repository import Survey
from triage.backup.restoring.restore import RestoreResult

_MB = 1e6


def print_backup(result: BackupResult) -> None:
    """What the backup holds by place, what was new, and what is not in it."""
    manifest = result.manifest
    _print_places(manifest)
    _write(f"{manifest.name}: the lake as of {_time(manifest.snapshot_at)}; made in {result.seconds:.1f} s.")
    _write(f"New: {result.new_objects} files ({result.new_bytes / _MB:.1f} MB), read again and verified.")
    _write(f"Removed by age: {result.removed.backups} backups, {result.removed.objects} files.")
    _print_damaged(result.removed.damaged)
    _print_omissions(manifest)


def print_verified(manifest: Manifest) -> None:
    """That each file of the backup has its SHA-256."""
    objects = manifest.sizes()
    _write(f"{manifest.name}: {len(objects)} files ({sum(objects.values()) / _MB:.1f} MB) have their SHA-256.")


def print_backups(survey: Survey) -> None:
    """A line a backup."""
    for manifest in survey.manifests:
        size = manifest.bytes / _MB
        _write(f"{manifest.name}: as of {_time(manifest.snapshot_at)}, {len(manifest.entries)} files, {size:.1f} MB")
    _print_damaged(survey.damaged)


def print_restore(result: RestoreResult) -> int:
    """Where everything is, what was lost, and which erasures are due or unknown; the exit code, 1 where any is."""
    manifest = result.manifest
    paths = [f"{entry.place}/{entry.path}/" for entry in manifest.entries]
    for name, target in result.targets.items():
        if any(path.startswith(f"{name}/") for path in paths):
            _write(f"{name}: {target}")
    minutes = (datetime.now(UTC) - manifest.snapshot_at).total_seconds() / 60
    _write(
        f"{manifest.name}: restored in {result.seconds:.1f} s. What was written after {_time(manifest.snapshot_at)}, "
        f"{minutes:.0f} minutes ago, is not in it; the next run reads the mail since then from the sources again."
    )
    _print_omissions(manifest)
    for one in result.erased:
        _write(f"erased again: {one.certificate}: {sum(one.removed.values())} rows removed, {one.result}")
    if result.due:
        ids = ", ".join(one.erasure_id for one in result.due)
        _write(f"NOT IN USE: {len(result.due)} erasures since the backup are due: {ids}. {result.why_due}")
    if result.certificate_only:
        ids = ", ".join(result.certificate_only)
        _write(
            f"Known by certificate only: {ids}. Mail of these persons that came after the backup is not known, and the "
            "next run reads it again where the exports still hold it: take it out there, or erase them after that run."
        )
    if result.gaps:
        _write(
            f"NOT COMPLETE: {', '.join(result.gaps)} cannot be read, and an erasure that only these backups name was "
            "not made again. Give later certificates by --certificates, or erase by jobs/erase.py."
        )
    return int(bool(result.due or result.gaps))


def _print_damaged(names: Sequence[str]) -> None:
    if names:
        _write(
            f"DAMAGED: {', '.join(names)}: the manifest differs from its SHA-256. Until they age out or are deleted "
            "by hand, no file of the repository is removed."
        )


def _print_places(manifest: Manifest) -> None:
    files, sizes = Counter[str](), Counter[str]()
    for entry in manifest.entries:
        name = "/".join(entry.path.split("/")[:2]) if entry.place == "lake" else entry.place
        files[name] += 1
        sizes[name] += entry.size
    table = Table("table or place", "version", "files", "MB")
    for name in files:
        version = manifest.tables.get(name)
        table.add_row(name, "" if version is None else str(version), str(files[name]), f"{sizes[name] / _MB:.1f}")
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def _print_omissions(manifest: Manifest) -> None:
    for line in _omitted(manifest):
        _write(line)


def _omitted(manifest: Manifest) -> Iterator[str]:
    for one in manifest.omissions:
        digest = f" (SHA-256 {one.sha256})" if one.sha256 else ""
        yield f"Not in the backup: {one.what}{digest}: {one.why}."


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
