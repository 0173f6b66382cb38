"""From the cells of a row to a correction, whatever a spreadsheet program made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from triage.learning.corrections.proposal import Code, Proposal, Rejected
from triage.learning.corrections.reviewers import spelled
from triage.spreadsheets import unescape_formula

REQUIRED = ("mail_key", "head", "label")
"""Columns that a file must have; a mail that nobody answered has an empty `label`."""
READ = (
    *REQUIRED, "by", "at", "reason", "decided", "model_version", "undoes", "correction_id", "export_id",
)  # fmt: skip
"""Columns that are read; a file may have others."""
_ALIASES = {
    "right_label": "label",
    "correct_label": "label",
    "comment": "reason",
    "who": "by",
    "reviewer": "by",
    "corrected_at": "at",
    "time": "at",
}
_WHOLE_NUMBER = re.compile(r"(-?\d+)[.,]0+")

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Context:
    """What a file's rows do not say: who corrected, where a row names nobody, and when the file was read."""

    by: str
    now: datetime
    is_by_one: bool = False
    """All rows are of `by`: who returns a file must not answer for others."""


def column_name(header: str) -> str:
    """The column that a header means: case, blanks and hyphens do not count."""
    plain = re.sub(r"[\s_-]+", "_", header.strip().casefold()).strip("_")
    return _ALIASES.get(plain, plain)


def is_blank(cells: Cells) -> bool:
    """Whether no cell holds anything."""
    return not any(value.strip() for value in cells.values())


def is_text(cells: Cells) -> bool:
    """Whether all cells can be written as text: half of a surrogate pair, which JSON can hold, cannot."""
    return not any("\ud800" <= char <= "\udfff" for value in cells.values() for char in value)


def is_answered(cells: Cells) -> bool:
    """Whether a person filled in the row."""
    return bool(_cell(cells, "label") or _cell(cells, "undoes"))


def proposal_of(number: int, cells: Cells, context: Context) -> Proposal | Rejected:
    """The correction of an answered row; rejected where it cannot be one."""
    undoes = _cell(cells, "undoes")
    if not undoes and not (_cell(cells, "mail_key") and _cell(cells, "head")):
        return Rejected(number, Code.MALFORMED, "Fill in mail_key and head.")
    by = _cell(cells, "by") or context.by
    if context.is_by_one and spelled(by) != spelled(context.by):
        return Rejected(
            number, Code.OTHER_PERSON, "Leave the person out, or read a file of several people without --by."
        )
    stated = _cell(cells, "at")
    at = _time(stated) if stated else context.now
    if at is None:
        return Rejected(number, Code.MALFORMED, "Give the time as 2026-03-02T09:30:00+01:00.")
    return Proposal(
        row=number,
        who=by,
        mail_key=(_cell(cells, "mail_key") or "").casefold(),
        head=(_cell(cells, "head") or "").casefold(),
        label=_label(cells),
        decided=_cell(cells, "decided"),
        reason=_cell(cells, "reason"),
        model_version=_whole(_cell(cells, "model_version")),
        at=at,
        undoes=undoes,
        correction_id=_cell(cells, "correction_id"),
        export_id=_cell(cells, "export_id"),
        is_undated=not stated,
    )


def _cell(cells: Cells, name: str) -> str | None:
    return unescape_formula(cells.get(name, "").replace("\xa0", " ").strip()).strip() or None


def _label(cells: Cells) -> str:
    return _whole(_cell(cells, "label")) or ""


def _whole(text: str | None) -> str | None:
    """`3.0` and `3,0` as `3`: spreadsheet programs make numbers of what looks like one."""
    match = _WHOLE_NUMBER.fullmatch(text or "")
    return match[1] if match else text


def _time(text: str) -> datetime | None:
    """Raises nothing: what is no time is None; a time without a zone stays so, and is rejected later."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at
    except (ValueError, OverflowError):
        return None
