"""What is reviewed: an item is one mail and head; several items may be of one mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Item:
    """A question: which label of `head` is right for the mail; `labels` are all answers, in the taxonomy's order."""

    item_id: str
    mail_key: str
    head: str
    team: str
    language: str
    place: int
    purpose: str
    labels: tuple[str, ...]
    suggested: str
    score: float
    scores: Mapping[str, float] = field(repr=False)
    decided: str | None
    """The label in gold/labels; None where the head abstained."""
    decided_by: str | None
    """The sign that decided before the model did; None where the model decided."""
    answers: int
    model: str
    model_version: str | None
    drawn_at: datetime
    terms: tuple[str, ...] = field(repr=False)
    """Words that most support `suggested`, as the draw found them."""
    blind: bool
    """Whether the suggestion, its reasons and near mails are left out."""

    @property
    def source(self) -> str:
        """Source of the corrections that answer it, as in gold/corrections."""
        return "audit" if self.purpose == "audit" else "page"


@dataclass(frozen=True, slots=True)
class Mail:
    """What a reviewer sees of a mail: anonymized text, as in silver/mail."""

    mail_key: str
    subject: str = field(repr=False)
    body: str = field(repr=False)
    received_at: datetime
    language: str
    sender: str | None = field(repr=False)
    attachments: tuple[str, ...] = field(repr=False)
    facts: Mapping[str, object] = field(repr=False)
    """Further columns that the model reads."""
    terms: frozenset[int] = field(repr=False)
