"""The set-up as a whole: quick when all is there, else one start builds while others wait."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path

from triage.environment.faults import of_os_error
from triage.environment.machine import find_java
from triage.environment.place import Place
from triage.environment.setup.classes import archive_classes, classes_tried
from triage.environment.setup.jars import fetch_jars, jars_ready
from triage.environment.setup.old_parts import note_user, remove_old_parts
from triage.environment.setup.packages.install import (
    Installation,
    add_packages,
    has_packages,
    packages_ready,
    scratch_folder,
)
from triage.environment.setup.patterns import compile_patterns
from triage.environment.setup.progress import Progress
from triage.environment.setup.tool import results, side_by_side

_THREADS = 6
"""One for each part, since a part that waits for another holds its thread."""


def prepare(place: Place, environ: Mapping[str, str], more: Sequence[Path] = ()) -> None:
    """Leaves Java found, packages installed and jars fetched, or raises a SetupFault that says what to do.

    The packages of the locks `more` are there then, too.
    """
    java = find_java(environ)
    note_user(place)
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
    with scratch_folder(place) as scratch, side_by_side(_THREADS) as threads:
        results(list(_parts(threads, place, java, environ, progress, scratch)))
    for lock in more:
        if not has_packages(place, lock):
            add_packages(place, lock, environ, progress)
    for name, part in (("venv", place.venv), ("jars", place.jars)):
        _point(place.folder / name, part)
    if gone := remove_old_parts(place):
        progress.step(5, f"Removed what no lock and no process needs any more: {', '.join(gone)}")
    progress.step(5, f"Ready after {time.monotonic() - began:.0f} s; later starts use it as it is")


def _parts(
    threads: Executor,
    place: Place,
    java: Path,
    environ: Mapping[str, str],
    progress: Progress,
    scratch: Path,
) -> Iterator[Future[None]]:
    """All that is missing, each part begun as soon as what it needs is there.

    What takes long waits for different things: the jars for the network, pyspark and the patterns for a core each.
    """
    packages: list[Future[None]] = []
    spark: list[Future[None]] = []
    if not packages_ready(place):
        installation = Installation(place, scratch, environ, progress)
        installation.begin()
        rest = [threads.submit(installation.install_rest)]
        spark = [threads.submit(installation.install_spark, *rest)]
        packages = [_after(threads, [*spark, *rest], installation.finish)]
        yield from (*packages, _after(threads, rest, lambda: compile_patterns(place, environ, progress)))
    jars: list[Future[None]] = []
    if not jars_ready(place):
        jars = [_after(threads, spark, lambda: fetch_jars(place, java, environ, progress))]
        yield from jars
    if not classes_tried(place):
        yield _after(threads, [*packages, *jars], lambda: archive_classes(place, environ, progress))


def _after(threads: Executor, needed: Sequence[Future[None]], call: Callable[[], None]) -> Future[None]:
    """`call` once all of `needed` are through; an error of theirs is its own."""

    def wait() -> None:
        for future in needed:
            future.result()
        call()

    return threads.submit(wait)


def _point(link: Path, part: Path) -> None:
    """A name that stays the same when the lock changes, for people and for the next start's Python."""
    fresh = link.with_name(f"{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(part.name)
    os.replace(fresh, link)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the set-up's lock.

    It ends with the process and the tools that it started, so a killed start is waited for.
    """
    with (folder / "lock").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("triage: another start is setting up; waiting until it is done", file=sys.stderr, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
