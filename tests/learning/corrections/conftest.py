from __future__ import annotations

from pathlib import Path

import pytest

from tests.learning.corrections.lakes import made_lake, settings_over
from triage.config import Settings
from triage.lake.store import Store
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret


@pytest.fixture
def keys() -> Keys:
    return keys_from_secret(bytes.fromhex("5a" * 32))


@pytest.fixture
def lake(tmp_path: Path, keys: Keys) -> Store:
    return made_lake(tmp_path / "lake", keys)


@pytest.fixture
def settings(lake: Store) -> Settings:
    return settings_over(lake)
