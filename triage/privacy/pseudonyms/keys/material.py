"""The keys that are derived from one secret."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@dataclass(frozen=True, slots=True)
class DataKey:
    """The 64 random bytes that seal what was planned in one month, and the 8 bytes that name them in each seal."""

    key: bytes = field(repr=False)
    key_id: bytes
    month: str
    """Such as `2026-11`, in UTC."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What tokens and vault are made with: two 32-byte keys and `key_id`, a digest that names them.

    `data_keys`, by their ids, are those of one lake (triage.privacy.pseudonyms.data_keys); they are no part of what
    makes two keys equal, so that a process that has loaded detection for a key serves all lakes and months of it.
    """

    token_key: bytes = field(repr=False)
    vault_key: bytes = field(repr=False)
    key_id: str
    data_keys: Mapping[bytes, DataKey] = field(default_factory=dict, repr=False, compare=False)


def keyed_name(kind: bytes, what: bytes, keys: Keys) -> str:
    """A name, 32 hex digits, for something that must stay secret: the same for the same `kind`, thing and keys."""
    return hmac.new(keys.token_key, kind + b"\0" + what, hashlib.sha256).hexdigest()[:32]


def derive(secret: bytes, label: str, length: int = 32) -> bytes:
    """`length` bytes for one purpose, HKDF-SHA256 (RFC 5869) of `secret` with `label` as info."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"triage {label}".encode()).derive(secret)


def keys_from_secret(secret: bytes) -> Keys:
    """The keys that belong to a secret of 32 bytes or more."""
    return Keys(derive(secret, "tokens"), derive(secret, "vault"), derive(secret, "key id", 6).hex())
