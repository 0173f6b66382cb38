"""Tests on both cores: each file goes to the worker that is free, whole jobs first, since they take longest.

Each worker has a Spark session and a trained lake of its own, made when a test first needs them.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

PEOPLED = ("tests/e2e/test_erasure.py", "tests/e2e/test_keys.py")
"""Files that share the lake `peopled`, which takes a run to make."""


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Parts of work for pytest-xdist's workers in the order of their folders, of which `e2e` is among the first."""

    def _split_scope(self, nodeid: str) -> str:
        file, *_ = nodeid.split("::")
        return "peopled" if str(PurePosixPath(file)) in PEOPLED else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """The scheduler, whatever `--dist` says."""
    config.option.loadscopereorder = False  # by number of tests, the few long ones would come last
    return ByFile(config, log)
