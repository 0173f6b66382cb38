"""The set-up as a whole: quick when all is there, else one start builds while others wait."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from triage.environment.faults import of_os_error
from triage.environment.machine import find_java
from triage.environment.place import Place
from triage.environment.setup.classes import archive_classes, classes_tried
from triage.environment.setup.jars import fetch_jars, jars_ready
from triage.environment.setup.packages import add_packages, has_packages, install_packages, packages_ready
from triage.environment.setup.patterns import compile_patterns
from triage.environment.setup.progress import Progress


def prepare(place: Place, environ: Mapping[str, str], *, embeddings: bool = False) -> None:
    """Leaves Java found, packages installed and jars fetched, or raises a SetupFault that says what to do.

    With `embeddings`, the packages that convert them are there, too.
    """
    java = find_java(environ)
    more = (place.embeddings_lock,) if embeddings else ()
    is_ready = packages_ready(place) and jars_ready(place) and classes_tried(place)
    if is_ready and all(has_packages(place, lock) for lock in more):
        return
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        with _alone(place.folder):
            _build(place, java, environ, more)
    except OSError as error:
        raise of_os_error(error, place.folder) from error


def _build(place: Place, java: Path, environ: Mapping[str, str], more: Sequence[Path]) -> None:
    began, progress = time.monotonic(), Progress()
    progress.step(1, f"Python {sys.version.split()[0]} and Java 17 found; setting up in {place.folder}")
    if not packages_ready(place):
        install_packages(place, environ, progress)
        compile_patterns(place, environ, progress)
    for lock in more:
        if not has_packages(place, lock):
            add_packages(place, lock, environ, progress)
    if not jars_ready(place):
        fetch_jars(place, java, environ, progress)
    for name, part in (("venv", place.venv), ("jars", place.jars)):
        _point(place.folder / name, part)
    if not classes_tried(place):
        archive_classes(place, environ, progress)
    progress.step(5, f"Ready after {time.monotonic() - began:.0f} s; later starts use it as it is")


def _point(link: Path, part: Path) -> None:
    """A name that stays the same when the lock changes, for people and for the next start's Python."""
    fresh = link.with_name(f"{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(part.name)
    os.replace(fresh, link)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the set-up's lock; it ends with the process and the tools that it started, so a killed start is waited for."""
    with (folder / "lock").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(
                "triage: another start is setting up; waiting until it is done", file=sys.stderr, flush=True
            )
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
