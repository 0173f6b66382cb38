"""The small lake of the tests of SQL, opened as a notebook opens it."""

from __future__ import annotations

import pytest

import triage
from tests.query.conftest import root as root  # noqa: PLC0414 - a fixture is used by being here
from triage.api.lake import Lake


@pytest.fixture(scope="package")
def opened(root: str) -> Lake:
    return triage.open(root)
