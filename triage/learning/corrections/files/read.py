"""Reads a file of corrections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from triage.errors import ConfigError
from triage.learning.corrections.files.rows import REQUIRED, Context, is_answered, is_blank, is_text, proposal_of
from triage.learning.corrections.files.text_files import Numbered, csv_rows, decoded, jsonl_rows
from triage.learning.corrections.files.workbooks import xlsx_rows
from triage.learning.corrections.proposal import Code, Proposal, Rejected

_JSONL = (".jsonl", ".ndjson", ".json")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UNREADABLE = "Check the quotation marks and letters, or export the mails again."


@dataclass(frozen=True, slots=True)
class Read:
    """A file's corrections, its malformed rows, and how many rows nobody answered."""

    proposals: tuple[Proposal, ...]
    rejected: tuple[Rejected, ...]
    unanswered: int


def read_corrections(file: Path, context: Context) -> Read:
    """The corrections of a CSV, XLSX or JSONL file. Raises ConfigError for a file that cannot be used."""
    proposals, rejected, unanswered = [], [], 0
    for number, cells in _usable(file):
        if cells is None or not is_text(cells):
            rejected.append(Rejected(number, Code.MALFORMED, _UNREADABLE))
        elif is_blank(cells):
            continue
        elif not is_answered(cells):
            unanswered += 1
        else:
            found = proposal_of(number, cells, context)
            proposals.append(found) if isinstance(found, Proposal) else rejected.append(found)
    return Read(tuple(proposals), tuple(rejected), unanswered)


def _usable(file: Path) -> Iterator[Numbered]:
    """One row after the other: all cells of a large workbook would take far more memory than the file."""
    try:
        yield from _rows(file, file.read_bytes())
    except OSError as fault:
        what, remedy = f"The file cannot be read: {fault.strerror}.", "Give the file that people filled in."
    except ValueError:
        what = f"The file is no CSV, XLSX or JSONL with the columns {', '.join(REQUIRED)}."
        if file.stat().st_size == 0:
            what = "The file is empty."
        remedy = "Write one with jobs/review.py export; save old or protected workbooks as .xlsx without a password."
    else:
        return
    raise ConfigError(what, where=file.name, remedy=remedy)


def _rows(file: Path, data: bytes) -> Iterable[Numbered]:
    """By what the file holds, since a workbook may be called .csv; a CSV and a JSONL file are told apart by name."""
    if data.startswith(_OLE):
        raise ValueError("an old or protected workbook")
    if data.startswith(_ZIP):
        return xlsx_rows(data)
    text = decoded(data)
    return jsonl_rows(text) if file.suffix.casefold() in _JSONL else csv_rows(text)
