"""A moment of a whole lake: the version of every table at that instant, and the files that each version needs.

Nothing is locked. All tables' versions are read twice; where both readings are equal, every table had its version at
one moment between them (the double collect of Afek, Attiya, Dolev, Gafni, Merritt and Shavit, Atomic Snapshots of
Shared Memory, J. ACM 40:4, 1993), because versions only grow. So a snapshot is what a run killed at that moment leaves.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow.parquet as pq

from triage.errors import ContractError, TransientError
from triage.lake.history import LOG
from triage.lake.inspection.log import CHECKPOINT, checkpoints_of

_NUMBERED = re.compile(r"(\d{20})\.(json|checkpoint\..*)")
_SECONDS = 60


class SnapshotGoneError(Exception):
    """Files of the snapshot were removed meanwhile, as an erasure and maintenance do; a new one must be taken."""


def versions_at_one_moment(root: Path) -> dict[str, int]:
    """The version of each table, by its name such as `silver/mail`. Raises TransientError where none can be had."""
    deadline, before = time.monotonic() + _SECONDS, _versions(root)
    while (now := _versions(root)) != before:
        if time.monotonic() > deadline:
            raise TransientError(
                "The lake's tables change faster than their versions can be read.",
                where=str(root),
                remedy="Start again when fewer jobs write.",
            )
        before = now
    return now


def _versions(root: Path) -> dict[str, int]:
    logs = sorted(root.glob(f"*/*/{LOG}"))
    versions = {f"{log.parent.parent.name}/{log.parent.name}": _newest(log) for log in logs}
    return {table: version for table, version in versions.items() if version is not None}


def _newest(log: Path) -> int | None:
    return max((number for file in log.iterdir() if (number := _number(file.name)) is not None), default=None)


def _number(name: str) -> int | None:
    match = _NUMBERED.fullmatch(name)
    return int(match[1]) if match else None


def table_files(folder: Path, version: int) -> Iterator[tuple[Path, bool]]:
    """The files that a version of the table in `folder` needs, each with whether it is data (else its log's).

    Of the log it is everything up to the version, from which the lake knows its batches. A table with features by which
    the log names files indirectly (deletion vectors, checkpoints with sidecars) gives all data files that it has: more
    than the version needs, never less. Raises SnapshotGoneError.
    """
    log = [file for file in sorted((folder / LOG).iterdir()) if _belongs(file, version)]
    yield from ((file, False) for file in log)
    names = _live(log, version, folder)
    if names is None:
        every = (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.startswith("."))
        yield from ((file, True) for file in every if file not in log and not _is_log(file, folder))
        sidecars = folder / LOG / "_sidecars"
        yield from ((file, True) for file in sorted(sidecars.glob("*.parquet")))
        return
    yield from ((folder / name, True) for name in sorted(names))


def _is_log(file: Path, folder: Path) -> bool:
    return LOG in file.relative_to(folder).parts


def _belongs(file: Path, version: int) -> bool:
    """Not `_last_checkpoint`, a hint that a writer may replace by a later one; without it the log is listed."""
    number = _number(file.name)
    return number is not None and number <= version


def _live(log: list[Path], version: int, folder: Path) -> set[str] | None:
    """The data files of a version by its checkpoint and the commits after it; None where the log names more than those.

    Delta's protocol, "Action reconciliation" (https://github.com/delta-io/delta/blob/master/PROTOCOL.md).
    """
    if any(".checkpoint." in file.name and not CHECKPOINT.fullmatch(file.name) for file in log):
        return None
    start, parts = _checkpoint(log)
    commits = {number: file for file in log if file.suffix == ".json" and (number := _number(file.name)) is not None}
    if any(number not in commits for number in range(start + 1, version + 1)):
        raise SnapshotGoneError(str(folder))
    live: set[str] = set()
    for action in (a for part in parts for a in _actions_of_checkpoint(part)):
        if not _apply(action, live):
            return None
    for number in range(start + 1, version + 1):
        if not all(_apply(action, live) for action in _actions_of_commit(commits[number])):
            return None
    return live


def _checkpoint(log: list[Path]) -> tuple[int, list[Path]]:
    """The newest whole checkpoint: its version and its parts; -1 and none where there is none."""
    found = checkpoints_of(log)
    whole = {version: files for version, (files, parts) in found.items() if len(files) == parts}
    return (max(whole), whole[max(whole)]) if whole else (-1, [])


def _apply(action: Mapping[str, Any], live: set[str]) -> bool:
    """Adds or removes the file of an action; False where its rows are not all in that file."""
    add, remove = action.get("add"), action.get("remove")
    if add and add.get("deletionVector"):
        return False
    if add:
        live.add(_within(add["path"]))
    if remove:
        live.discard(unquote(remove["path"]))
    return True


def _within(path: str) -> str:
    name = unquote(path)
    if "://" in name or name.startswith("/") or ".." in Path(name).parts:
        raise ContractError(
            "A table names a data file outside of its folder.",
            where=name.rpartition("/")[2],
            remedy="Write the table anew (a shallow clone, for example, by a deep one).",
        )
    return name


def _actions_of_commit(file: Path) -> Iterator[Mapping[str, Any]]:
    for line in _read(file).decode("utf-8").splitlines():
        if line.startswith(('{"add"', '{"remove"')):
            yield json.loads(line)


def _actions_of_checkpoint(file: Path) -> Iterator[Mapping[str, Any]]:
    try:
        columns = [name for name in ("add", "remove") if name in pq.read_schema(file).names]
        for row in pq.read_table(file, columns=columns).to_pylist():
            if row.get("add"):  # a checkpoint's `remove` only remembers files that are gone
                yield {"add": row["add"]}
    except FileNotFoundError:
        raise SnapshotGoneError(str(file)) from None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise SnapshotGoneError(str(file)) from None
