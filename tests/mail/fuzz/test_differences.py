"""The kinds in which the standard library reads a mail otherwise, and that agreement gives none."""

from __future__ import annotations

import pytest

from tests.mail.fuzz.corpus import generated
from tests.mail.fuzz.differences import disagreements

PLAIN = b"From: Ann <a@b.example>\nTo: c@d.example\nDate: Mon, 1 May 2023 22:09:39 +0200\nMessage-ID: <1@b>\nSubject: hello\n\ntext\n"


def test_an_ordinary_mail_is_read_alike() -> None:
    assert list(disagreements(PLAIN)) == []


@pytest.mark.parametrize(
    ("mail", "found"),
    [
        pytest.param(PLAIN.replace(b"hello", b"Gr\xfc\xdfe"), {"subject: both have one"}, id="8-bit subject"),
        pytest.param(PLAIN.replace(b"Ann <a@b.example>", b"nobody"), {"from: only theirs has one"}, id="a name alone"),
        pytest.param(PLAIN.replace(b"2023", b"2903"), {"date: only theirs has one"}, id="a year of no mail"),
    ],
)
def test_a_disagreement_has_a_field_and_a_kind(mail: bytes, found: set[str]) -> None:
    assert {f"{one.field}: {one.kind}" for one in disagreements(mail)} == found


def test_addresses_dates_and_ids_of_generated_mail_are_read_alike() -> None:
    """Damaged mails are among them; what those differ in are charsets and structures, never who, when and which."""
    fields = [one.field for raw in generated()[:150] for one in disagreements(raw)]
    assert {"to", "cc", "message-id"}.isdisjoint(fields)
