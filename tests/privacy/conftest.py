"""What the tests of this room share: fixed keys and one engine."""

from __future__ import annotations

import pytest

from triage.config import load_settings
from triage.privacy.anonymizer import Anonymizer
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret


@pytest.fixture(scope="session")
def keys() -> Keys:
    return keys_from_secret(b"a secret that only tests may know")


@pytest.fixture(scope="session")
def anonymizer(keys: Keys) -> Anonymizer:
    return Anonymizer(load_settings(), keys)
