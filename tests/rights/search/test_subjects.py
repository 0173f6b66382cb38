from __future__ import annotations

from pathlib import Path

import pytest

from triage.errors import ConfigError
from triage.rights.search.subjects import Subject, full_name, is_personal, is_telling, spellings, subjects

TOKEN = "<PERSON_858c78_f64f83eaa1ddefd3>"
KEY = "0a" * 32


def test_identifiers_are_normalized_and_distinct(tmp_path: Path) -> None:
    file = tmp_path / "who.txt"
    file.write_text(f"Ann@Persons.EXAMPLE\n\n  {TOKEN}\n{KEY}\nbob@persons.example\n", "utf-8")
    made = subjects(["<ann@persons.example>"], [TOKEN], [KEY.upper()], file)
    assert made == [
        Subject("address", "ann@persons.example"),
        Subject("pseudonym", TOKEN),
        Subject("mail_key", KEY),
        Subject("address", "bob@persons.example"),
    ]


@pytest.mark.parametrize(
    ("addresses", "tokens", "mail_keys"),
    [
        ([], [], []),
        (["ann"], [], []),
        ([""], [], []),
        (["a b@c"], [], []),
        ([], ["PERSON"], []),
        ([], [], ["12"]),
    ],
    ids=["nobody", "no host", "empty", "a blank", "no token", "a short key"],
)
def test_wrong_identifiers_are_refused_and_not_repeated(
    addresses: list[str], tokens: list[str], mail_keys: list[str]
) -> None:
    with pytest.raises(ConfigError) as fault:
        subjects(addresses, tokens, mail_keys)
    assert not any(
        given and given in str(fault.value) for given in [*addresses, *mail_keys] if given != "ann"
    )


def test_a_wrong_line_is_named_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "who.txt"
    file.write_text("ann@persons.example\nZelda Quist\n", "utf-8")
    with pytest.raises(ConfigError, match="line 2") as fault:
        subjects([], [], [], file)
    assert "zelda" not in str(fault.value).lower()


@pytest.mark.parametrize(
    ("display", "name"),
    [
        ("Zelda Quist", "zelda quist"),
        ("QUIST, Zelda", "zelda quist"),
        ("Dr. Zelda Quist (Sales)", "zelda quist"),
        ("Zelda", None),
        ("Zelda Q.", None),
        ("zelda@persons.example", None),
        ("", None),
    ],
)
def test_only_full_names_tell_a_person(display: str, name: str | None) -> None:
    assert full_name(display) == name


@pytest.mark.parametrize(
    ("name", "personal"),
    [("zelda quistgaard", True), ("john smith", True), ("mark price", True), ("max quistgaard", True),
     ("customer service", False), ("front desk", False), ("sales department", False), ("kundendienst berlin", False)],
)  # fmt: skip
def test_a_desk_is_nobody(name: str, personal: bool) -> None:
    assert is_personal(name) is personal


def test_names_are_sought_as_mail_and_files_write_them() -> None:
    assert spellings("ann quist") == {
        "ann quist", "ann_quist", "ann.quist", "ann-quist", "quist, ann", "quist ann"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("entity", "value", "telling"),
    [("LOCATION", "Springfield", False), ("ORGANIZATION", "Springfield Oil", False), ("DATE", "12 March 2001", False),
     ("PHONE_NUMBER", "+12025550123", True), ("ACCOUNT_NUMBER", "12345", False)],
)  # fmt: skip
def test_values_that_many_share_are_not_sought_in_raw_mail(entity: str, value: str, telling: bool) -> None:
    assert is_telling(entity, value) is telling


def test_a_subject_is_known_by_salt_and_hash_only() -> None:
    ann = Subject("address", "ann@persons.example")
    assert ann.salted_hash(b"a") != ann.salted_hash(b"b")
    assert "ann" not in repr(ann)


@pytest.mark.parametrize(
    "entity", ["LOCATION", "ORGANIZATION", "NRP", "AGE", "DATE", "OWN_TERM", "URL", "MESSAGE_ID"]
)
def test_a_token_that_names_no_person_is_refused(tmp_path: Path, entity: str) -> None:
    token, file = f"<{entity}_858c78_f64f83eaa1ddefd3>", tmp_path / "who.txt"
    file.write_text(token, "utf-8")
    for given, lines in (([token], None), ([], file)):
        with pytest.raises(ConfigError, match="names no person") as fault:
            subjects([], given, [], lines)
        assert token not in str(fault.value)
