"""What a token stands for, sealed for `vault/pseudonyms`."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import NamedTuple

from triage.privacy.pseudonyms.keys import DataKey, Keys
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.privacy.pseudonyms.spelling import normalize


class Entry(NamedTuple):
    """A value under its normalized spelling, which made the token, and as it was first seen."""

    value: str
    spelling: str


@lru_cache(maxsize=16_384)
def seal_entry(
    token: str, entity: str, spelling: str, keys: Keys, data_key: DataKey | None = None
) -> tuple[str, str, bytes]:
    """Token, entity and the sealed entry; the token is its context, so that it opens in its own row only."""
    return token, entity, reseal_entry(Entry(normalize(entity, spelling), spelling), token, keys, data_key)


def reseal_entry(entry: Entry, token: str, keys: Keys, data_key: DataKey | None = None) -> bytes:
    """An entry sealed for another token or key."""
    return seal(json.dumps(entry).encode("ascii"), token.encode(), keys, data_key)


def unseal_entry(sealed: bytes, token: str, keys: Keys) -> Entry:
    """What the token stands for. Raises PrivacyError for a wrong key or row."""
    return Entry(*json.loads(unseal(sealed, token.encode(), keys)))
