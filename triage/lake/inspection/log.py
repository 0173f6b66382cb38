"""A table's log as files: which versions are there, and what of it cannot be read.

Delta's protocol (PROTOCOL.md of Delta Lake, "Delta Log Entries", "Checkpoints", "Last Checkpoint File"): a file
`<version>.json` a commit, an action a line; a checkpoint holds all that earlier commits said; `_last_checkpoint` names
the newest one. To read version n takes a checkpoint c <= n and every commit from c + 1 to n.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from triage.lake.history import LOG

_COMMIT = re.compile(r"(\d{20})\.json")
CHECKPOINT = re.compile(r"(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet")
"""Version, part and number of parts of a checkpoint's file; the last two of one with several parts only."""
_OTHER_CHECKPOINT = re.compile(r"\d{20}\.checkpoint\.[0-9a-f-]{36}\.(?:json|parquet)")
"""Of the feature v2Checkpoint, which only Spark takes."""
_LAST = "_last_checkpoint"


@dataclass(frozen=True, slots=True)
class LogState:
    """What a log holds: its newest version and checkpoint, and what is wrong with it.

    `gaps` are commits that are needed and absent, `broken` names of files of the log that cannot be read. `named` are
    the data files that any commit or readable checkpoint names, relative to the table.
    """

    version: int | None
    checkpoint: int | None
    gaps: tuple[int, ...] = ()
    broken: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    is_foreign: bool = False
    """Whether it has checkpoints of a form that is not read here; gaps then mean nothing, and none are listed."""


def read_log(folder: Path) -> LogState | None:
    """The log of a table's folder; None where it has none. Raises OSError where it may not be read."""
    log = folder / LOG
    if not log.is_dir():
        return None
    commits, checkpoints = _commits(log), _checkpoints(log)
    is_foreign = any(_OTHER_CHECKPOINT.fullmatch(file.name) for file in log.iterdir())
    broken: set[str] = set()
    named: set[str] = set()
    for file in [*commits.values(), *(file for parts in checkpoints.values() for file in parts)]:
        found = _paths(file)
        if found is None:
            broken.add(file.name)
        else:
            named |= found
    whole = [version for version, parts in checkpoints.items() if not {file.name for file in parts} & broken]
    if not is_foreign and not _is_last_readable(log, checkpoints):
        broken.add(_LAST)
    newest = max([*commits, *checkpoints], default=None)
    start = max(whole, default=None)
    gaps = () if is_foreign else _gaps(commits, -1 if start is None else start, newest)
    return LogState(newest, start, gaps, tuple(sorted(broken)), frozenset(named), is_foreign)


def _gaps(commits: Collection[int], start: int, newest: int | None) -> tuple[int, ...]:
    needed = range(start + 1, (newest if newest is not None else start) + 1)
    return tuple(version for version in needed if version not in commits)


def _commits(log: Path) -> dict[int, Path]:
    return {int(found[1]): file for file in sorted(log.iterdir()) if (found := _COMMIT.fullmatch(file.name))}


def _checkpoints(log: Path) -> dict[int, list[Path]]:
    """The parts of each checkpoint all of whose parts are there."""
    return {version: files for version, (files, parts) in checkpoints_of(log.iterdir()).items() if len(files) >= parts}


def checkpoints_of(files: Iterable[Path]) -> dict[int, tuple[list[Path], int]]:
    """By version: the files of its checkpoint in the order of their names, and how many parts it states."""
    found: dict[int, tuple[list[Path], int]] = {}
    for file in sorted(files):
        if match := CHECKPOINT.fullmatch(file.name):
            before, _ = found.get(int(match[1]), ([], 0))
            found[int(match[1])] = [*before, file], int(match[3] or 1)
    return found


def _is_last_readable(log: Path, checkpoints: Mapping[int, object]) -> bool:
    """Whether `_last_checkpoint`, where there is one, names a checkpoint that is there."""
    try:
        return int(json.loads((log / _LAST).read_text("utf-8"))["version"]) in checkpoints
    except FileNotFoundError:
        return True
    except (ValueError, LookupError, TypeError):
        return False


def _paths(file: Path) -> frozenset[str] | None:
    """The data files that a file of the log names, as added or removed; None where it cannot be read."""
    try:
        return frozenset(_of_checkpoint(file) if file.suffix == ".parquet" else _of_commit(file))
    except (ValueError, LookupError, TypeError, AttributeError, pa.ArrowException):
        return None


def _of_commit(file: Path) -> Iterator[str]:
    lines = file.read_text("utf-8").splitlines()
    if not any(line.strip() for line in lines):
        raise ValueError("no action")
    for line in lines:
        action: Mapping[str, Any] = json.loads(line) if line.strip() else {}
        yield from (unquote(action[kind]["path"]) for kind in ("add", "remove") if kind in action)


def _of_checkpoint(file: Path) -> Iterator[str]:
    for batch in pq.ParquetFile(file).iter_batches(columns=["add.path", "remove.path"]):
        for row in batch.to_pylist():
            yield from (unquote(row[kind]["path"]) for kind in ("add", "remove") if row.get(kind))
