"""Encryption of what must stay readable for the owner of the key only: AES-256-SIV, which needs no nonce (RFC 5297).

What may be destroyed by the month (mails, and the values behind tokens) is sealed by the data key of a month, all else
by the vault key, which follows from the master key.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from triage.errors import PrivacyError
from triage.privacy.pseudonyms.keys import DataKey, Keys, derive

FORM = b"\x02"
"""First byte of a record that is sealed by AES-256-SIV with the vault key; the form before it, AES-256-GCM, has no such
byte."""
DATA_KEY_FORM = b"\x03"
"""First byte of a record that is sealed by AES-256-SIV with a data key; the 8 bytes of the key's id follow."""
DATA_KEY_ID_BYTES = 8
_GCM_NONCE_BYTES = 12


def seal(data: bytes, context: bytes, keys: Keys, data_key: DataKey | None = None) -> bytes:
    """`data` encrypted for `context` (the mail key): form, id of the data key if any, synthetic IV and ciphertext.

    25 bytes longer than `data`, 17 without a data key. The same data, context and key give the same bytes, so that a
    repeated stage writes the same rows.
    """
    # Without a nonce nothing can be encrypted twice under the same one. The synthetic IV is a keyed digest of header,
    # context and data (deterministic authenticated encryption: Rogaway and Shrimpton, EUROCRYPT 2006), so equal bytes
    # reveal only that the same record was sealed again. Two of n different records under one key share an IV with
    # probability n²/2¹²⁹; that would reveal the exclusive or of these two and nothing of any other record, nor the key.
    # Data keys are drawn at random, not derived, so one of them says nothing of another or of the master key.
    if data_key is None:
        return FORM + _vault_siv(keys.vault_key).encrypt(data, [FORM, context])
    header = DATA_KEY_FORM + data_key.key_id
    return header + _data_siv(data_key.key).encrypt(data, [header, context])


def unseal(sealed: bytes, context: bytes, keys: Keys) -> bytes:
    """What `seal` took. Raises PrivacyError, naming the context, for a wrong key, context or byte."""
    # One in 256 records of the oldest form begins with the same byte as one of a later form, by its nonce. All forms
    # are authenticated, each with a key of its own, so trying one after the other accepts nothing that was not sealed.
    header, rest = _split(sealed)
    data_key = data_key_of(sealed, keys)
    if data_key is not None:
        with suppress(InvalidTag, ValueError):
            return _data_siv(data_key.key).decrypt(rest, [header, context])
    if header == FORM:
        with suppress(InvalidTag, ValueError):
            return _vault_siv(keys.vault_key).decrypt(rest, [FORM, context])
    with suppress(InvalidTag, ValueError):
        return _unseal_gcm(sealed, context, keys)
    raise PrivacyError(
        "A sealed record does not open.",
        where=context.decode("ascii", "replace"),
        remedy="Start with the key that sealed it; if that is so, the record was damaged, or vault/data_keys has lost "
        "its month's key.",
    )


def data_key_of(sealed: bytes, keys: Keys) -> DataKey | None:
    """The data key that sealed a record; None for one of another form, or of a key that is not there."""
    header, _ = _split(sealed)
    return keys.data_keys.get(header[1:]) if header[:1] == DATA_KEY_FORM else None


def _split(sealed: bytes) -> tuple[bytes, bytes]:
    size = 1 + DATA_KEY_ID_BYTES if sealed[:1] == DATA_KEY_FORM else 1
    return sealed[:size], sealed[size:]


def _unseal_gcm(sealed: bytes, context: bytes, keys: Keys) -> bytes:
    """A record of the oldest form: nonce, ciphertext and tag. A rotation of the key writes it anew."""
    nonce, rest = sealed[:_GCM_NONCE_BYTES], sealed[_GCM_NONCE_BYTES:]
    return AESGCM(keys.vault_key).decrypt(nonce, rest, context)


@lru_cache(maxsize=4)
def _vault_siv(vault_key: bytes) -> AESSIV:
    return AESSIV(derive(vault_key, "siv", 64))


@lru_cache(maxsize=64)
def _data_siv(key: bytes) -> AESSIV:
    return AESSIV(key)
