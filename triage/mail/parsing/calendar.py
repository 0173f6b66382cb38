"""What an invitation says: the text of its calendar part (iCalendar, RFC 5545; vCalendar 1.0) and its people.

Every step reads a line once, so that the time is in proportion to the part whatever it holds. Text is kept as lines
without labels: what, where, when, description. Organizers and attendees are never part of the text.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from triage.mail.parsing.parsed import Address, CalendarEvent
from triage.mail.parsing.texts import clean, decode
from triage.mail.parsing.time_zones import in_utc

_FOLD = re.compile(rb"\r?\n[ \t]")
_WIDE_FOLD = re.compile(r"\r?\n[ \t]")
_SOFT_BREAK = re.compile(r"=[ \t]*\n")
_PIECE = re.compile(r'"[^"\n]*+"?|[;:]|[^";:]++')
_ESCAPED = re.compile(r"\\([nN,;:\"\\])")
_CARET = re.compile(r"\^(['^n])")
_MAILTO = re.compile(r"mailto:([^\s\"'<>;,?]++)", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z?))?")
_ZONE = re.compile(r"[\w/+\- .()]{1,60}")
_SPACES = re.compile(r"[ \t]+")
_PERSONAL = frozenset({"ORGANIZER", "ATTENDEE", "CONTACT"})
_THINGS = frozenset({"ROOM", "RESOURCE"})
_EVENTS = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_FACTS = ("SUMMARY", "LOCATION", "WHEN")
_PROSE = ("DESCRIPTION", "COMMENT")
_METHODS = frozenset({"REQUEST", "CANCEL", "REPLY", "COUNTER", "ADD", "DECLINECOUNTER", "REFRESH"})
_ANSWERS = frozenset({"reply", "counter"})
_STATES = frozenset({"needs-action", "accepted", "declined", "tentative", "delegated", "completed", "in-process"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class Invitation:
    """The paragraphs of a calendar part's events (what, where and when; description), and its people.

    `is_message` says that it is sent between people (iTIP, RFC 5546), and is no exported calendar.
    """

    events: tuple[tuple[str, ...], ...] = ()
    people: tuple[Address, ...] = ()
    is_message: bool = False
    facts: tuple[CalendarEvent, ...] = ()
    """Of a message between people, its events as facts."""


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    parameters: dict[str, str]
    value: str
    raw: str


@dataclass(slots=True)
class _Reading:
    """What is read so far: the open components, the fields of each event, the people."""

    components: list[str] = field(default_factory=list)
    events: list[dict[str, str]] = field(default_factory=list)
    people: dict[Address, None] = field(default_factory=dict)
    method: str = ""
    answers: list[str] = field(default_factory=list)
    """The states of participants, in order."""


def invitation(data: bytes, charset: str | None) -> Invitation:
    """The invitation in the decoded bytes of a calendar part; whatever is no calendar gives none."""
    reading = _Reading()
    for one in _properties(data, charset):
        _read(one, reading)
    events = tuple(texts for event in reading.events[:_MOST_EVENTS] for texts in _texts(event))
    is_message = reading.method.upper() in _METHODS
    return Invitation(events, tuple(reading.people), is_message, _facts(reading) if is_message else ())


def _facts(reading: _Reading) -> tuple[CalendarEvent, ...]:
    method = reading.method.lower()
    reply = reading.answers[0] if method in _ANSWERS and reading.answers else None
    return tuple(
        CalendarEvent(
            method,
            event.get("SUMMARY", "").strip(),
            _instant(event.get("DTSTART", "")),
            _instant(event.get("DTEND", "")),
            _DAY.fullmatch(event.get("DTSTART", "")) is not None,
            reply,
        )
        for event in reading.events[:_MOST_EVENTS]
    )


def _instant(moment: str) -> datetime | None:
    """A moment as `_moment` writes it, in UTC; a day begins at midnight of UTC. None without a known time zone."""
    day, _, rest = moment.partition(" ")
    time, _, zone = rest.partition(" ")
    try:
        local = datetime.fromisoformat(f"{day} {time or '00:00'}")
    except ValueError:
        return None
    return in_utc(local, zone if time else "UTC")


def _properties(data: bytes, charset: str | None) -> Iterator[_Property]:
    """The content lines. Octets are unfolded before they are decoded, since a fold may part a character."""
    unfolded = data if b"\0" in data else _FOLD.sub(b"", data)
    text = _WIDE_FOLD.sub("", clean(decode(unfolded, charset)[0]))
    if "QUOTED-PRINTABLE" in text.upper():
        text = _SOFT_BREAK.sub("", text)
    for line in text.split("\n"):
        if line and not line.isspace():
            yield _property(line)


def _property(line: str) -> _Property:
    """Name, parameters and value: the first colon outside of quotes parts them (RFC 5545, 3.1)."""
    pieces = _PIECE.findall(line)
    colon = pieces.index(":") if ":" in pieces else len(pieces)
    head = "".join("\0" if piece == ";" else piece for piece in pieces[:colon]).split("\0")
    pairs = (one.partition("=") for one in head[1:])
    parameters = {name.strip().upper(): value.strip().strip('"') for name, _, value in pairs}
    value = "".join(pieces[colon + 1 :])
    if parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        value = clean(decode(quopri.decodestring(value.encode("utf-8", "replace")), parameters.get("CHARSET"))[0])
    return _Property(head[0].strip().rpartition(".")[2].upper(), parameters, value, line)


def _read(one: _Property, reading: _Reading) -> None:
    if one.name == "BEGIN":
        reading.components.append(one.value.strip().upper())
        if reading.components[-1] in _EVENTS:
            reading.events.append({})
    elif one.name == "END":
        del reading.components[-1:]
    elif one.name == "METHOD":
        reading.method = reading.method or one.value.strip()
    elif one.name in _PERSONAL:
        reading.people |= dict.fromkeys(_people(one))
        state = one.parameters.get("PARTSTAT", "").lower()
        if one.name == "ATTENDEE" and state in _STATES:
            reading.answers.append(state)
    elif reading.components and reading.components[-1] in _EVENTS:
        _note(one, reading.events[-1])


def _note(one: _Property, event: dict[str, str]) -> None:
    if one.name in ("DTSTART", "DTEND", "DUE"):
        event.setdefault("DTEND" if one.name == "DUE" else one.name, _moment(one))
    elif one.name in (*_FACTS, *_PROSE) and one.name != "WHEN":
        event.setdefault(one.name, _unescaped(one.value))


def _people(one: _Property) -> list[Address]:
    """Who stands in a property: its common name and address, and whoever else it was sent by or delegated to."""
    if one.parameters.get("CUTYPE", "").upper() in _THINGS:
        return []
    common = _MAILTO.split(one.parameters.get("CN", ""))[0].removesuffix(":")
    name = _plain(_CARET.sub(lambda m: {"n": " ", "'": '"'}.get(m[1], m[1]), common))
    if one.name == "CONTACT":
        name = _plain(_unescaped(one.value).partition("\n")[0].partition(",")[0])
    bare = [one.value.strip()] if "@" in one.value and ":" not in one.value and one.name != "CONTACT" else []
    email = [one.parameters["EMAIL"]] if "@" in one.parameters.get("EMAIL", "") else []
    found = [*_MAILTO.findall(one.value), *bare, *email, *_MAILTO.findall(one.raw)]
    addresses = list(dict.fromkeys(clean(unquote(address)) for address in found)) or [""]
    people = [Address(name, addresses[0]), *(Address("", address) for address in addresses[1:])]
    return [person for person in people if person.name or person.address]


def _texts(event: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """What, where and when; and why, apart from them: the first word of a sentence is none behind a time."""
    shown = event | {"WHEN": _period(event.get("DTSTART", ""), event.get("DTEND", ""))}
    for names in (_FACTS, _PROSE):
        values = (shown[name] for name in names if name in shown)
        if texts := tuple(text for value in values if (text := value.strip())):
            yield texts


def _moment(one: _Property) -> str:
    """A moment as `2026-03-10 09:00 UTC`, `2026-03-10 09:00 Europe/Berlin` or `2026-03-10`; "" for what is none."""
    found = _MOMENT.fullmatch(one.value.strip())
    if not found:
        return ""
    year, month, day, hour, minute, utc = found.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    zone = "UTC" if utc else one.parameters.get("TZID", "")
    zone = zone if _ZONE.fullmatch(zone) else ""
    return f"{year}-{month}-{day} {hour}:{minute} {zone}".strip()


def _period(start: str, end: str) -> str:
    """From start to end; the day and the time zone are said once where they are the same."""
    if not end or start == end:
        return start
    day, _, rest = start.partition(" ")
    last_day, _, last = end.partition(" ")
    if not rest or not last:
        return f"{start} – {end}" if start else end
    time, _, zone = rest.partition(" ")
    until, _, last_zone = last.partition(" ")
    shown = f"{day} {time} – {until if last_day == day else f'{last_day} {until}'}"
    return f"{shown} {zone}".strip() if zone == last_zone else f"{start} – {end}"


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], value)


def _plain(name: str) -> str:
    return _SPACES.sub(" ", clean(name)).strip().strip("'\"").strip()
