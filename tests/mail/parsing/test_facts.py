"""Facts of a message's form: its protection, what its attachments are, and its invitations."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.mail.parsing.test_invitations import calendar, mail, part
from triage.config import LimitSettings
from triage.mail.parsing.message import ParsedMail, parse
from triage.mail.parsing.parsed import CalendarEvent, Protection

HEAD = b"From: a@x.example\nTo: b@x.example\nSubject: x\nMIME-Version: 1.0\n"


def parsed(content_type: str, body: str = "hello\n") -> ParsedMail:
    return parse(HEAD + f"Content-Type: {content_type}\n\n{body}".encode(), LimitSettings())


SIGNED = "multipart/signed; boundary=q; micalg=sha-256; protocol="
TEXT = "--q\nContent-Type: text/plain\n\nhello\n"


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        pytest.param("text/plain", "hello", Protection(), id="none"),
        pytest.param(
            f'{SIGNED}"application/pkcs7-signature"',
            f"{TEXT}--q\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nAAAA\n--q--\n",
            Protection("smime", None), id="S/MIME, detached signature",
        ),
        pytest.param(
            f'{SIGNED}"application/pgp-signature"',
            f"{TEXT}--q\nContent-Type: application/pgp-signature\n\nAAAA\n--q--\n", Protection("pgp", None), id="PGP/MIME signed",
        ),
        pytest.param(
            'multipart/encrypted; boundary=q; protocol="application/pgp-encrypted"',
            "--q\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--q\nContent-Type: application/octet-stream\n\nAAAA\n--q--\n",
            Protection(None, "pgp"), id="PGP/MIME encrypted",
        ),
        pytest.param("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "AAAA", Protection(None, "smime"), id="S/MIME encrypted"),
        pytest.param("application/x-pkcs7-mime; smime-type=signed-data", "AAAA", Protection("smime", None), id="S/MIME, opaque signature"),
        pytest.param("text/plain", "Hi\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n", Protection("pgp", None), id="PGP in the text, signed"),
        pytest.param("text/plain", "-----BEGIN PGP MESSAGE-----\n\nhQEM\n", Protection(None, "pgp"), id="PGP in the text, encrypted"),
        pytest.param("text/plain", "see -----BEGIN PGP MESSAGE----- in a line", Protection(), id="PGP as a word"),
        pytest.param(
            "multipart/mixed; boundary=q", "--q\nContent-Type: message/rfc822\n\nContent-Type: application/pkcs7-mime\n\nAAAA\n--q--\n",
            Protection(), id="of a message that is attached",
        ),
    ],
)  # fmt: skip
def test_protection(content_type: str, body: str, expected: Protection) -> None:
    assert parsed(content_type, body).protection == expected


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        pytest.param("Content-Type: image/png\nContent-ID: <logo>", "inline_image", id="image that the text refers to"),
        pytest.param("Content-Type: image/png\nContent-Disposition: inline; filename=a.png", "inline_image", id="image to be shown"),
        pytest.param("Content-Type: image/png; name=a.png\nContent-Disposition: attachment\nContent-ID: <a>", "file", id="image sent as a file"),
        pytest.param("Content-Type: application/pdf; name=a.pdf", "file", id="document"),
        pytest.param("Content-Type: text/calendar", "calendar", id="invitation"),
        pytest.param("Content-Type: application/pgp-signature", "signature", id="signature"),
        pytest.param("Content-Type: application/x-pkcs7-mime", "encrypted", id="encrypted part"),
        pytest.param("Content-Type: message/rfc822", "message", id="message"),
    ],
)  # fmt: skip
def test_kind_of_an_attachment(fields: str, kind: str) -> None:
    found = parsed("multipart/mixed; boundary=q", f"{TEXT}--q\n{fields}\n\nSubject: x\n\nx\n--q--\n").attachments
    assert [one.kind for one in found] == [kind]


NINE, TEN = datetime(2026, 3, 10, 9, tzinfo=UTC), datetime(2026, 3, 10, 10, tzinfo=UTC)
TIMES = ["DTSTART:20260310T090000Z", "DTEND:20260310T100000Z"]


@pytest.mark.parametrize(
    ("lines", "method", "expected"),
    [
        pytest.param(["SUMMARY:Shelves", *TIMES], "REQUEST", CalendarEvent("request", "Shelves", NINE, TEN), id="request"),
        pytest.param(["SUMMARY:Shelves", *TIMES], "CANCEL", CalendarEvent("cancel", "Shelves", NINE, TEN), id="cancelled"),
        pytest.param(
            ["ATTENDEE;PARTSTAT=DECLINED:mailto:b@x.example", *TIMES], "REPLY",
            CalendarEvent("reply", "", NINE, TEN, reply="declined"), id="reply",
        ),
        pytest.param(
            ["ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:b@x.example", *TIMES], "REQUEST", CalendarEvent("request", "", NINE, TEN),
            id="state of a request is no reply",
        ),
        pytest.param(
            ['DTSTART;TZID="W. Europe Standard Time":20260310T100000', "DTEND;TZID=Europe/Berlin:20260310T110000"], "REQUEST",
            CalendarEvent("request", "", NINE, TEN), id="time zones of Windows and of IANA",
        ),
        pytest.param(["DTSTART;TZID=Somewhere:20260310T100000"], "REQUEST", CalendarEvent("request"), id="unknown time zone"),
        pytest.param(
            ["DTSTART;VALUE=DATE:20260310"], "REQUEST",
            CalendarEvent("request", "", datetime(2026, 3, 10, tzinfo=UTC), None, all_day=True), id="whole day",
        ),
        pytest.param(["DTSTART:99999999T999999Z"], "REQUEST", CalendarEvent("request"), id="no time"),
    ],
)  # fmt: skip
def test_event_of_an_invitation(lines: list[str], method: str, expected: CalendarEvent) -> None:
    assert mail(part(calendar(*lines, method=method)), text="See you").events == (expected,)


def test_exported_calendar_is_no_event() -> None:
    assert mail(part(calendar("SUMMARY:Holiday", method="PUBLISH"))).events == ()


def test_event_in_two_parts_counts_once() -> None:
    twice = part(calendar("SUMMARY:Shelves", *TIMES))
    assert len(mail(twice, twice).events) == 1
