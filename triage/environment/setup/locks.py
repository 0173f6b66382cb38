"""The two locks: Python packages (pip's format) and jars (`organisation:name:version[:classifier] sha256:…`)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==\S+(?:[^\n]*\\\n)?(?:[ \t]+--hash=[^\n]*\n?)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Jar:
    """One jar of the lock, with the SHA-256 (hex) that its content must have."""

    organisation: str
    name: str
    version: str
    classifier: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name of the file in the jar folder."""
        ending = f"-{self.classifier}" if self.classifier else ""
        return f"{self.name}-{self.version}{ending}.jar"


def read_packages(lock: Path) -> dict[str, str]:
    """Package name → its entry (pin and hashes) in a pip lock."""
    text = lock.read_text(encoding="utf-8")
    return {found.group(1).lower(): found.group(0) for found in _PACKAGE.finditer(text)}


def read_jars(lock: Path) -> tuple[Jar, ...]:
    """The jars of a lock, in its order; blank lines and comments (#) are skipped."""
    lines = (line.split("#")[0].split() for line in lock.read_text(encoding="utf-8").splitlines())
    return tuple(_jar(*fields) for fields in lines if fields)


def _jar(coordinate: str, digest: str) -> Jar:
    organisation, name, version, *classifier = coordinate.split(":")
    return Jar(organisation, name, version, "".join(classifier), digest.removeprefix("sha256:"))


def digest(path: Path) -> str:
    """The SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
