from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from triage.config import load_settings
from triage.errors import ConfigError
from triage.rights.holds.policy import LegalHold, load_holds, names
from triage.rights.search.persons import Person
from triage.rights.search.subjects import Subject

ANN = "ann@persons.example"
TOKEN = "<EMAIL_ADDRESS_858c78_f64f83eaa1ddefd3>"
OTHER = "<PERSON_858c78_0000000000000000>"
HASH = hashlib.sha256(ANN.encode()).hexdigest()
PERSON = Person(Subject("address", ANN), addresses={ANN}, tokens={TOKEN}, mail_keys={"0a" * 32})


@pytest.mark.parametrize(
    ("hold", "is_named"),
    [
        ({"address_sha256": [HASH]}, True),
        ({"tokens": [TOKEN]}, True),
        ({"mail_keys": ["0a" * 32]}, True),
        ({"address_sha256": [HASH.upper()], "mail_keys": [f" {'0A' * 32}"]}, True),
        ({"address_sha256": ["0" * 64], "tokens": [OTHER], "mail_keys": ["1" * 64]}, False),
        ({}, False),
    ],
    ids=["address", "token", "mail", "in capitals", "others", "nobody"],
)
def test_a_hold_names_without_naming(hold: dict[str, list[str]], is_named: bool) -> None:
    assert names(LegalHold.model_validate({"id": "H1", "reason": "a case"} | hold), PERSON) is is_named


def test_holds_are_read_from_their_file(tmp_path: Path) -> None:
    file = tmp_path / "holds.yaml"
    file.write_text(f"- {{id: H1, reason: a case, address_sha256: [{HASH}]}}\n", "utf-8")
    [hold] = load_holds(load_settings(overrides=[f"privacy.legal_holds={file}"]))
    assert (hold.id, hold.address_sha256) == ("H1", frozenset({HASH}))
    assert load_holds(load_settings()) == ()


@pytest.mark.parametrize("text", ["- {id: H1}\n", "- {id: H1, reason: x, address: a@b.c}\n", "id: H1\n", "- [\n"])
def test_a_broken_file_holds_up_the_erasure(tmp_path: Path, text: str) -> None:
    file = tmp_path / "holds.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError):
        load_holds(load_settings(overrides=[f"privacy.legal_holds={file}"]))


@pytest.mark.parametrize(
    ("field", "value"),
    [("address_sha256", ANN), ("address_sha256", HASH[:-1]), ("mail_keys", "0g" * 32), ("tokens", TOKEN[1:])],
    ids=["an address", "a short hash", "no hex", "half a token"],
)
def test_a_value_that_could_never_hold_is_refused_and_not_repeated(tmp_path: Path, field: str, value: str) -> None:
    file = tmp_path / "holds.yaml"
    fine = {"id": "H0", "reason": "a case", "tokens": [TOKEN]}
    file.write_text(json.dumps([fine, {"id": "H1", "reason": "a case", field: [value]}]), "utf-8")
    with pytest.raises(ConfigError, match=f"hold H1.{field}") as fault:
        load_holds(load_settings(overrides=[f"privacy.legal_holds={file}"]))
    assert value not in str(fault.value)
