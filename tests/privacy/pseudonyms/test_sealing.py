"""What is sealed opens with its key and context only, and is sealed alike twice."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import PrivacyError
from triage.privacy.pseudonyms.keys import DataKey, Keys, keys_from_secret
from triage.privacy.pseudonyms.sealing import DATA_KEY_FORM, FORM, data_key_of, seal, unseal

KEYS, OTHER = keys_from_secret(b"1" * 32), keys_from_secret(b"2" * 32)
MAY, JUNE = DataKey(b"m" * 64, b"may-2026", "2026-05"), DataKey(b"j" * 64, b"june2026", "2026-06")
WITH_BOTH = replace(KEYS, data_keys={one.key_id: one for one in (MAY, JUNE)})
WITH_MAY = replace(KEYS, data_keys={MAY.key_id: MAY})


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
    for beginning in (nonce, FORM + nonce[1:], DATA_KEY_FORM + nonce[1:], DATA_KEY_FORM + MAY.key_id + nonce[:3]):
        assert unseal(sealed_by_gcm(data, context, beginning), context, WITH_BOTH) == data


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


@given(st.binary(max_size=500), st.binary(max_size=80))
def test_a_data_key_seals_alike_twice_and_is_named_in_the_seal(data: bytes, context: bytes) -> None:
    sealed = seal(data, context, KEYS, MAY)
    assert sealed == seal(data, context, OTHER, MAY) and sealed.startswith(DATA_KEY_FORM + MAY.key_id)
    assert len(sealed) == len(data) + 25
    assert unseal(sealed, context, WITH_BOTH) == data
    assert data_key_of(sealed, WITH_BOTH) is MAY and data_key_of(seal(data, context, KEYS), WITH_BOTH) is None
    assert seal(data, context, KEYS, JUNE)[9:25] != sealed[9:25]


def test_one_months_key_opens_no_other_month_and_nothing_of_the_master_key() -> None:
    without_june = replace(keys_from_secret(b"3" * 32), data_keys={MAY.key_id: MAY})
    assert unseal(seal(b"Dear Anna", b"a1b2", KEYS, MAY), b"a1b2", without_june) == b"Dear Anna"
    for sealed in (seal(b"Dear Anna", b"a1b2", KEYS, JUNE), seal(b"Dear Anna", b"a1b2", KEYS)):
        with pytest.raises(PrivacyError):
            unseal(sealed, b"a1b2", without_june)
    with pytest.raises(PrivacyError, match="month's key"):
        unseal(seal(b"Dear Anna", b"a1b2", KEYS, JUNE), b"a1b2", WITH_MAY)


@pytest.mark.parametrize("fault", ["context", "byte", "key's name", "form", "cut"])
def test_what_a_data_key_sealed_opens_only_as_it_is(fault: str) -> None:
    sealed, context = seal(b"Dear Anna", b"a1b2", KEYS, MAY), b"a1b2"
    changed = {
        "context": sealed,
        "byte": sealed[:-1] + bytes([sealed[-1] ^ 1]),
        "key's name": DATA_KEY_FORM + JUNE.key_id + sealed[9:],
        "form": FORM + sealed[1:],
        "cut": sealed[:12],
    }[fault]
    with pytest.raises(PrivacyError):
        unseal(changed, b"a1b3" if fault == "context" else context, WITH_BOTH)


def test_equal_keys_are_equal_whatever_lake_they_are_used_for() -> None:
    assert WITH_BOTH == KEYS and hash(WITH_BOTH) == hash(KEYS)
    assert "mmmm" not in repr(WITH_BOTH) + repr(MAY)
