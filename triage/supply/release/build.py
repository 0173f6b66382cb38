"""Builds a release from the committed files of a checkout: wheel, sources, bill of materials, locks, hashes, signature.

Two builds of one commit give the same bytes (reproducible-builds.org): time is the commit's (SOURCE_DATE_EPOCH), and
order, owners and modes of members are fixed.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from triage.errors import ConfigError
from triage.supply.release.archive import SIGNATURE, SUMS, packed, sums
from triage.supply.release.signing import sign

_LOCKS = (
    "conf/requirements.lock",
    "conf/embeddings.lock",
    "conf/notebook.lock",
    "conf/tracking-server.lock",
    "conf/installer.lock",
    "conf/jars/jars.lock",
)
_BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"


def release(project: Path, version: str, bill: bytes, key: Path, out: Path) -> Path:
    """Writes the archive into the folder `out` and returns its path.

    Raises ConfigError where the project is no git checkout, has changes that are not committed, or the key cannot sign.
    """
    moment = int(_git(project, "show", "-s", "--format=%ct", "HEAD"))
    if _git(project, "status", "--porcelain"):
        raise _not_committed(project, "There are changes that are not committed.")
    sources, executable = _committed(project)
    files = {f"triage-{version}.tar.gz": packed(sources, moment, executable)}
    files |= _wheel(sources, moment) | {"sbom.json": bill}
    files |= {Path(name).name: sources[name] for name in _LOCKS}
    listed = sums(files)
    archive = packed({**files, SUMS: listed, SIGNATURE: sign(listed, key)}, moment)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"triage-{version}-release.tar.gz"
    path.write_bytes(archive)
    return path


def _committed(project: Path) -> tuple[dict[str, bytes], frozenset[str]]:
    """The files of the commit by name, and which of them can be executed."""
    data = subprocess.run(["git", "-C", project, "archive", "HEAD"], check=True, capture_output=True).stdout  # noqa: S607
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        members = [info for info in archive if info.isreg()]
        streams = ((info.name, archive.extractfile(info)) for info in members)
        files = {name: stream.read() for name, stream in streams if stream is not None}
    return files, frozenset(info.name for info in members if info.mode & 0o100)


def _wheel(sources: dict[str, bytes], moment: int) -> dict[str, bytes]:
    """The wheel, built by the locked setuptools out of the committed files alone, without the network."""
    with tempfile.TemporaryDirectory() as folder:
        tree, target = Path(folder) / "tree", Path(folder) / "wheel"
        for name, data in sources.items():
            file = tree / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            file.chmod(0o644)
        environ = {**os.environ, "SOURCE_DATE_EPOCH": str(moment), "PYTHONHASHSEED": "0"}
        target.mkdir()
        built = subprocess.run(
            [sys.executable, "-c", _BUILD, target], cwd=tree, env=environ, check=True, capture_output=True, text=True
        )
        name = built.stdout.splitlines()[-1]
        return {name: (target / name).read_bytes()}


def _git(project: Path, *words: str) -> str:
    try:
        command = ["git", "-C", str(project), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        raise _not_committed(project, "This is no git checkout, or git is absent.") from None


def _not_committed(project: Path, what: str) -> ConfigError:
    return ConfigError(what, where=str(project), remedy="Make releases from a clean checkout of a commit.")
