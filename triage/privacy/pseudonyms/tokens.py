"""Keyed pseudonyms: one person, address or number is one token in all mails and runs."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.spelling import normalize

TOKEN = re.compile(r"<(?P<entity>[A-Z][A-Z_]{1,30})_(?P<key>[0-9a-f]{6})_(?P<digest>[0-9a-f]{16})>")
"""A pseudonym: the entity, the head of the key's id, and 64 bits of a keyed digest."""

REVIEWER = "REVIEWER"
"""The entity of people who correct: their names stand in no mail that a detector reads, but in what they stated."""

KEY_DIGITS = 6
_issued: ContextVar[dict[str, tuple[str, str]] | None] = ContextVar("issued", default=None)


def pseudonym(entity: str, value: str, keys: Keys) -> str:
    """The token of `value`, such as `<PERSON_5b21e0_7f3a9c0de1b2a394>`; a value that is a token stays one.

    After the entity stand six digits of the key's id, then 64 bits of HMAC-SHA256(token key, entity, 0, normalized
    value): without the key no dictionary leads back, and among n values of an entity two share a token with
    probability about n²/2⁶⁵.
    """
    if TOKEN.fullmatch(value):
        return value
    token = token_of(entity, normalize(entity, value), keys)
    issued = _issued.get()
    if issued is not None and (token not in issued or (issued[token][1].islower() and not value.islower())):
        issued[token] = entity, value
    return token


def token_of(entity: str, normalized: str, keys: Keys) -> str:
    """The token of a value that `normalize` made."""
    return _token(entity, normalized, keys.token_key, keys.key_id[:KEY_DIGITS])


@contextmanager
def recorded() -> Iterator[dict[str, tuple[str, str]]]:
    """Records the tokens given out inside the `with` block, each with its entity and a value that it stood for.

    That is the first value, but one with capitals goes before one without.
    """
    issued: dict[str, tuple[str, str]] = {}
    before = _issued.set(issued)
    try:
        yield issued
    finally:
        _issued.reset(before)


@lru_cache(maxsize=65_536)
def _token(entity: str, normalized: str, token_key: bytes, key: str) -> str:
    message = entity.encode() + b"\0" + normalized.encode("utf-8", "surrogatepass")
    digest = hmac.new(token_key, message, hashlib.sha256).hexdigest()[:16]
    return f"<{entity}_{key}_{digest}>"
