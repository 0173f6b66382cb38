from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from triage.config import load_settings
from triage.errors import ConfigError, PrivacyError
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.rights.erasure.certificate.signing import (
    FORMER_KEYS,
    hand_over,
    sign,
    verify_document,
    was_handed_over,
    write_document,
)
from triage.rights.printing import print_verification

KEYS, NEW, OTHER = (keys_from_secret(letter * 32) for letter in (b"a", b"b", b"c"))
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
