"""Whether the installed Python packages are those of the lock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import distributions

from triage.doctor.finding import Finding, fault, ok
from triage.doctor.patient import Machine
from triage.environment.setup.locks import read_packages

_REMEDY = "Run ./spark-submit.sh setup; where that changes nothing, remove the folder .env/venv-* and run it again."


def check_packages(machine: Machine) -> Iterator[Finding]:
    """Every package of conf/requirements.lock in its pinned version; further packages do no harm."""
    wanted = {_plain(name): _pin(entry) for name, entry in read_packages(machine.place.package_lock).items()}
    present: dict[str, str] = {}
    for found in distributions():
        present.setdefault(_plain(found.name), found.version)  # the first on the path is the one that is imported
    missing = wanted.keys() - present.keys()
    other = {name for name in wanted.keys() & present.keys() if wanted[name] != present[name]}
    if missing:
        yield fault(f"{len(missing)} of {len(wanted)} packages are not installed, {min(missing)} first.", _REMEDY)
    if other:
        yield fault(f"{len(other)} packages have another version than the lock, {min(other)} first.", _REMEDY)
    if not missing and not other:
        yield ok(f"All {len(wanted)} packages are those of the lock.")


def _plain(name: str) -> str:
    """PEP 503's normalized name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _pin(entry: str) -> str:
    return entry.partition("==")[2].split()[0].rstrip(";\\")
