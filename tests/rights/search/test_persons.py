"""All that is searched for and replaced is listed in one place: nothing of a person is left out there."""

from __future__ import annotations

from dataclasses import fields

import pytest

from triage.learning.corrections.reviewers import reviewer_token
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.rights.search.persons import (
    Person,
    all_terms,
    clear_terms,
    mail_owners,
    name_terms,
    reviewer_tokens,
    token_owners,
    token_pattern,
)
from triage.rights.search.subjects import Subject

ANN_TOKEN, SHARED = "<PERSON_858c78_f64f83eaa1ddefd3>", "<PERSON_858c78_0000000000000000>"
ANN = Person(
    Subject("address", "ann@persons.example"),
    addresses={"ann@persons.example"},
    names={"ann quist"},
    values={"+12025550123"},
    tokens={ANN_TOKEN, SHARED},
    mail_keys={"0a" * 32},
)
BOB = Person(Subject("pseudonym", SHARED), tokens={SHARED})


@pytest.mark.parametrize("field", [field.name for field in fields(Person) if field.name != "subject"])
def test_every_field_of_a_person_is_searched_for(field: str) -> None:
    texts = {term.text for term in all_terms([BOB, ANN]) if term.owner == 1}
    assert texts >= getattr(ANN, field)


def test_terms_differ_by_kind() -> None:
    assert {term.kind for term in clear_terms([ANN])} == {"address", "name", "value"}
    assert {term.kind for term in name_terms([ANN])} == {"name"}
    assert {term.text for term in all_terms([BOB])} == {SHARED}


def test_a_reviewers_token_follows_from_address_and_name_and_may_be_known_already() -> None:
    """The journal has tokens of people of whom the vault has no value yet."""
    keys, known = keys_from_secret(b"k" * 32), "<REVIEWER_858c78_f64f83eaa1ddefd3>"
    by_address, by_name = (reviewer_token(name, keys) for name in ("Ann@persons.example", "Ann Quist"))
    assert reviewer_tokens([ANN], keys) == {by_address, by_name}
    assert reviewer_tokens([Person(Subject("pseudonym", known), tokens={known, SHARED})], keys) == {known}


def test_owners_are_places_in_the_list() -> None:
    assert token_owners([ANN, BOB]) == {ANN_TOKEN: {0}, SHARED: {0, 1}}
    assert mail_owners([BOB, ANN]) == {"0a" * 32: {1}}


def test_a_pattern_of_no_tokens_matches_nothing() -> None:
    assert token_pattern([Person(Subject("mail_key", "0a" * 32))]).search("any text") is None
    assert token_pattern([BOB, ANN]).findall(f"{ANN_TOKEN} and {SHARED}") == [ANN_TOKEN, SHARED]
