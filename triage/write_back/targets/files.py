"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from triage.write_back.targets.base import TargetError


def write_whole(file: Path, content: bytes) -> None:
    """Replaces a file in one step; only its owner may read it. Raises TargetError where it cannot be written."""
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        part.replace(file)
    except PermissionError as fault:
        raise TargetError(
            f"The target cannot be written: {fault.strerror}.", where=str(file.parent), remedy="Correct its rights."
        ) from None
