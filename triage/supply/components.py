"""The locked packages and jars with what their own metadata says of them."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from triage.environment.place import Place
from triage.environment.setup.locks import Jar, read_jars, read_packages
from triage.errors import ConfigError

_VERSION = re.compile(r"==([^\s\\;]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Component:
    """A package of PyPI or a jar of Maven Central, as a lock pins it.

    `group` is a jar's organisation, "" for a package; `sha256` are the hashes of the files that the lock allows, in
    hex; `licences` is what its metadata says, in the metadata's own words; `needs` are names of other packages.
    """

    ecosystem: str
    group: str
    name: str
    version: str
    classifier: str = ""
    sha256: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name that advisories and the licence file use: `group:name` for a jar."""
        return f"{self.group}:{self.name}" if self.group else self.name

    @property
    def purl(self) -> str:
        """The package URL (ECMA-427)."""
        if not self.group:
            return f"pkg:pypi/{self.name}@{self.version}"
        qualifiers = f"?classifier={self.classifier}&type=jar" if self.classifier else "?type=jar"
        return f"pkg:maven/{self.group}/{self.name}@{self.version}{qualifiers}"


def components(place: Place, jars: Path) -> list[Component]:
    """All packages and jars of the locks; ConfigError where one of them is not there in the locked version."""
    return [*_packages(place), *_jars(place, jars)]


def _packages(place: Place) -> Iterator[Component]:
    # of the environment alone: a tool may have put copies of its own (setuptools/_vendor) on the path
    folders = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    installed = {canonicalize_name(one.metadata["Name"]): one for one in distributions(path=folders)}
    further = read_packages(place.embeddings_lock) | read_packages(place.notebook_lock)
    entries = read_packages(place.package_lock) | further
    for name, entry in sorted(entries.items()):
        found, version = _VERSION.search(entry), installed.get(canonicalize_name(name))
        assert found is not None, name
        if version is None and name not in read_packages(place.package_lock):
            continue  # only the gate, jobs/embeddings.py and notebooks install those
        if version is None or version.version != found[1]:
            raise _absent(f"{name} {found[1]}")
        yield _package(canonicalize_name(name), version, tuple(_HASH.findall(entry)))


def _package(name: str, installed: Distribution, hashes: tuple[str, ...]) -> Component:
    needs = tuple(sorted(_needs(installed)))
    return Component("PyPI", "", name, installed.version, "", hashes, _licences(installed), needs)


def _needs(installed: Distribution) -> set[str]:
    wanted = (Requirement(text) for text in installed.requires or ())
    return {canonicalize_name(one.name) for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})}


def _licences(installed: Distribution) -> tuple[str, ...]:
    """The SPDX expression (PEP 639), else the classifiers, else the first line of the field of old."""
    data = installed.metadata
    if expression := data.get_all("License-Expression"):
        return (str(expression[0]),)
    classifiers = [str(one) for one in data.get_all("Classifier") or [] if str(one).startswith("License ::")]
    named = [one.rpartition(" :: ")[2] for one in classifiers if not one.endswith(("OSI Approved", "DFSG approved"))]
    if named:
        return tuple(named)
    first = str((data.get_all("License") or [""])[0]).strip().partition("\n")[0].strip()
    return (first,) if first else ()


def _jars(place: Place, folder: Path) -> Iterator[Component]:
    from triage.supply.jar_licences import licences_of

    for jar in read_jars(place.jar_lock):
        file = folder / jar.file_name
        if not file.is_file():
            raise _absent(jar.file_name)
        yield _jar(jar, licences_of(file, jar))


def _jar(jar: Jar, licences: tuple[str, ...]) -> Component:
    return Component("Maven", jar.organisation, jar.name, jar.version, jar.classifier, (jar.sha256,), licences)


def _absent(what: str) -> ConfigError:
    return ConfigError(
        f"{what} is locked but not installed.", where="conf", remedy="Run `./spark-submit.sh setup`, then this again."
    )
