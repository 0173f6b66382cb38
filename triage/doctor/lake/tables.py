"""Every declared table: its log, its protocol, its columns and its files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from triage.doctor.finding import Finding, fault, ok, warning
from triage.doctor.lake.columns import column_findings
from triage.doctor.patient import NeedsSpark, Patient
from triage.errors import ConfigError, ContractError
from triage.lake.format import require_known_format
from triage.lake.inspection.log import LogState, read_log
from triage.lake.inspection.snapshot import Snapshot
from triage.lake.tables import APPLIED_MIGRATIONS, TABLES, Table

_RESTORE = "Restore it with jobs/restore.py from a backup."
_MAINTAIN = "Run jobs/maintain.py."
_MAY_BE_WRITTEN_SECONDS = 3_600
"""A file of a writer that has not committed yet is younger."""
_MANY_FILES, _SMALL_BYTES = 100, 2**20


def check_tables(patient: Patient) -> Iterator[Finding]:
    """One line for all tables that are in order, and a finding for everything that is not."""
    folder = patient.folder
    if folder is None:
        yield ok("The tables of a remote lake are not looked at without Spark; jobs/query.py reads them.")
        return
    if not folder.is_dir():
        yield warning("There is no lake at lake.root yet.", "Correct lake.root, mount it, or start jobs/nightly.py.")
        return
    found = {table.name: _soft(patient, table, folder / table.name) for table in TABLES}
    present = {name: findings for name, findings in found.items() if findings is not None}
    for findings in present.values():
        yield from findings
    if not found[APPLIED_MIGRATIONS.name]:
        yield from _format(patient)
    whole = sum(not findings for findings in present.values())
    yield ok(f"{whole} of {len(present)} tables are in order; {len(TABLES)} are declared.")


def _soft(patient: Patient, table: Table, folder: Path) -> list[Finding] | None:
    """What is wrong with a table; None where it has no version yet. No error of one table hides the others."""
    try:
        state = read_log(folder)
        return list(_table(patient, table, folder, state)) if state and state.version is not None else None
    except PermissionError:
        return [fault("It may not be read.", "Start as a user who may.", table.name)]
    except Exception as found:  # noqa: BLE001 - a broken table breaks in many ways
        return [fault(f"It could not be looked at ({type(found).__name__}).", _RESTORE, table.name)]


def _format(patient: Patient) -> Iterator[Finding]:
    try:
        require_known_format(patient.store.format_version(), patient.settings.lake.root)
    except ConfigError as found:
        yield fault(found.what, found.remedy, APPLIED_MIGRATIONS.name)
    except NeedsSpark:
        yield warning(
            "The lake's format was not looked at: its table needs Spark.", "See its protocol.", APPLIED_MIGRATIONS.name
        )


def _table(patient: Patient, table: Table, folder: Path, state: LogState) -> Iterator[Finding]:
    if damages := list(_log(table, state)):
        yield from damages
        return
    try:
        snapshot = patient.store.snapshot(table)
    except ContractError as found:
        yield fault(found.what, _RESTORE, table.name)
        return
    if snapshot is None:
        return
    if patient.store.needs_spark(snapshot):
        yield warning(
            f"Its Delta protocol ({snapshot.reader}, {snapshot.writer}) is beyond (1, 2): jobs need Spark for it.",
            "Find who enabled the feature; drop it by ALTER TABLE … DROP FEATURE, or live with slower jobs.",
            table.name,
        )
    yield from column_findings(table, snapshot)
    yield from _files(table, folder, state, snapshot)


def _log(table: Table, state: LogState) -> Iterator[Finding]:
    if state.gaps:
        what = f"Its log lacks {len(state.gaps)} of its commits, version {state.gaps[0]} first."
        yield fault(what, _RESTORE, table.name)
    if state.broken:
        yield fault(
            f"{len(state.broken)} files of its log cannot be read, {state.broken[0]} first.", _RESTORE, table.name
        )


def _files(table: Table, folder: Path, state: LogState, snapshot: Snapshot) -> Iterator[Finding]:
    sizes = {file.relative_to(folder).as_posix(): file.stat() for file in _data_files(folder)}
    lost = [path for path, size in snapshot.files.items() if path not in sizes or sizes[path].st_size != size]
    if lost:
        yield fault(
            f"{len(lost)} of its {len(snapshot.files)} data files are missing or cut off.", _RESTORE, table.name
        )
    before = time.time() - _MAY_BE_WRITTEN_SECONDS
    orphans = [path for path in sizes if path not in state.named and sizes[path].st_mtime < before]
    if orphans:
        yield warning(f"No version names {len(orphans)} of the files in its folder.", _MAINTAIN, table.name)
    small = [size for size in snapshot.files.values() if size < _SMALL_BYTES]
    if len(small) > _MANY_FILES:
        yield warning(f"{len(small)} of its files are smaller than a MiB: reading is slow.", _MAINTAIN, table.name)


def _data_files(folder: Path) -> Iterator[Path]:
    """Files of rows and deletion vectors; what begins with a point or an underscore belongs to the writers."""
    for file in folder.rglob("*"):
        if file.is_file() and not any(part[0] in "._" for part in file.relative_to(folder).parts):
            yield file
