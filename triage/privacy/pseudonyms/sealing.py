"""Encryption of what must stay readable for the owner of the key only: AES-256-SIV, which needs no nonce (RFC 5297)."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from triage.errors import PrivacyError
from triage.privacy.pseudonyms.keys import Keys, derive

FORM = b"\x02"
"""First byte of a record that is sealed by AES-256-SIV; the form before it, AES-256-GCM, has no such byte."""
_GCM_NONCE_BYTES = 12


def seal(data: bytes, context: bytes, keys: Keys) -> bytes:
    """`data` encrypted for `context` (the mail key): form, synthetic IV and ciphertext, 17 bytes longer than `data`.

    The same data and context give the same bytes, so that a repeated stage writes the same rows.
    """
    # Without a nonce nothing can be encrypted twice under the same one. The synthetic IV is a keyed digest of form,
    # context and data (deterministic authenticated encryption: Rogaway and Shrimpton, EUROCRYPT 2006), so equal bytes
    # reveal only that the same record was sealed again. Two of n different records share an IV with probability
    # n²/2¹²⁹; that would reveal the exclusive or of these two and nothing of any other record, nor the key.
    return FORM + _siv(keys.vault_key).encrypt(data, [FORM, context])


def unseal(sealed: bytes, context: bytes, keys: Keys) -> bytes:
    """What `seal` took. Raises PrivacyError, naming the context, for a wrong key, context or byte."""
    # One in 256 records of the older form begins with the same byte, by its nonce. Both forms are authenticated, each
    # with a key of its own, so trying one after the other accepts nothing that was not sealed.
    if sealed[:1] == FORM:
        with suppress(InvalidTag, ValueError):
            return _siv(keys.vault_key).decrypt(sealed[1:], [FORM, context])
    with suppress(InvalidTag, ValueError):
        return _unseal_gcm(sealed, context, keys)
    raise PrivacyError(
        "A sealed record does not open.",
        where=context.decode("ascii", "replace"),
        remedy="Start with the key that sealed it; if that is so, the record was damaged.",
    )


def _unseal_gcm(sealed: bytes, context: bytes, keys: Keys) -> bytes:
    """A record of the older form: nonce, ciphertext and tag. A rotation of the key writes it anew."""
    nonce, rest = sealed[:_GCM_NONCE_BYTES], sealed[_GCM_NONCE_BYTES:]
    return AESGCM(keys.vault_key).decrypt(nonce, rest, context)


@lru_cache(maxsize=4)
def _siv(vault_key: bytes) -> AESSIV:
    return AESSIV(derive(vault_key, "siv", 64))
