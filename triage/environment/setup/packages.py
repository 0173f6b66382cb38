"""The virtual environment with the locked Python packages."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from triage.environment.faults import of_log
from triage.environment.machine import check_venv_module
from triage.environment.place import Place
from triage.environment.setup.locks import read_packages
from triage.environment.setup.progress import Progress
from triage.environment.setup.tool import run_tool

_STEP = 2
# Must be there before the rest, since pyspark is built from source and takes its build tool from the lock.
_FIRST = "setuptools"


def packages_ready(place: Place) -> bool:
    """Whether the environment of the lock is complete and its Python still there."""
    return (place.venv / ".complete").exists() and os.access(place.venv / "bin" / "python", os.X_OK)


def has_packages(place: Place, lock: Path) -> bool:
    """Whether the environment holds every package of a further `lock` in the version that it names."""
    folders = list(place.venv.glob("lib/*/site-packages"))
    names = [_installed_as(name, entry) for name, entry in read_packages(lock).items()]
    # pip writes RECORD last, so a package without it was cut short.
    return all(any((folder / name / "RECORD").is_file() for folder in folders) for name in names)


def _installed_as(name: str, entry: str) -> str:
    version = entry.partition("==")[2].split()[0]
    return f"{re.sub('[-_.]+', '_', name)}-{version}.dist-info"


def add_packages(place: Place, lock: Path, environ: Mapping[str, str], progress: Progress) -> None:
    """Installs a further `lock` into the environment that is there."""
    entries = read_packages(lock)
    progress.step(_STEP, f"Python packages: fetching {len(entries)} more, of {lock.name}")
    with _scratch(place) as scratch:
        # What a killed pip left behind counts for it as installed, though parts are missing.
        settings = _settings(environ, scratch) | {"PIP_IGNORE_INSTALLED": "1"}
        _pip(place, lock, settings, progress, len(entries))
    progress.step(_STEP, f"Python packages: {len(entries)} more installed")


def install_packages(place: Place, environ: Mapping[str, str], progress: Progress) -> None:
    """Builds the environment in place, since its scripts hold its path; a mark written last makes it count."""
    check_venv_module()
    entries = read_packages(place.package_lock)
    progress.step(_STEP, f"Python packages: making the virtual environment for {len(entries)} packages")
    shutil.rmtree(place.venv, ignore_errors=True)
    with _scratch(place) as scratch:
        _install(place, _settings(environ, scratch), progress, entries)
    (place.venv / ".complete").touch()
    progress.step(_STEP, f"Python packages: all {len(entries)} installed")


@contextmanager
def _scratch(place: Place) -> Iterator[Path]:
    """A folder for pip's temporary files, on the disk that the environment lies on."""
    scratch = place.folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _install(
    place: Place, settings: Mapping[str, str], progress: Progress, entries: Mapping[str, str]
) -> None:
    _make_venv(place, settings)
    if _FIRST in entries:
        first = Path(settings["TMPDIR"]) / "first.txt"
        first.write_text(entries[_FIRST], encoding="utf-8")
        _pip(place, first, settings, progress, 0)
    _pip(place, place.package_lock, settings, progress, len(entries))


def _settings(environ: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """The caller's pip settings stay; few retries, so that a missing network is told in seconds."""
    foreign = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    theirs = {key: value for key, value in environ.items() if key not in foreign}
    return {"PIP_RETRIES": "3", **theirs, "PYTHONUNBUFFERED": "1", "TMPDIR": str(scratch)}


def _make_venv(place: Place, settings: Mapping[str, str]) -> None:
    log = place.folder / "venv.log"
    command = [sys.executable, *"-I -m venv".split(), str(place.venv)]
    if not run_tool(command, log, settings, lambda _: None, place.folder):
        raise of_log("Making the virtual environment", log)


def _pip(place: Place, lock: Path, settings: Mapping[str, str], progress: Progress, total: int) -> None:
    log = place.folder / "pip.log"
    python = str(place.venv / "bin" / "python")
    command = [python, *"-I -m pip install --disable-pip-version-check --no-input --progress-bar off".split()]
    command += [*"--require-hashes --no-deps --no-build-isolation --use-pep517 -r".split(), str(lock)]

    def watch(text: str) -> None:
        if total:
            progress.within(_STEP, _how_far(place.venv, text, total))

    if not run_tool(command, log, settings, watch, place.folder):
        raise of_log("Installing the Python packages", log)


def _how_far(venv: Path, text: str, total: int) -> str:
    if "Installing collected packages" in text:
        installed = len(list(venv.glob("lib/*/site-packages/*.dist-info")))
        return f"Python packages: {min(installed, total)} of {total} installed"
    if "Building wheel" in text:
        return f"Python packages: {total} of {total} fetched, building those that come as source"
    fetched = text.count("Collecting ")
    return f"Python packages: {min(fetched, total)} of {total} fetched"
