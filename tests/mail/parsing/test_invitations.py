"""Calendar parts: what, where and when become text, and organizers and attendees are people of the mail."""

from __future__ import annotations

import base64
import time

import pytest

from triage.config import LimitSettings
from triage.mail.parsing.message import Address, ParsedMail, parse
from triage.reasons import Reason

HEAD = "From: a@x.example\nTo: b@x.example\nSubject: Shelves\nMIME-Version: 1.0\n"
EVENT = ["SUMMARY:Plan the new shelves", "LOCATION:Small hall", "DTSTART:20260310T090000Z", "DTEND:20260310T100000Z"]
SAID = "Plan the new shelves\nSmall hall\n2026-03-10 09:00 – 10:00 UTC"


def calendar(*lines: str, method: str = "REQUEST") -> str:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    )


def part(content: str | bytes, fields: str = "Content-Type: text/calendar; charset=utf-8; method=REQUEST") -> str:
    data = content.encode() if isinstance(content, str) else content
    return f"--q\n{fields}\nContent-Transfer-Encoding: base64\n\n{base64.encodebytes(data).decode()}\n"


def mail(*parts: str, text: str = "", kind: str = "alternative") -> ParsedMail:
    plain = f"--q\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    raw = f"{HEAD}Content-Type: multipart/{kind}; boundary=q\n\n{plain}{''.join(parts)}--q--\n"
    return parse(raw.encode(), LimitSettings())


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(EVENT, SAID, id="what, where, when"),
        pytest.param(["SUMMARY:Lunch\\, then tea\\nBring a pen\\; paper"], "Lunch, then tea\nBring a pen; paper", id="escapes"),
        pytest.param(["SUMMARY:Plan the ", " new shel", "\tves"], "Plan the new shelves", id="folded"),
        pytest.param(["SUMMARY;LANGUAGE=de:Prüfung der Äste"], "Prüfung der Äste", id="letters beyond ASCII"),
        pytest.param(["summary:Small letters"], "Small letters", id="lower-case name"),
        pytest.param(['SUMMARY:At 9:00; bring "it"'], 'At 9:00; bring "it"', id="colon and quotes in a value"),
        pytest.param(
            ["SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Caf=C3=A9 =", "und Tee"], "Café und Tee", id="vCalendar 1.0"
        ),
        pytest.param(["DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260312"], "2026-03-10 – 2026-03-12", id="whole days"),
        pytest.param(
            ["DTSTART;TZID=Europe/Berlin:20260310T090000", "DTEND;TZID=Europe/Berlin:20260310T093000"],
            "2026-03-10 09:00 – 09:30 Europe/Berlin", id="time zone",
        ),
        pytest.param(
            ['DTSTART;TZID="W. Europe Standard Time":20260310T220000', "DTEND:20260311T010000Z"],
            "2026-03-10 22:00 W. Europe Standard Time – 2026-03-11 01:00 UTC", id="two zones",
        ),
        pytest.param(["DTSTART:20260310T220000Z", "DTEND:20260311T010000Z"], "2026-03-10 22:00 – 2026-03-11 01:00 UTC", id="over midnight"),
        pytest.param(["DTSTART:soon", "SUMMARY:x y"], "x y", id="no date"),
        pytest.param(["DESCRIPTION:First line\\n\\nSecond line"], "First line\nSecond line", id="description"),
        pytest.param(
            ["SUMMARY:Lunch", "DESCRIPTION:Bring a pen", "DTSTART:20260310T090000Z"],
            "Lunch\n2026-03-10 09:00 UTC\n\nBring a pen", id="description apart",
        ),
        pytest.param(
            ["SUMMARY:Lunch", "BEGIN:VALARM", "DESCRIPTION:Reminder", "END:VALARM", "LOCATION:Roof"],
            "Lunch\nRoof", id="an alarm's text is none of the event",
        ),
        pytest.param(
            ["SUMMARY:One", "END:VEVENT", "BEGIN:VEVENT", "SUMMARY:Two", "END:VEVENT", "BEGIN:VEVENT", "SUMMARY:One"],
            "One\n\nTwo", id="several events, each once",
        ),
        pytest.param(["SUMMARY"], "", id="no value"),
    ],
)  # fmt: skip
def test_an_invitation_is_the_text_where_there_is_no_other(lines: list[str], expected: str) -> None:
    assert mail(part(calendar(*lines))).body == expected


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        pytest.param("See you.", EVENT, f"See you.\n\n{SAID}", id="it says more"),
        pytest.param("Plan the new\nshelves, SMALL HALL", EVENT[:2], "Plan the new\nshelves, SMALL HALL", id="said already"),
        pytest.param("When: 2026", ["SUMMARY:shelves"], "When: 2026", id="said in the subject"),
        pytest.param("Agenda:\n- one", ["DESCRIPTION:Agenda:\\n- one\\n- two"], "Agenda:\n- one\n\n- two", id="one line more"),
    ],
)  # fmt: skip
def test_what_a_mail_says_itself_is_not_repeated(text: str, lines: list[str], expected: str) -> None:
    assert mail(part(calendar(*lines)), text=text).body == expected


@pytest.mark.parametrize(
    ("line", "people"),
    [
        pytest.param('ORGANIZER;CN="Zofia Kwiatek":mailto:z.kwiatek@x.example', [("Zofia Kwiatek", "z.kwiatek@x.example")], id="quoted"),
        pytest.param("ATTENDEE;ROLE=REQ-PARTICIPANT;CN=Ludmila Hradecka:MAILTO:lh@x.example", [("Ludmila Hradecka", "lh@x.example")], id="bare"),
        pytest.param("ATTENDEE:mailto:lh@x.example", [("", "lh@x.example")], id="address alone"),
        pytest.param("ATTENDEE:lh@x.example", [("", "lh@x.example")], id="without mailto"),
        pytest.param("ATTENDEE;CN=Ludmila Hradecka:invalid:nomail", [("Ludmila Hradecka", "")], id="name alone"),
        pytest.param("ATTENDEE;CN=Ludmila Hra\r\n decka:mailto:ludmila.hrad\r\n ecka@x.example", [("Ludmila Hradecka", "ludmila.hradecka@x.example")], id="folded"),
        pytest.param('ATTENDEE;CN="Hradecka, Ludmila":mailto:l%2Bh@x.example', [("Hradecka, Ludmila", "l+h@x.example")], id="percent"),
        pytest.param('ATTENDEE;CN="O^\'Neil^nRoom":mailto:o@x.example', [('O"Neil Room', "o@x.example")], id="RFC 6868"),
        pytest.param('ORGANIZER;SENT-BY="mailto:s@x.example";CN=Zofia:mailto:z@x.example', [("Zofia", "z@x.example"), ("", "s@x.example")], id="sent by"),
        pytest.param("ATTENDEE;EMAIL=e@x.example;CN=Eva Malá:https://x.example/p/1", [("Eva Malá", "e@x.example")], id="address as parameter"),
        pytest.param('ATTENDEE;CN="Eva Malá:mailto:e@x.example', [("Eva Malá", "e@x.example")], id="a quote without its end"),
        pytest.param("CONTACT:Eva Malá\\, Firma\\, +420 1", [("Eva Malá", "")], id="contact"),
        pytest.param("ATTENDEE;CUTYPE=ROOM;CN=Small hall:mailto:hall@x.example", [], id="a room is nobody"),
        pytest.param("item1.ATTENDEE;CN=Eva Malá:mailto:e@x.example", [("Eva Malá", "e@x.example")], id="grouped"),
    ],
)  # fmt: skip
def test_organizers_and_attendees_are_people_of_the_mail(line: str, people: list[tuple[str, str]]) -> None:
    found = mail(part(calendar("SUMMARY:Lunch", line)))
    assert found.invited == tuple(Address(*person) for person in people)
    assert found.body == "Lunch"


@pytest.mark.parametrize(
    ("fields", "method", "body"),
    [
        ("Content-Type: text/calendar; charset=utf-8", "PUBLISH", "Lunch"),
        ("Content-Type: application/ics; name=i.ics\nContent-Disposition: attachment", "REQUEST", "Lunch"),
        ("Content-Type: application/ics; name=i.ics\nContent-Disposition: attachment; filename=i.ics", "PUBLISH", ""),
        ("Content-Type: text/x-vcalendar", "CANCEL", "Lunch"),
        ("Content-Type: application/octet-stream; name=i.ics", "REQUEST", ""),
    ],
    ids=["inline", "attached invitation", "attached calendar", "vCalendar", "other type"],
)
def test_which_parts_are_read(fields: str, method: str, body: str) -> None:
    found = mail(part(calendar("SUMMARY:Lunch", method=method), fields), kind="mixed")
    assert found.body == body
    assert len(found.attachments) == 1


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-2", "utf-16-le"])
def test_character_sets(charset: str) -> None:
    content = calendar("SUMMARY:Schůzka o regálech v malém sále a ještě jednou ", " o regálech").encode(charset)
    found = mail(part(content, f"Content-Type: text/calendar; charset={charset}"))
    assert found.body == "Schůzka o regálech v malém sále a ještě jednou o regálech"


def test_a_fold_may_part_a_character() -> None:
    assert mail(part(calendar("SUMMARY:Pr~ ~fung").encode().replace(b"~ ~", b"\xc3\r\n \xbc"))).body == "Prüfung"


def test_a_message_that_is_a_calendar() -> None:
    raw = f"{HEAD}Content-Type: text/calendar; charset=utf-8\n\n{calendar(*EVENT)}"
    found = parse(raw.encode(), LimitSettings())
    assert found.body == SAID
    assert [one.media_type for one in found.attachments] == ["text/calendar"]


def test_without_a_calendar_nothing_changes() -> None:
    found = mail(text="words")
    assert (found.body, found.invited, found.attachments) == ("words", (), ())


@pytest.mark.parametrize(
    ("line", "limits", "fault"),
    [
        ("SUMMARY:" + "x " * 600, LimitSettings(body_chars=1000), Reason.BODY_TOO_LONG),
        ("SUMMARY:x\r\n" + "X-A:y\r\n" * 900, LimitSettings(body_chars=1000), Reason.BODY_TOO_LONG),
        ("\r\n".join(f"ATTENDEE:mailto:{n}@x.example" for n in range(9)), LimitSettings(addresses=8), Reason.TOO_MANY_ADDRESSES),
    ],
    ids=["text", "bytes", "people"],
)  # fmt: skip
def test_limits(line: str, limits: LimitSettings, fault: Reason) -> None:
    raw = f"{HEAD}Content-Type: multipart/mixed; boundary=q\n\n{part(calendar(line))}--q--\n"
    assert parse(raw.encode(), limits).faults == (fault,)


@pytest.mark.parametrize(
    "unit",
    ['"', ";", ":", ';CN="', "mailto:", "ATTENDEE;CN=a:mailto:a@b.example\n", "BEGIN:VEVENT\n", "\\n", "=\n", "\r\n ", "^n"],
)  # fmt: skip
def test_reading_takes_time_in_proportion(unit: str) -> None:
    def seconds(times: int) -> float:
        raw = f"{HEAD}Content-Type: text/calendar\n\n{calendar(f'SUMMARY;ENCODING=QUOTED-PRINTABLE:{unit * times}')}"
        start = time.process_time()
        parse(raw.encode(), LimitSettings())
        return time.process_time() - start

    assert seconds(80_000) < 8 * max(seconds(20_000), 0.02)
