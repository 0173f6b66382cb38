"""The archive of a release: a tar without anything of the machine that made it, with the hash of each member."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from triage.errors import ConfigError

SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
_MOST_MEMBERS, _LARGEST = 100, 2**30


def sums(files: Mapping[str, bytes]) -> bytes:
    """The lines that `sha256sum --check` reads."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def packed(files: Mapping[str, bytes], moment: int, executable: frozenset[str] = frozenset()) -> bytes:
    """A .tar.gz of the files in the order of their names, all from `moment` (seconds since 1970) and from nobody."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(files[name]), moment, 0o755 if name in executable else 0o644
            archive.addfile(info, io.BytesIO(files[name]))
    return gzip.compress(target.getvalue(), mtime=moment)


def unpacked(path: Path) -> dict[str, bytes]:
    """The members by name, in memory: nothing is written, so that no name can lead out. Raises ConfigError."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            found: dict[str, bytes] = {}
            for info in archive:
                stream = archive.extractfile(info) if info.isreg() and not info.issparse() else None
                if stream is None or info.size > _LARGEST or len(found) >= _MOST_MEMBERS or info.name in found:
                    raise _no_release(path)
                found[info.name] = stream.read()
            return found
    except (OSError, EOFError, tarfile.TarError, ValueError) as error:
        raise _no_release(path) from error


def _no_release(path: Path) -> ConfigError:
    return ConfigError(
        "This is no release archive, or it is damaged.",
        where=str(path),
        remedy="Give one that `jobs/supply.py release` wrote, or fetch it again.",
    )
