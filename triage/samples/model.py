"""What a generated mail is: its bytes, its gold labels and the places of personal data in its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Split = Literal["train", "test"]
Field = Literal["subject", "body"]

HEADS: dict[str, tuple[str, ...]] = {
    "category": (
        "billing",
        "customer_service",
        "facilities",
        "hr",
        "it_support",
        "legal",
        "logistics",
        "sales",
    ),
    "priority": ("low", "normal", "high", "urgent"),
    "sentiment": ("negative", "neutral", "positive"),
    "kind": ("human", "auto_reply", "bounce", "newsletter", "spam"),
}
"""Every head with its labels."""

LANGUAGES = ("en", "de", "fr", "es")
"""The languages of the shipped sample."""

FURTHER_LANGUAGES = ("it", "nl", "pt", "pl", "da", "sv")
"""Languages that are written where they are asked for."""

ENTITIES = (
    "PERSON",
    "EMAIL_ADDRESS",
    "PHONE_NUMBER",
    "LOCATION",
    "STREET_ADDRESS",
    "IBAN_CODE",
    "CREDIT_CARD",
    "US_SSN",
    "IP_ADDRESS",
    "URL",
)
"""Every type of personal data that the generator marks."""

FURTHER_ENTITIES = ("NATIONAL_ID", "BIRTH_DATE", "ACCOUNT_NUMBER")
"""Types that it marks besides where languages are asked for."""


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of personal data: `field[start:end]`, in characters."""

    start: int
    end: int
    entity: str
    field: Field


@dataclass(frozen=True, slots=True)
class Signs:
    """What the headers and structure of the mail say beside its text."""

    auto_submitted: bool = False
    bulk: bool = False
    list_mail: bool = False
    bounce: bool = False
    reply: bool = False
    importance: int | None = None
    """X-Priority, 1 (highest) to 5 (lowest)."""
    has_html: bool = False
    attachments: int = 0


@dataclass(frozen=True, slots=True)
class SampleMail:
    """One generated mail. `subject` and `body` are the decoded text, quotes and signature included."""

    raw: bytes
    """RFC 5322 with LF line ends, without an mbox "From " line."""
    message_id: str | None
    labels: dict[str, str] | None
    """Head → label as an annotator gave it; None for a hostile mail."""
    language: str
    split: Split
    """All mails of a thread are on the same side."""
    subject: str
    body: str
    spans: tuple[Span, ...]
    headers: dict[str, str]
    """From, To, Cc and Subject, decoded; Cc only when present."""
    sent: str
    """Date header; empty when the mail has none."""
    envelope: str
    """Sender and time as an mbox "From " line has them."""
    signs: Signs
    attachments: tuple[str, ...] = ()
    thread: int = 0
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    hostile: str | None = None
    """Which fault was built in."""
    duplicate: bool = False
    """The same message stands earlier in the stream (perhaps with another Status header)."""
