"""Mails that people wrote by hand, with the answers that a person would accept; nothing of them is generated."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from triage.mail.keys import mail_key

FOLDER = Path(__file__).parent
FILES = (FOLDER / "hand_written.jsonl", FOLDER / "hand_written_more.jsonl")

_DAY = "Tue, 04 Nov 2025 09:{minute:02d}:{second:02d} +0000"


@dataclass(frozen=True, slots=True)
class HandWritten:
    """One mail; a decision is right where it is one of those given."""

    id: str
    language: str
    queues: tuple[str, ...]
    """The first one is the department that its writer had in mind."""
    priority: tuple[str, ...]
    sentiment: tuple[str, ...]
    kind: str
    tags: tuple[str, ...]
    """What is special about it: thanks, paid, closed, threat, mixed."""
    subject: str
    body: str


def read_mails(paths: Iterable[Path]) -> list[HandWritten]:
    """All mails of the files, one JSON object a line with the fields of `HandWritten`."""
    lines = (line for path in paths for line in path.read_text("utf-8").splitlines() if line.strip())
    return [_mail(json.loads(line)) for line in lines]


def write_export(mails: Iterable[HandWritten], folder: Path) -> dict[str, HandWritten]:
    """Writes a folder of .eml files and returns the mails by mail key. The headers say nothing of the answers."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for number, mail in enumerate(mails):
        raw = _message(number, mail).as_bytes()
        written[mail_key(raw)] = mail
        (folder / f"{number:05d}.eml").write_bytes(raw)
    return written


def _mail(row: dict[str, object]) -> HandWritten:
    several = ("queues", "priority", "sentiment", "tags")
    values = {name: tuple(row[name]) if name in several else row[name] for name in HandWritten.__slots__}  # type: ignore[arg-type]
    return HandWritten(**values)  # type: ignore[arg-type]


def _message(number: int, mail: HandWritten) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"writer{number}@mail{number % 7}.example.org"
    message["To"] = "office@company.example"
    message["Subject"] = mail.subject
    message["Date"] = _DAY.format(minute=number // 60 % 60, second=number % 60)
    message["Message-ID"] = f"<{number}.{mail.id}@mail{number % 7}.example.org>"
    message.set_content(mail.body)
    return message
