"""What a certificate may say of its result."""

from __future__ import annotations

import pytest

from triage.rights.erasure.erase import _is_forgotten, _result
from triage.rights.erasure.scope import FORGOTTEN
from triage.rights.search.subjects import Person, Subject

TOKEN = "<EMAIL_ADDRESS_858c78_f64f83eaa1ddefd3>"


@pytest.mark.parametrize(
    ("done", "forgotten", "findings", "told"),
    [
        (True, False, [], "erased, and nothing left"),
        (False, False, [], "nothing was found of this subject"),
        (True, True, [], FORGOTTEN),
        (True, True, ["a file"], "not clean: what was found stands under findings"),
    ],
    ids=["done", "nobody", "not provable", "left"],
)
def test_the_result_claims_no_more_than_was_proven(
    done: bool, forgotten: bool, findings: list[str], told: str
) -> None:
    assert _result(done, forgotten, findings) == told


@pytest.mark.parametrize(
    ("person", "forgotten"),
    [
        (Person(Subject("pseudonym", TOKEN), tokens={TOKEN}), True),
        (Person(Subject("pseudonym", TOKEN), addresses={"ann@persons.example"}), False),
        (Person(Subject("mail_key", "0a" * 32)), False),
    ],
    ids=["an unknown token", "a known token", "a mail"],
)
def test_a_pseudonym_without_its_value_is_sought_by_itself_only(person: Person, forgotten: bool) -> None:
    assert _is_forgotten(person) is forgotten
