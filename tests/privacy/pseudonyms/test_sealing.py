"""What is sealed opens with its key and context only, and is sealed alike twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import PrivacyError
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.privacy.pseudonyms.sealing import seal, unseal

KEYS, OTHER = keys_from_secret(b"1" * 32), keys_from_secret(b"2" * 32)


@given(st.binary(max_size=500), st.binary(max_size=80))
def test_sealed_bytes_open_again_and_repeat(data: bytes, context: bytes) -> None:
    sealed = seal(data, context, KEYS)
    assert unseal(sealed, context, KEYS) == data
    assert seal(data, context, KEYS) == sealed
    assert len(sealed) == len(data) + 28


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=8), st.binary(max_size=8))
def test_other_records_have_other_nonces(first: bytes, second: bytes, here: bytes, there: bytes) -> None:
    same = (first, here) == (second, there)
    assert (seal(first, here, KEYS)[:12] == seal(second, there, KEYS)[:12]) is same


@pytest.mark.parametrize("fault", ["key", "context", "byte", "cut", "empty"])
def test_what_does_not_fit_does_not_open(fault: str) -> None:
    sealed, context, keys = seal(b"Dear Anna", b"a1b2", KEYS), b"a1b2", KEYS
    if fault == "key":
        keys = OTHER
    elif fault == "context":
        context = b"a1b3"
    else:
        sealed = {"byte": sealed[:-1] + bytes([sealed[-1] ^ 1]), "cut": sealed[:20], "empty": b""}[fault]
    with pytest.raises(PrivacyError, match=context.decode()) as refused:
        unseal(sealed, context, keys)
    assert "Anna" not in str(refused.value)
