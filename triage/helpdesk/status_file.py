"""The rows of a help desk's file: which mail, its new state, and since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from triage.errors import ConfigError
from triage.lake.tables import STATES
from triage.learning.corrections.files.text_files import csv_rows, decoded, jsonl_rows
from triage.mail.dates import iso_time
from triage.mail.parsing.headers import message_id

_JSONL = (".jsonl", ".ndjson")
_COLUMNS = "status, at, and mail_key or message_id"


@dataclass(frozen=True, slots=True)
class Change:
    """A mail's new state, and when it changed; the mail is named by its key or by its Message-ID."""

    row: int
    mail_key: str
    message_id: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not stored, and what is wrong with it."""

    row: int
    what: str


def read_status_file(file: Path) -> Iterator[Change | Rejected]:
    """The rows of a CSV (by default) or JSONL file with the columns status, at, and mail_key or message_id.

    Raises ConfigError for a file that cannot be read or has other columns.
    """
    try:
        text = decoded(file.read_bytes())
        rows = list(jsonl_rows(text) if file.suffix.casefold() in _JSONL else csv_rows(text, ("status", "at")))
    except OSError as fault:
        raise ConfigError(
            f"The file cannot be read: {fault.strerror}.", where=file.name, remedy="Give the help desk's export."
        ) from None
    except ValueError:
        raise ConfigError(
            "The file is no CSV or JSONL with the columns that are needed.",
            where=file.name,
            remedy=f"Its columns are {_COLUMNS}.",
        ) from None
    now = datetime.now(UTC)
    for number, cells in rows:
        yield Rejected(number, "it cannot be read as a row") if cells is None else _change(number, cells, now)


def _change(number: int, cells: Mapping[str, str], now: datetime) -> Change | Rejected:
    key, name = cells.get("mail_key", "").strip().casefold(), message_id(cells.get("message_id", "")) or ""
    status, at = cells.get("status", "").strip().casefold(), iso_time(cells.get("at", "").strip())
    if not key and not name:
        return Rejected(number, "it names no mail: fill in mail_key or message_id")
    if status not in STATES:
        return Rejected(number, f"its status is none of {', '.join(STATES)}")
    if at is None:
        return Rejected(number, "its time is none: write it such as 2026-11-30T09:30:00+01:00")
    if at > now:
        return Rejected(number, "its time is yet to come: is the zone right?")
    return Change(number, key, name, status, at)
