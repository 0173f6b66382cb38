"""What is sealed opens with its key and context only, and is sealed alike twice."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import PrivacyError
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret
from triage.privacy.pseudonyms.sealing import FORM, seal, unseal

KEYS, OTHER = keys_from_secret(b"1" * 32), keys_from_secret(b"2" * 32)


def sealed_by_gcm(data: bytes, context: bytes, nonce: bytes, keys: Keys = KEYS) -> bytes:
    """A record of the older form."""
    return nonce + AESGCM(keys.vault_key).encrypt(nonce, data, context)


@given(st.binary(max_size=500), st.binary(max_size=80))
def test_sealed_bytes_open_again_and_repeat(data: bytes, context: bytes) -> None:
    sealed = seal(data, context, KEYS)
    assert unseal(sealed, context, KEYS) == data
    assert seal(data, context, KEYS) == sealed
    assert len(sealed) == len(data) + 17


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=8), st.binary(max_size=8))
def test_other_records_have_other_ivs(first: bytes, second: bytes, here: bytes, there: bytes) -> None:
    same = (first, here) == (second, there)
    assert (seal(first, here, KEYS)[:17] == seal(second, there, KEYS)[:17]) is same


@given(st.binary(max_size=500), st.binary(max_size=80), st.binary(min_size=12, max_size=12))
def test_records_of_the_older_form_open(data: bytes, context: bytes, nonce: bytes) -> None:
    for beginning in (nonce, FORM + nonce[1:]):
        assert unseal(sealed_by_gcm(data, context, beginning), context, KEYS) == data


def test_threads_share_a_cipher() -> None:
    records = [os.urandom(4_000) for _ in range(200)]
    with ThreadPoolExecutor(4) as threads:
        sealed = list(threads.map(lambda data: seal(data, b"a1b2", KEYS), records))
        assert list(threads.map(lambda each: unseal(each, b"a1b2", KEYS), sealed)) == records


@pytest.mark.parametrize("form", ["new", "older", "older that begins as the new"])
@pytest.mark.parametrize("fault", ["key", "context", "byte", "cut", "form", "empty"])
def test_what_does_not_fit_does_not_open(fault: str, form: str) -> None:
    sealed, context, keys = seal(b"Dear Anna", b"a1b2", KEYS), b"a1b2", KEYS
    if form != "new":
        nonce = bytes(12) if form == "older" else FORM + bytes(11)
        sealed = sealed_by_gcm(b"Dear Anna", context, nonce)
    if fault == "key":
        keys = OTHER
    elif fault == "context":
        context = b"a1b3"
    else:
        sealed = {
            "byte": sealed[:-1] + bytes([sealed[-1] ^ 1]),
            "cut": sealed[:20],
            "form": bytes([sealed[0] ^ 1]) + sealed[1:],
            "empty": b"",
        }[fault]
    with pytest.raises(PrivacyError, match=context.decode()) as raised:
        unseal(sealed, context, keys)
    assert "Anna" not in str(raised.value)
