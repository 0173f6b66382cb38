from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.learning.page.builders import Clock
from triage.learning.page.desk.desk import Desk
from triage.learning.page.desk.journal import Journal
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret

LEASE = 900


@pytest.fixture
def keys() -> Keys:
    return keys_from_secret(bytes.fromhex("5a" * 32))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, keys: Keys) -> Iterator[Journal]:
    opened = Journal(tmp_path / "review", keys)
    yield opened
    opened.close()


@pytest.fixture
def desk(journal: Journal, clock: Clock) -> Desk:
    return Desk(journal, LEASE, clock)
