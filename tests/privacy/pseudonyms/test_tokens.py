"""All spellings of a value meet in one token, and nobody without the key can make it."""

from __future__ import annotations

import hashlib
import hmac
import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from triage.privacy.pseudonyms.keys import Keys, keys_from_secret
from triage.privacy.pseudonyms.tokens import TOKEN, pseudonym, recorded

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


@given(st.sampled_from(["PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "LOCATION"]), st.text(min_size=1, max_size=60))
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
        "from triage.privacy.pseudonyms.keys import keys_from_secret; from triage.privacy.pseudonyms.tokens import pseudonym;"
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


PEOPLE = [f"{first} {last}" for first in ("ann", "bob", "carla", "deniz") for last in ("quist", "nyborg", "okafor")]
GUESSES = [b"", b"key", b"secret", b"triage", b"password", bytes(32), b"\xff" * 32, b"0" * 32, b"development"]


def test_a_dictionary_without_the_key_finds_nothing() -> None:
    """Plain hashes of all candidates, and keyed ones under keys that anybody would try, cut at any place."""
    tokens = {pseudonym("PERSON", name, KEYS): name for name in PEOPLE}
    digests = {str(TOKEN.fullmatch(token)["digest"]) for token in tokens}  # type: ignore[index]
    assert len(digests) == len(PEOPLE)
    seen = set()
    for name in PEOPLE:
        for text in (name, name.title(), f"PERSON\0{name}", f"PERSON{name}", f"PERSON:{name}"):
            plain = [hashlib.new(kind, text.encode()).hexdigest() for kind in ("md5", "sha1", "sha256", "sha512")]
            keyed = [hmac.new(key, text.encode(), "sha256").hexdigest() for key in [*GUESSES, KEYS.key_id.encode()]]
            seen |= {digest[at : at + 16] for digest in plain + keyed for at in range(len(digest) - 15)}
    assert not digests & seen
    guessed = {pseudonym("PERSON", name, keys_from_secret(key)) for name in PEOPLE for key in GUESSES}
    assert not {str(TOKEN.fullmatch(token)["digest"]) for token in guessed} & digests  # type: ignore[index]


@given(st.text(min_size=1), st.text(min_size=1), st.binary(min_size=32, max_size=64))
def test_tokens_of_two_keys_never_join(one: str, other: str, secret: bytes) -> None:
    keys = keys_from_secret(secret)
    assume(keys.key_id != KEYS.key_id)
    assume(not TOKEN.fullmatch(one))
    assert pseudonym("PERSON", one, KEYS) not in {pseudonym("PERSON", value, keys) for value in (one, other)}
