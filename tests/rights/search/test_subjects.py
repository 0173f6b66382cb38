from __future__ import annotations

from pathlib import Path

import pytest

from triage.errors import ConfigError
from triage.rights.search.subjects import Subject, parse_subjects

TOKEN = "<PERSON_858c78_f64f83eaa1ddefd3>"
KEY = "0a" * 32


def test_identifiers_are_normalized_and_distinct(tmp_path: Path) -> None:
    file = tmp_path / "who.txt"
    file.write_text(f"Ann@Persons.EXAMPLE\n\n  {TOKEN}\n{KEY}\nbob@persons.example\n", "utf-8")
    subjects = parse_subjects(["<ann@persons.example>"], [TOKEN], [KEY.upper()], file)
    assert subjects == [
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
        parse_subjects(addresses, tokens, mail_keys)
    assert not any(given and given in str(fault.value) for given in [*addresses, *mail_keys] if given != "ann")


def test_a_wrong_line_is_named_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "who.txt"
    file.write_text("ann@persons.example\nZelda Quist\n", "utf-8")
    with pytest.raises(ConfigError, match="line 2") as fault:
        parse_subjects([], [], [], file)
    assert "zelda" not in str(fault.value).lower()


def test_a_subject_is_known_by_salt_and_hash_only() -> None:
    ann = Subject("address", "ann@persons.example")
    assert ann.salted_hash(b"a") != ann.salted_hash(b"b")
    assert "ann" not in repr(ann)


@pytest.mark.parametrize("entity", ["LOCATION", "ORGANIZATION", "NRP", "AGE", "DATE", "OWN_TERM", "URL", "MESSAGE_ID"])
def test_a_token_that_names_no_person_is_refused(tmp_path: Path, entity: str) -> None:
    token, file = f"<{entity}_858c78_f64f83eaa1ddefd3>", tmp_path / "who.txt"
    file.write_text(token, "utf-8")
    for given, lines in (([token], None), ([], file)):
        with pytest.raises(ConfigError, match="names no person") as fault:
            parse_subjects([], given, [], lines)
        assert token not in str(fault.value)
