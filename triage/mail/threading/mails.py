"""What threads are made from, and what they are: mails by tokens, rows by mail keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

JoinedBy = Literal["references", "in_reply_to", "subject"]


@dataclass(frozen=True)
class ThreadMail:
    """A mail as threads see it. All names are tokens, or anything else that is equal for equal values."""

    key: str
    at: datetime
    """When it was sent; where that is not known, received."""

    message: str | None = None
    references: tuple[str, ...] = ()
    """The oldest first."""

    reply: str | None = None
    """What it answers, by In-Reply-To."""

    sender: str | None = None
    to: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    """Who else receives it."""

    subject: str = ""
    """In its base form (triage.mail.subjects)."""

    is_answer: bool = False
    """Whether the subject begins as that of an answer or a forwarded mail does."""

    is_list: bool = False

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The mails that it names, each once, the nearest last."""
        named = (*self.references, *((self.reply,) if self.reply else ()))
        return tuple(link for link in dict.fromkeys(named) if link != self.message)

    @cached_property
    def people(self) -> frozenset[str]:
        """All who take part."""
        return self.to | self.others | ({self.sender} if self.sender else frozenset())

    @property
    def says_answer(self) -> bool:
        """Whether it says that it answers or forwards some mail; archives of lists take `Re:` out of subjects."""
        return self.is_answer or bool(self.links)

    @property
    def is_alone(self) -> bool:
        """Whether it does not say who sent it, or to whom."""
        return not self.sender or not (self.to or self.others)

    @property
    def order(self) -> tuple[datetime, str]:
        """Which of two mails comes first."""
        return self.at, self.key


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A mail's place. `family` names the mails that must be looked at together, of which a thread is a part."""

    key: str
    thread: str
    family: str
    parent: str | None
    depth: int
    joined_by: JoinedBy | None
    """What joined it to an earlier mail of its thread; None for the first."""
