"""Advisories in the format of OSV (ossf.github.io/osv-schema) against what is locked; nothing is asked of a network."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from triage.errors import ConfigError
from triage.supply.components import Component
from triage.supply.maven_order import MavenVersion

_LARGEST = 64 * 2**20
"""Bytes of one advisory, or of a file with a list of them in it."""
_REMEDY = "Give a file, folder or zip as the OSV project exports them (all.zip of PyPI or Maven)."
_FIRST = "0"
_KINDS = frozenset({"introduced", "fixed", "last_affected"})
_ORDERS: dict[str, Callable[[str], Any]] = {"PyPI": Version, "Maven": MavenVersion}


@dataclass(frozen=True, slots=True)
class Affected:
    """A component that an advisory names: its id, other names of it, and the versions that are fixed ("" if none)."""

    component: Component
    advisory: str
    aliases: tuple[str, ...]
    fixed: str


def read_advisories(paths: Sequence[Path]) -> Iterator[Mapping[str, Any]]:
    """The advisories in files, folders and zips, those that were withdrawn left out.

    Raises ConfigError where there is none, or one cannot be read: an unread advisory would look like none.
    """
    for path in paths:
        count = 0
        for where, data in _documents(path):
            for one in _parsed(data, where):
                count += 1
                if not one.get("withdrawn"):
                    yield one
        if not count:
            raise ConfigError("There is no advisory.", where=str(path), remedy=_REMEDY)


def _documents(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        if path.is_dir():
            for file in sorted(path.rglob("*.json")):
                yield str(file), _bounded(file.stat().st_size, file) or file.read_bytes()
        elif zipfile.is_zipfile(path):
            yield from _members(path)
        else:
            yield str(path), _bounded(path.stat().st_size, path) or path.read_bytes()
    except (OSError, zipfile.BadZipFile) as error:
        raise ConfigError("The advisories cannot be read.", where=str(path), remedy=_REMEDY) from error


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.filename.endswith(".json"):
                yield f"{path}: {info.filename}", _bounded(info.file_size, path) or archive.read(info)


def _bounded(size: int, path: Path) -> bytes:
    if size > _LARGEST:
        raise ConfigError(f"An advisory has more than {_LARGEST // 2**20} MiB.", where=str(path), remedy=_REMEDY)
    return b""


def _parsed(data: bytes, where: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(data)
        entries = found if isinstance(found, list) else found.get("vulns", [found])
        if all(isinstance(one["id"], str) and isinstance(one.get("affected", []), list) for one in entries):
            return list(entries)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        pass
    raise ConfigError("A file is no advisory in the format of OSV.", where=where, remedy=_REMEDY)


def affected(components: Sequence[Component], advisories: Iterator[Mapping[str, Any]]) -> list[Affected]:
    """What the advisories say of the components, in the order of names and ids."""
    by_name = {(one.ecosystem, one.title.lower()): one for one in components}
    found: dict[tuple[str, str], Affected] = {}
    for advisory in advisories:
        for entry in advisory.get("affected", []):
            component = by_name.get(_name(entry.get("package", {})))
            if component and is_affected(component, entry):
                aliases = tuple(map(str, advisory.get("aliases", ())))
                one = Affected(component, advisory["id"], aliases, fixed_version(component, entry))
                found[component.title, one.advisory] = one
    return [found[key] for key in sorted(found)]


def _name(package: Mapping[str, Any]) -> tuple[str, str]:
    ecosystem = str(package.get("ecosystem", "")).partition(":")[0]
    name = str(package.get("name", ""))
    return ecosystem, canonicalize_name(name) if ecosystem == "PyPI" else name.lower()


def is_affected(component: Component, entry: Mapping[str, Any]) -> bool:
    """Whether the version is listed, or lies in a range (the evaluation of the OSV schema).

    What cannot be compared counts as affected: a finding too many is looked at, one too few is not.
    """
    if component.version in entry.get("versions", ()):
        return True
    ranges = [one for one in entry.get("ranges", ()) if one.get("type") != "GIT"]
    try:
        return any(_in_range(component, one.get("events", ())) for one in ranges)
    except (InvalidVersion, TypeError, ValueError):
        return True


def _in_range(component: Component, events: Sequence[Mapping[str, str]]) -> bool:
    order = _ORDERS[component.ecosystem]
    version, inside = order(component.version), False
    for kind, at in sorted(_steps(events), key=lambda step: _place(step, order)):
        if kind == "introduced" and (at == _FIRST or version >= order(at)):
            inside = True
        elif (kind == "fixed" and version >= order(at)) or (kind == "last_affected" and version > order(at)):
            inside = False
    return inside


def _steps(events: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    return ((kind, at) for event in events for kind, at in event.items() if kind in _KINDS)


def _place(step: tuple[str, str], order: Callable[[str], Any]) -> tuple[bool, Any, bool]:
    """Sorts events: "0" stands before all versions, and of two at one version, what begins comes first."""
    kind, at = step
    return at != _FIRST, order(at), kind != "introduced"


def fixed_version(component: Component, entry: Mapping[str, Any]) -> str:
    """The first version after the component's that an advisory calls fixed; "" without one."""
    order = _ORDERS[component.ecosystem]
    events = (event for one in entry.get("ranges", ()) if one.get("type") != "GIT" for event in one.get("events", ()))
    try:
        fixed = [event["fixed"] for event in events if "fixed" in event]
        later = [one for one in fixed if order(one) > order(component.version)]
        return min(later, key=order, default="")
    except (InvalidVersion, TypeError, ValueError):
        return ""
