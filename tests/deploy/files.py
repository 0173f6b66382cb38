"""Where the deployment files lie, and the tools that validate them."""

from __future__ import annotations

import re
import shutil

import pytest

from triage.config import PROJECT

DEPLOY = PROJECT / "conf" / "deploy"
INSTALLED = "/opt/triage"
"""Where the deployment files expect the project."""


def tool(name: str, package: str) -> str:
    """Path of a command; without it the test is skipped."""
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is absent: Debian has it in the package {package}")
    return found


def jobs_named(text: str) -> set[str]:
    """Names of the jobs (`jobs/NAME.py`) in a file."""
    return set(re.findall(r"jobs/(\w+)\.py", text))


def require_job(name: str) -> None:
    """Fails where the project has no such job."""
    assert (PROJECT / "jobs" / f"{name}.py").is_file()
