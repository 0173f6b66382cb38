"""What setup.cfg declares for the base and each extra, and environments of their own with nothing else in them."""

from __future__ import annotations

import configparser
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from triage.environment.launch import job_environment
from triage.environment.options import CommandLine
from triage.environment.place import PROJECT, Place, find_place
from triage.environment.setup.locks import read_packages
from triage.environment.setup.packages.install import Installation, add_packages, scratch_folder
from triage.environment.setup.progress import Progress

PLACE = find_place(os.environ)
BASE = "base"
SERVER_LOCK = PROJECT / "conf" / "tracking-server.lock"


def declared() -> dict[str, list[Requirement]]:
    """The direct requirements of `base` and of each extra."""
    setup = configparser.ConfigParser()
    setup.read(PROJECT / "setup.cfg", encoding="utf-8")
    texts = {BASE: setup["options"]["install_requires"], **setup["options.extras_require"]}
    return {name: [Requirement(line) for line in _lines(text)] for name, text in texts.items()}


def _lines(text: str) -> Iterable[str]:
    return (line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))


def closure(wanted: Iterable[Requirement]) -> set[str]:
    """The names of all packages that `wanted` bring here, by the metadata of what is installed."""
    found: dict[str, set[str]] = {}
    left = list(wanted)
    while left:
        one = left.pop()
        name = canonicalize_name(one.name)
        new = {"", *one.extras} - found.get(name, set())
        found.setdefault(name, set()).update(new)
        needs = [Requirement(text) for text in requires(name) or ()] if new else []
        left += [need for need in needs if any(_applies(need, extra) for extra in new)]
    return set(found)


def _applies(need: Requirement, extra: str) -> bool:
    return need.marker.evaluate({"extra": extra}) if need.marker else not extra


def entries(lock: Path) -> dict[str, str]:
    """Canonical name → pin and hashes."""
    return {str(canonicalize_name(name)): entry for name, entry in read_packages(lock).items()}


def pins(lock: Path) -> dict[str, str]:
    """Canonical name → version."""
    return {name: entry.partition("==")[2].split()[0] for name, entry in entries(lock).items()}


@dataclass(frozen=True)
class Own:
    """An environment that holds the packages of its locks and no other."""

    place: Place

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs its Python on `words`, from the project and with the variables of a job."""
        ours = job_environment(self.place, CommandLine((), "job", ()), os.environ)
        jars = {
            "PYTHONPATH": str(PROJECT),
            "TRIAGE_JARS": str(PLACE.jars),
            "TRIAGE_MODELS": str(PLACE.folder / "models"),
        }
        path = f"{self.place.python.parent}:{os.environ['PATH']}"
        return subprocess.run(
            [str(self.place.python), *words],
            cwd=PROJECT, env={**ours, **jars, "PATH": path, **variables},
            capture_output=True, text=True, timeout=1_800, check=False,
        )  # fmt: skip

    def installed(self) -> dict[str, str]:
        """Name → version of all that is there, but pip and setuptools, which an environment begins with."""
        script = "from importlib.metadata import distributions as d; print(*(f'{o.name}=={o.version}' for o in d()))"
        pairs = (word.partition("==") for word in self.run("-I", "-c", script).stdout.split())
        return {
            str(canonicalize_name(name)): version for name, _, version in pairs if name not in ("pip", "setuptools")
        }


def install(folder: Path, lock: Mapping[str, str], more: Sequence[Path] = ()) -> Own:
    """A new environment in `folder` by the project's own set-up: the entries of `lock`, then those of `more` locks."""
    project = folder / "project"
    (project / "conf" / "jars").mkdir(parents=True)
    (project / "conf" / "requirements.lock").write_text("\n".join(lock.values()), "utf-8")
    for file in (PLACE.installer_lock, PLACE.jar_lock):
        (project / file.relative_to(PROJECT)).write_bytes(file.read_bytes())
    place = replace(PLACE, project=project, folder=folder / "env")
    place.folder.mkdir()
    progress = Progress()
    with scratch_folder(place) as scratch:
        installation = Installation(place, scratch, os.environ, progress)
        installation.begin()
        installation.install_rest()
        done: Future[None] = Future()
        done.set_result(None)
        installation.install_spark(done)
        installation.finish()
    for each in more:
        add_packages(place, each, os.environ, progress)
    return Own(place)
