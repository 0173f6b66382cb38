"""What the calendar parts of a message add to it: text that it does not say otherwise, and people."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message

from triage.config import LimitSettings
from triage.mail.parsing import headers
from triage.mail.parsing.body import Content, is_file, payload
from triage.mail.parsing.bounds import ExceededError
from triage.mail.parsing.calendar import Invitation, invitation
from triage.mail.parsing.parsed import Address, CalendarEvent
from triage.reasons import Reason


@dataclass(frozen=True, slots=True)
class Invitations:
    """The paragraphs of a message's invitations, each as its texts, and the people that its calendar parts name."""

    events: tuple[tuple[str, ...], ...] = ()
    people: tuple[Address, ...] = ()
    facts: tuple[CalendarEvent, ...] = ()
    """The events of those that are sent between people; one that is sent in two parts counts once."""

    def below(self, text: str, subject: str, limits: LimitSettings) -> str:
        """The text with what the events say beyond text and subject below it.

        ExceededError where that is too long.
        """
        if not self.events:
            return text
        whole = "\n\n".join(piece for piece in (text, *_unsaid(self.events, f"{subject}\n{text}")) if piece)
        if len(whole) > limits.body_chars:
            raise ExceededError(Reason.BODY_TOO_LONG)
        return whole


def invitations(collected: Content, limits: LimitSettings) -> Invitations:
    """What the calendar parts hold; of a calendar that is attached as a file the people alone, unless it invites.

    ExceededError where they are too long or name too many people.
    """
    if not collected.calendars:
        return Invitations()
    read = _read(collected.calendars, limits)
    people = dict.fromkeys(person for _, one in read for person in one.people)
    if len(people) > limits.addresses:
        raise ExceededError(Reason.TOO_MANY_ADDRESSES)
    events = (event for part, one in read for event in one.events if one.is_message or not is_file(part))
    facts = dict.fromkeys(event for _, one in read for event in one.facts)
    return Invitations(tuple(events), tuple(people), tuple(facts))


def _read(parts: list[Message], limits: LimitSettings) -> list[tuple[Message, Invitation]]:
    contents = [(part, payload(part)) for part in parts]
    if sum(len(data) for _, data in contents) > 4 * limits.body_chars:
        raise ExceededError(Reason.BODY_TOO_LONG)
    return [(part, invitation(data, headers.charset(part))) for part, data in contents]


def _unsaid(events: tuple[tuple[str, ...], ...], text: str) -> list[str]:
    """The paragraphs of events with those of their lines that the text does not hold, each once.

    A whole value is searched for once, its lines are looked up, so that the time is in proportion to the text.
    """
    whole, said = squeezed(text), {squeezed(line) for line in text.split("\n")} | {""}
    paragraphs = []
    for values in events:
        lines = [line for value in values if squeezed(value) not in whole for line in value.split("\n")]
        new = {key: line for line in lines if (key := squeezed(line)) not in said}
        said |= new.keys()
        paragraphs.append("\n".join(new.values()))
    return [paragraph for paragraph in paragraphs if paragraph]


def squeezed(text: str) -> str:
    """Text without blanks and case."""
    return "".join(text.split()).casefold()
