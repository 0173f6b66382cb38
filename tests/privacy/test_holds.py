from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from triage.config import load_settings
from triage.errors import ConfigError
from triage.privacy.holds import LegalHold, load_holds, names
from triage.privacy.subjects import Person, Subject

ANN = "ann@persons.example"
TOKEN = "<EMAIL_ADDRESS_858c78_f64f83eaa1ddefd3>"
HASH = hashlib.sha256(ANN.encode()).hexdigest()
PERSON = Person(Subject("address", ANN), addresses={ANN}, tokens={TOKEN}, mail_keys={"0a" * 32})


@pytest.mark.parametrize(
    ("hold", "held"),
    [
        ({"address_sha256": [HASH]}, True),
        ({"tokens": [TOKEN]}, True),
        ({"mail_keys": ["0a" * 32]}, True),
        ({"address_sha256": ["0" * 64], "tokens": ["<X>"], "mail_keys": ["1"]}, False),
        ({}, False),
    ],
    ids=["address", "token", "mail", "others", "nobody"],
)
def test_a_hold_names_without_naming(hold: dict[str, list[str]], held: bool) -> None:
    assert names(LegalHold.model_validate({"id": "H1", "reason": "a case"} | hold), PERSON) is held


def test_holds_are_read_from_their_file(tmp_path: Path) -> None:
    file = tmp_path / "holds.yaml"
    file.write_text(f"- {{id: H1, reason: a case, address_sha256: [{HASH}]}}\n", "utf-8")
    [hold] = load_holds(load_settings(overrides=[f"privacy.legal_holds={file}"]))
    assert (hold.id, hold.address_sha256) == ("H1", frozenset({HASH}))
    assert load_holds(load_settings()) == ()


@pytest.mark.parametrize(
    "text", ["- {id: H1}\n", "- {id: H1, reason: x, address: a@b.c}\n", "id: H1\n", "- [\n"]
)
def test_a_broken_file_holds_up_the_erasure(tmp_path: Path, text: str) -> None:
    file = tmp_path / "holds.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError):
        load_holds(load_settings(overrides=[f"privacy.legal_holds={file}"]))
