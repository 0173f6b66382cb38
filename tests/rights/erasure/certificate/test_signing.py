from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from triage.config import load_settings
from triage.errors import ConfigError, PrivacyError
from triage.lake.history import Cleared
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.rights.erasure.certificate.content import Outcome, certificate_content
from triage.rights.erasure.certificate.signing import (
    FORMER_KEYS,
    hand_over,
    sign,
    verify_document,
    was_handed_over,
    write_document,
)
from triage.rights.erasure.records import ErasureId
from triage.rights.erasure.row_counts import RowCounts
from triage.rights.erasure.verification import Remnant, Verification
from triage.rights.printing import print_verification
from triage.rights.search.persons import Person
from triage.rights.search.subjects import Subject

KEYS, NEW, OTHER = (keys_from_secret(letter * 32) for letter in (b"a", b"b", b"c"))
OLD_CERTIFICATE = Path(__file__).with_name("certificate_0_1.json")
"""Written by version 0.1 under the key of OLD_KEYS."""
OLD_KEYS = keys_from_secret(bytes.fromhex("5a" * 32))
CONTENT: dict[str, Any] = {"erasure_id": "erasure-1", "result": "erased", "rows_removed": {"silver/mail": 3}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "certificates" / "erasure-1.json"
    write_document(path, sign(CONTENT, KEYS))
    return path


def test_what_was_signed_is_verified_and_private(path: Path) -> None:
    assert verify_document(path, KEYS) == CONTENT
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["content"]["rows_removed"].update({"silver/mail": 4}),
        lambda d: d["content"].update(more=1),
        lambda d: d["signature"].update(value="00" * 64),
        lambda d: d["signature"].update(public_key="no hex"),
        lambda d: d["signature"].pop("value"),
    ],
    ids=["a count", "a member", "the signature", "a broken key", "no signature"],
)
def test_what_was_altered_is_refused(path: Path, change: Any) -> None:
    document = json.loads(path.read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(PrivacyError):
        verify_document(path, KEYS)


def test_another_key_signs_nothing_of_this_lake(path: Path) -> None:
    write_document(path, sign(CONTENT, OTHER))
    with pytest.raises(PrivacyError, match="Another key"):
        verify_document(path, KEYS)


def test_certificates_hold_after_rotations(path: Path) -> None:
    hand_over(path.parent, KEYS, NEW)
    assert was_handed_over(path.parent, KEYS, NEW) and not was_handed_over(path.parent, OTHER, NEW)
    assert verify_document(path, NEW) == CONTENT
    hand_over(path.parent, NEW, OTHER)
    assert verify_document(path, OTHER) == CONTENT
    with pytest.raises(PrivacyError):
        verify_document(path, keys_from_secret(b"d" * 32))


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no JSON"])
def test_what_is_no_certificate_is_wrong_use(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError):
        verify_document(path, KEYS)


def test_the_list_of_former_keys_is_no_certificate(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_over(path.parent, KEYS, NEW)
    monkeypatch.setenv("TRIAGE_KEY", (b"b" * 32).hex())
    with pytest.raises(ConfigError, match="no certificate of an erasure"):
        print_verification(path.parent / FORMER_KEYS, load_settings())
    print_verification(path, load_settings())
    assert capsys.readouterr().out == "The signature holds. erasure-1: erased.\n"


def test_a_certificate_of_an_older_version_is_verified() -> None:
    content = verify_document(OLD_CERTIFICATE, OLD_KEYS)
    assert content["erasure_id"] == "erasure-20261129T080855Z-d3ecce6a"
    with pytest.raises(PrivacyError):
        verify_document(OLD_CERTIFICATE, KEYS)


def test_a_certificate_has_the_members_of_older_ones() -> None:
    """Whoever reads certificates by program reads those of all versions."""
    old = json.loads(OLD_CERTIFICATE.read_text("utf-8"))["content"]
    person = Person(Subject("address", "ann@persons.example"))
    verification = Verification(remnants=[Remnant(0, "lake/a.parquet", "name")])
    now = datetime.now(UTC)
    outcome = Outcome(now, "858c78165629", RowCounts.of(1), Cleared(0, 0), verification, [], b"s" * 32)
    content = certificate_content(0, person, ErasureId("erasure-1", b"salt"), outcome)
    assert {name: type(value) for name, value in content.items()} == {name: type(value) for name, value in old.items()}
    for member in ("subject", "old_versions", "sought", "scanned"):
        assert content[member].keys() == old[member].keys()
    assert content["findings"] == [{"file": "lake/a.parquet", "kind": "name"}]
    assert [one.keys() for one in content["stays"]] == [one.keys() for one in old["stays"]]
