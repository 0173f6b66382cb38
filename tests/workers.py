"""Tests on both cores: whole jobs over shared lakes go to one worker, and the other files to whichever is free.

Each worker has a Spark session of its own, made when a test first needs it.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LAKES = ("e2e", "notebooks")
"""Rooms whose tests share lakes that take a run to make."""


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Parts of work for pytest-xdist's workers, the largest first: all tests over shared lakes, and each other file."""

    def _split_scope(self, nodeid: str) -> str:
        file, *_ = nodeid.split("::")
        return "lakes" if any(room in PurePosixPath(file).parts for room in LAKES) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """The scheduler, whatever `--dist` says."""
    return ByFile(config, log)
