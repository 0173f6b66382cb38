"""The virtual environment and the locked packages in it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from triage.environment.faults import known_fault, of_log
from triage.environment.machine import check_venv_module
from triage.environment.place import Place
from triage.environment.setup.locks import read_packages
from triage.environment.setup.packages.pip import run_pip
from triage.environment.setup.packages.uv import Uv, fetch_uv
from triage.environment.setup.progress import Progress
from triage.environment.setup.tool import run_tool

_STEP = 2
_WHAT = "Installing the Python packages"
SPARK = "pyspark"
"""Comes as source only: it is built beside the others, and holds the Ivy that the jars wait for."""

_FIRST = "setuptools"
"""Must be there before what is built from source, since that takes its build tool from the lock."""


def packages_ready(place: Place) -> bool:
    """Whether the environment of the lock is complete and its Python still there."""
    return _mark(place).exists() and os.access(place.python, os.X_OK)


def has_packages(place: Place, lock: Path) -> bool:
    """Whether the environment holds every package of a further `lock` in the version that it names."""
    folders = list(place.venv.glob("lib/*/site-packages"))
    names = [_installed_as(name, entry) for name, entry in read_packages(lock).items()]
    # pip writes RECORD last, so a package without it was cut short.
    return all(any((folder / name / "RECORD").is_file() for folder in folders) for name in names)


def _installed_as(name: str, entry: str) -> str:
    version = entry.partition("==")[2].split()[0]
    return f"{re.sub('[-_.]+', '_', name)}-{version}.dist-info"


class Installation:
    """A new environment, in parts that may run side by side once `begin` is through; `finish` makes it count.

    It is built in place, since its scripts hold its path.
    """

    def __init__(self, place: Place, scratch: Path, environ: Mapping[str, str], progress: Progress) -> None:
        self.place = place
        self.progress = progress
        self._scratch = scratch
        self._settings = _settings(environ, scratch)
        self._entries = read_packages(place.package_lock)
        self._uv: Uv | None = None

    def begin(self) -> None:
        """Makes the virtual environment, fetches the installer and installs the build tool."""
        check_venv_module()
        total = len(self._entries)
        self.progress.step(_STEP, f"Python packages: making the virtual environment for {total} packages")
        shutil.rmtree(self.place.venv, ignore_errors=True)
        _make_venv(self.place, self._settings)
        log = self.place.folder / "uv.log"
        self._uv = fetch_uv(self.place.python, self.place.installer_lock, self._scratch / "uv", log, self._settings)
        if self._uv is None:
            self.progress.step(_STEP, f"Python packages: uv cannot be used here, see {log}; pip installs, slower")
        if _FIRST in self._entries:
            self._pip(self._part("build-tool", [_FIRST]), lambda _: None)

    def install_spark(self, rest: Future[None]) -> None:
        """Builds and installs pyspark, beside `rest`. Raises SetupFault.

        A build looks at what is installed, and may find a package half there: it is tried again once the rest is.
        """
        if SPARK not in self._entries:
            return
        self.progress.step(_STEP, f"Python packages: fetching and building {SPARK}, which comes as source")
        lock = self._part(SPARK, [SPARK])
        log = self.place.folder / f"{SPARK}.log"
        if run_pip(self.place.python, lock, log, self._settings, lambda _: None):
            return
        if fault := known_fault(_WHAT, log):
            raise fault
        rest.result()
        self._pip(lock, lambda _: None)

    def install_rest(self) -> None:
        """Installs all other packages. Raises SetupFault."""
        names = [name for name in self._entries if name not in (SPARK, _FIRST)]
        if not names:
            return
        lock = self._part("packages", names)
        log = self.place.folder / f"{lock.stem}.log"
        if self._uv is not None:
            if self._uv.install(self.place.python, lock, log, self._watch(len(names), "Downloaded ")):
                return
            kept = log.rename(self.place.folder / "uv.log")
            self.progress.step(_STEP, f"Python packages: uv failed, see {kept}; pip installs, slower")
        self._pip(lock, self._watch(len(names), "Collecting "))

    def finish(self) -> None:
        """Marks the environment as complete, written last."""
        _mark(self.place).touch()
        self.progress.step(_STEP, f"Python packages: all {len(self._entries)} installed")

    def _part(self, stem: str, names: list[str]) -> Path:
        """A lock of some packages of the lock."""
        lock = self._scratch / f"{stem}.lock"
        lock.write_text("\n".join(self._entries[name] for name in names), encoding="utf-8")
        return lock

    def _pip(self, lock: Path, watch: Callable[[str], None]) -> None:
        log = self.place.folder / f"{lock.stem}.log"
        if not run_pip(self.place.python, lock, log, self._settings, watch):
            raise of_log(_WHAT, log)

    def _watch(self, total: int, fetched: str) -> Callable[[str], None]:
        def watch(text: str) -> None:
            self.progress.within(_STEP, _how_far(self.place.venv, text, total, fetched))

        return watch


def add_packages(place: Place, lock: Path, environ: Mapping[str, str], progress: Progress) -> None:
    """Installs a further `lock` into the environment that is there."""
    entries = read_packages(lock)
    progress.step(_STEP, f"Python packages: fetching {len(entries)} more, of {lock.name}")
    with scratch_folder(place) as scratch:
        # What a killed pip left behind counts for it as installed, though parts are missing.
        settings = _settings(environ, scratch) | {"PIP_IGNORE_INSTALLED": "1"}
        log = place.folder / f"{lock.stem}.log"
        if not run_pip(place.python, lock, log, settings, lambda _: None):
            raise of_log(_WHAT, log)
    progress.step(_STEP, f"Python packages: {len(entries)} more installed")


@contextmanager
def scratch_folder(place: Place) -> Iterator[Path]:
    """A folder for temporary files, on the disk that the environment lies on."""
    scratch = place.folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _mark(place: Place) -> Path:
    return place.venv / ".complete"


def _settings(environ: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """The caller's pip settings stay; few retries, so that a missing network is reported in seconds."""
    foreign = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    theirs = {key: value for key, value in environ.items() if key not in foreign}
    return {"PIP_RETRIES": "3", **theirs, "PYTHONUNBUFFERED": "1", "TMPDIR": str(scratch)}


def _make_venv(place: Place, settings: Mapping[str, str]) -> None:
    log = place.folder / "venv.log"
    command = [sys.executable, *"-I -m venv".split(), str(place.venv)]
    if not run_tool(command, log, settings, lambda _: None, place.folder):
        raise of_log("Making the virtual environment", log)


def _how_far(venv: Path, text: str, total: int, fetched: str) -> str:
    if "Installing collected packages" in text or "Prepared " in text:
        installed = len(list(venv.glob("lib/*/site-packages/*.dist-info")))
        return f"Python packages: {min(installed, total)} of {total} installed"
    return f"Python packages: {min(text.count(fetched), total)} of {total} fetched"
