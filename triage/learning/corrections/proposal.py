"""A correction as it is handed in, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

Source = Literal["file", "page", "move", "audit"]
"""The way in. The first answer to an audit becomes `audit`, whichever way it came, and so do later ones on the page."""
SHOWN: tuple[Source, ...] = ("page", "audit")
"""Sources whose answers the review page took. What it showed is known, and it said that they are saved."""


class Code(StrEnum):
    """Why a correction is rejected; the value is the meaning."""

    MALFORMED = "the row has no form that can be read"
    CUT_KEY = "the mail key is not 64 hex digits: a spreadsheet may have cut it or made a number of it"
    UNKNOWN_MAIL = "the lake has no published mail with this key"
    ERASED_MAIL = "the mail was erased"
    UNKNOWN_HEAD = "there is no such head"
    UNKNOWN_LABEL = "the head has no such label"
    UNKNOWN_PERSON = "this person is not in the file of reviewers"
    STALE = "the model has decided otherwise since the mail was shown"
    TAKEN_ID = "another correction has this id"
    CONTRADICTORY = "the same person gives the mail two labels at the same time"
    FUTURE = "the time lies in the future"
    LONG_REASON = "the reason is too long"
    UNKNOWN_CORRECTION = "there is no such correction"
    NOT_OWN = "somebody else made this correction"
    OTHER_PERSON = "the row names another person than --by"
    AMBIGUOUS_MOVE = "the mail lies in several folders"
    AUDITED = "the mail was drawn for the audit, where only what a person states counts"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction that somebody hands in, not validated yet.

    `row` names it in messages: the number of its line, 1 is the first. `at` is aware. `decided` and `model_version`
    are what the person saw, both None where that is not known; `decided` alone is None where the model abstained.
    With `undoes` it takes back that correction, and `label` is not read. `correction_id` is set where the sender has
    a name for it that is the same when it is sent again; `export_id` names the exported file that it was written in,
    of a move the labels that the mail's folders had before.
    """

    row: int
    who: str
    mail_key: str
    head: str
    label: str
    decided: str | None
    reason: str | None
    model_version: str | None
    at: datetime
    undoes: str | None = None
    correction_id: str | None = None
    export_id: str | None = None
    is_undated: bool = False
    """`at` is only when the file was read, and tells no two corrections apart."""

    @property
    def was_shown(self) -> bool:
        """Whether it is known what the person saw of the model's decision."""
        return self.decided is not None or self.model_version is not None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A correction that was not stored: its row, why, and a sentence without values that says what to do."""

    row: int
    code: Code
    what: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of corrections: stored now, stored before, and rejected, each with its reason."""

    added: int
    known: int
    rejected: tuple[Rejected, ...] = ()
    dropped_reasons: int = 0
    """Stored corrections whose stated reason was not stored, because personal data in it could not be ruled out."""
