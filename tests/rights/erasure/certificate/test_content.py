"""The result that a certificate states."""

from __future__ import annotations

import pytest

from triage.rights.erasure.certificate.content import lacks_clear_values, result
from triage.rights.erasure.certificate.wording import NOT_VERIFIED_IN_CLEAR
from triage.rights.search.persons import Person
from triage.rights.search.subjects import Subject

TOKEN = "<EMAIL_ADDRESS_858c78_f64f83eaa1ddefd3>"


@pytest.mark.parametrize(
    ("is_changed", "lacks_values", "findings", "expected"),
    [
        (True, False, [], "erased, and nothing left"),
        (False, False, [], "nothing was found of this subject"),
        (True, True, [], NOT_VERIFIED_IN_CLEAR),
        (True, True, ["a file"], "not clean: what was found stands under findings"),
    ],
    ids=["done", "nobody", "not verifiable", "left"],
)
def test_the_result_claims_no_more_than_was_verified(
    is_changed: bool, lacks_values: bool, findings: list[str], expected: str
) -> None:
    assert result(is_changed, lacks_values, findings) == expected


@pytest.mark.parametrize(
    ("person", "lacks_values"),
    [
        (Person(Subject("pseudonym", TOKEN), tokens={TOKEN}), True),
        (Person(Subject("pseudonym", TOKEN), addresses={"ann@persons.example"}), False),
        (Person(Subject("mail_key", "0a" * 32)), False),
    ],
    ids=["an unknown token", "a known token", "a mail"],
)
def test_a_pseudonym_without_its_value_is_searched_by_itself_only(person: Person, lacks_values: bool) -> None:
    assert lacks_clear_values(person) is lacks_values
