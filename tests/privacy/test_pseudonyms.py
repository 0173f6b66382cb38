"""All spellings of a value meet in one token, and nobody without the key can make it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.privacy.keys import Keys, keys_from_secret
from triage.privacy.pseudonyms import TOKEN, pseudonym, recorded

SECRET = b"a secret that only tests may know"
KEYS = keys_from_secret(SECRET)


@pytest.mark.parametrize(
    ("entity", "spellings"),
    [
        ("PERSON", ["Steve Wang", "Wang, Steve", "STEVE  WANG", "Dr. Steve Wang", "Steve Wang (E-mail)", "'Steve Wang'", "Steve Wang's"]),
        ("PERSON", ["Jürgen Groß", "Ju\u0308rgen Groß", "Herr Jürgen Gross"]),
        ("EMAIL_ADDRESS", ["a.b@c.org", "A.B@C.ORG", "<a.b@c.org>", "mailto:a.b@c.org", "a.b at c.org", "a.b (at) c (dot) org"]),
        ("PHONE_NUMBER", ["+44 20 7946 0018", "(020) 7946 0018", "+442079460018"]),
        ("CREDIT_CARD", ["4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111"]),
        ("IBAN_CODE", ["DE89 3704 0044 0532 0130 00", "de89370400440532013000"]),
        ("IP_ADDRESS", ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1"]),
        ("MESSAGE_ID", ["<x@y>", "x@y"]),
    ],
    ids=["person", "person in umlauts", "e-mail", "phone", "card", "iban", "ip", "message id"],
)  # fmt: skip
def test_spellings_of_one_value_share_a_token(entity: str, spellings: list[str]) -> None:
    assert len({pseudonym(entity, spelling, KEYS) for spelling in spellings}) == 1


@given(
    st.sampled_from(["PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "LOCATION"]), st.text(min_size=1, max_size=60)
)
def test_a_token_has_one_form_and_is_its_own_token(entity: str, value: str) -> None:
    token = pseudonym(entity, value, KEYS)
    assert TOKEN.fullmatch(token) and token.startswith(f"<{entity}_")
    assert pseudonym("PERSON", token, KEYS) == token


def test_entity_and_key_separate_tokens() -> None:
    other = keys_from_secret(b"another secret of thirty-two bytes")
    tokens = {
        pseudonym("PERSON", "Kim", KEYS),
        pseudonym("LOCATION", "Kim", KEYS),
        pseudonym("PERSON", "Kim", other),
    }
    assert len({token[-17:] for token in tokens}) == 3


def test_tokens_are_the_same_in_another_process() -> None:
    code = (
        "from triage.privacy.keys import keys_from_secret; from triage.privacy.pseudonyms import pseudonym;"
        f"print(pseudonym('PERSON', 'Wang, Steve', keys_from_secret({SECRET!r})))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == pseudonym("PERSON", "Steve Wang", KEYS)


def test_what_is_given_out_is_recorded_once_with_its_first_spelling(keys: Keys) -> None:
    with recorded() as issued:
        first = pseudonym("PERSON", "Ann Example", keys)
        pseudonym("PERSON", "EXAMPLE, Ann", keys)
        pseudonym("PERSON", first, keys)
    pseudonym("PERSON", "Bob", keys)
    assert issued == {first: ("PERSON", "Ann Example")}
