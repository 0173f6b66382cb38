"""A mail before it becomes bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from triage.samples.model import Signs, Split
from triage.samples.text.draft import Fragment

Form = Literal["plain", "alternative", "html", "report"]
Mailbox = tuple[str, str]
"""Name (may be empty) and address."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that the bytes and the gold rows of one mail are made from."""

    sender: Mailbox
    to: tuple[Mailbox, ...]
    subject: Fragment
    body: Fragment
    sent: datetime
    message_id: str
    truth: dict[str, str]
    """Head → label before annotators saw the mail."""
    language: str
    thread: int
    split: Split
    form: Form
    signs: Signs
    cc: tuple[Mailbox, ...] = ()
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    """Further headers."""
    report: str = ""
    """Delivery status and the headers of the mail that came back, for a bounce."""
