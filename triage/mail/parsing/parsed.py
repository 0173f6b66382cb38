"""What parsing makes of a message: plain values, valid Unicode, without any of the bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from triage.reasons import Mark, Reason

AttachmentKind = Literal["file", "inline_image", "message", "calendar", "signature", "encrypted"]
Scheme = Literal["smime", "pgp"]
Role = Literal["to", "cc", "bcc", "reply_to"]


@dataclass(frozen=True, slots=True)
class Address:
    """A person of a mail: the display name and the address, either may be empty."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person that a mail names as receiver, and in which header field."""

    role: Role
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """The facts of an attachment; `size_bytes` is that of the decoded content."""

    name: str
    media_type: str
    size_bytes: int
    kind: AttachmentKind = "file"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event of an invitation (iTIP, RFC 5546); times are aware, in UTC, None where unknown.

    `method` is what its mail does: `request`, `reply`, `cancel` and so on; `reply` what a reply says: `accepted`,
    `declined`, `tentative` or another state of a participant (RFC 5545, PARTSTAT).
    """

    method: str
    what: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool = False
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Protection:
    """The schemes of a message; None where it is not signed, not encrypted."""

    signed: Scheme | None = None
    encrypted: Scheme | None = None

    def with_more(self, other: Protection) -> Protection:
        """Of two, what either says; this one first."""
        return Protection(self.signed or other.signed, self.encrypted or other.encrypted)


@dataclass(frozen=True, slots=True)
class MailSigns:
    """What the header says about how a mail was made.

    `auto_submitted`: written by a machine (RFC 3834); `bulk`: Precedence bulk, list or junk; `list_mail`: a List-
    header (RFC 2369, 2919); `bounce`: a delivery report or a null return path; `reply`: answers another mail;
    `importance`: 1 (highest) to 5 (lowest), None when the mail does not say.
    """

    auto_submitted: bool = False
    bulk: bool = False
    list_mail: bool = False
    bounce: bool = False
    reply: bool = False
    importance: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A message as values; with `faults` it cannot be published and all else is empty.

    `language` is an ISO 639-1 code or "und"; `language_score` lies in 0..1; `sent_at` is aware, in UTC.
    """

    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    sent_at: datetime | None = None
    sender: Address | None = None
    recipients: tuple[Recipient, ...] = ()
    invited: tuple[Address, ...] = ()
    """Organizers and attendees of its invitations: people of the mail for detection, published nowhere."""
    attachments: tuple[Attachment, ...] = ()
    events: tuple[CalendarEvent, ...] = ()
    protection: Protection = Protection()
    has_html: bool = False
    language: str = "und"
    language_score: float = 0.0
    signs: MailSigns = MailSigns()
    faults: tuple[Reason, ...] = ()
    marks: tuple[Mark, ...] = ()
