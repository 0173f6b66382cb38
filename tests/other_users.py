"""A folder for tests that act as another user of the machine."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def folder_for_all_users(prefix: str) -> Iterator[Path]:
    """A temporary folder that every user may enter, unlike those of pytest; removed afterwards.

    Skips the test where the place of temporary files is closed to other users.
    """
    place = Path(tempfile.mkdtemp(prefix=prefix))
    place.chmod(0o755)
    try:
        if not all(parent.stat().st_mode & 0o001 for parent in place.parents):
            pytest.skip(f"other users may not enter {place.parent}: set TMPDIR to a folder that they may")
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
