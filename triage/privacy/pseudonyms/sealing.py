"""Encryption of what must stay readable for the owner of the key only: AES-256-GCM with a synthetic nonce."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from triage.errors import PrivacyError
from triage.privacy.pseudonyms.keys import Keys, derive

NONCE_BYTES = 12
TAG_BYTES = 16


def seal(data: bytes, context: bytes, keys: Keys) -> bytes:
    """`data` encrypted for `context` (the mail key): nonce, ciphertext and tag, 28 bytes longer than `data`.

    The nonce is HMAC-SHA256(nonce key, context and data), cut to 96 bits, so that a repeated run writes the
    same bytes (the synthetic IV of Rogaway and Shrimpton, EUROCRYPT 2006). Two different records meet in one
    nonce with probability n²/2⁹⁷, under 2⁻³² up to n = 2³² records a key: the bound of NIST SP 800-38D, 8.3.
    """
    nonce = _nonce(data, context, keys)
    return nonce + AESGCM(keys.vault_key).encrypt(nonce, data, context)


def unseal(sealed: bytes, context: bytes, keys: Keys) -> bytes:
    """What `seal` took. Raises PrivacyError, naming the context, for a wrong key, context or byte."""
    try:
        return AESGCM(keys.vault_key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise PrivacyError(
            "A sealed record does not open.",
            where=context.decode("ascii", "replace"),
            remedy="Start with the key that sealed it; if that is so, the record was damaged.",
        ) from None


def _nonce(data: bytes, context: bytes, keys: Keys) -> bytes:
    digest = hmac.new(_nonce_key(keys.vault_key), len(context).to_bytes(8, "big"), hashlib.sha256)
    digest.update(context)
    digest.update(data)
    return digest.digest()[:NONCE_BYTES]


@lru_cache(maxsize=4)
def _nonce_key(vault_key: bytes) -> bytes:
    return derive(vault_key, "nonce")
