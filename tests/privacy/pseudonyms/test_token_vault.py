from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import PrivacyError
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.privacy.pseudonyms.spelling import normalize
from triage.privacy.pseudonyms.token_vault import reseal_entry, seal_entry, unseal_entry
from triage.privacy.pseudonyms.tokens import pseudonym, token_of

OLD, NEW = keys_from_secret(b"o" * 32), keys_from_secret(b"n" * 32)


@given(st.sampled_from(["PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "MESSAGE_ID"]), st.text(min_size=1))
def test_a_new_key_makes_of_the_entry_what_it_makes_of_the_value(entity: str, value: str) -> None:
    token = pseudonym(entity, value, OLD)
    entry = unseal_entry(seal_entry(token, entity, value, OLD)[2], token, OLD)
    assert (entry.value, entry.spelling) == (normalize(entity, value), value)
    new = token_of(entity, entry.value, NEW)
    assert new == pseudonym(entity, value, NEW)
    assert unseal_entry(reseal_entry(entry, new, NEW), new, NEW) == entry


def test_an_entry_opens_in_its_own_row_and_with_its_own_key_only() -> None:
    token = pseudonym("PERSON", "Ann Quist", OLD)
    sealed = seal_entry(token, "PERSON", "Ann Quist", OLD)[2]
    assert b"Quist" not in sealed
    for wrong_token, keys in ((pseudonym("PERSON", "Bob", OLD), OLD), (token, NEW)):
        with pytest.raises(PrivacyError):
            unseal_entry(sealed, wrong_token, keys)
