"""What a token's value makes known of a person, and which mails are then the person's own."""

from __future__ import annotations

import pytest

from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.rights.search.persons import Person, owning_terms
from triage.rights.search.resolve import _add_value
from triage.rights.search.scanner import Scanner
from triage.rights.search.subjects import Subject

KEYS = keys_from_secret(b"k" * 32)
MAIL = b"From: customer@shop.example\r\n\r\nDear Ann Berg, accounting of the Accounts Team owes me a refund."


def known(entity: str, *values: str) -> Person:
    person = Person(Subject("pseudonym", f"<{entity}_858c78_f64f83eaa1ddefd3>"))
    _add_value(person, entity, values, KEYS)
    return person


@pytest.mark.parametrize(
    ("value", "names", "addresses"),
    [
        pytest.param("Ann Berg", {"ann berg"}, set(), id="a full name"),
        pytest.param("Ann.Berg@persons.example", set(), {"ann.berg@persons.example"}, id="an address"),
        pytest.param("accounting", set(), set(), id="a role of one word"),
        pytest.param("Accounts Team", set(), set(), id="a desk"),
    ],
)
def test_a_reviewer_owns_no_mail_that_only_names_the_reviewer(value: str, names: set[str], addresses: set[str]) -> None:
    person = known("REVIEWER", value, value.lower())
    assert (person.names, person.values) == (names, set())
    assert {address.lower() for address in person.addresses} == addresses
    assert Scanner(owning_terms([person])).find(MAIL) == set()


def test_a_mail_to_the_reviewers_address_is_the_reviewers_own() -> None:
    terms = owning_terms([known("REVIEWER", "ann.berg@persons.example")])
    assert Scanner(terms).find(b"To: Ann.Berg@persons.example\r\n\r\nHello")


def test_who_was_given_by_a_name_of_mails_owns_the_mails_with_that_name() -> None:
    assert Scanner(owning_terms([known("PERSON", "Ann Berg")])).find(MAIL)


def test_other_values_stay_what_they_were() -> None:
    assert known("PHONE_NUMBER", "+12025550123").values == {"+12025550123"}
    assert known("PHONE_NUMBER", "5550123").values == set()
