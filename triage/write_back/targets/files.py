"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from triage.write_back.targets.base import TargetError


def write_whole(file: Path, content: bytes) -> None:
    """Replaces a file in one step; a new one may be read by its owner only. Raises TargetError where it cannot."""
    part = _part(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            if file.exists():
                os.fchmod(target.fileno(), stat.S_IMODE(file.stat().st_mode))
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        part.replace(file)
    except PermissionError as fault:
        raise TargetError(
            f"The target cannot be written: {fault.strerror}.", where=str(file.parent), remedy="Correct its rights."
        ) from None


def remove(file: Path) -> None:
    """Removes a file, and what a killed job left of it."""
    for path in (file, _part(file)):
        path.unlink(missing_ok=True)


def _part(file: Path) -> Path:
    return file.with_name(f".{file.name}.part")
