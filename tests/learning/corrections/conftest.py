from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.lake.builders import no_spark
from tests.learning.corrections.lakes import made_lake, settings_over
from triage.config import Settings
from triage.lake.store import Store
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret

_KEYS = keys_from_secret(bytes.fromhex("5a" * 32))


@pytest.fixture
def keys() -> Keys:
    return _KEYS


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake that no test changes: a lake is a folder, and copying it is faster than writing it."""
    root = tmp_path_factory.mktemp("corrections") / "lake"
    made_lake(root, _KEYS)
    return root


@pytest.fixture
def lake(made_once: Path, tmp_path: Path) -> Store:
    return Store(no_spark, str(shutil.copytree(made_once, tmp_path / "lake")))


@pytest.fixture
def settings(lake: Store) -> Settings:
    return settings_over(lake)
