"""Tests on both cores: what uses the Spark session goes to one worker, file by file what does not to the other."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

APART = ("e2e", "environment", "mail", "notebooks", "privacy", "samples")
"""Rooms whose tests start processes of their own, or none: their files may run beside the session."""


class OneSession(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """Work for pytest-xdist's workers, the largest part first: the session's tests are one part, each other file is one."""

    def _split_scope(self, nodeid: str) -> str:
        file, *_ = nodeid.split("::")
        return file if any(room in PurePosixPath(file).parts for room in APART) else "session"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneSession:
    """The scheduler, whatever `--dist` says."""
    return OneSession(config, log)
