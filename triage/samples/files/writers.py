"""Mailboxes on disk: mbox, a folder of .eml files, JSON lines. The same mails give the same bytes."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from triage.samples.model import SampleMail

FROM_LINE = re.compile(rb"^(>*From )", re.MULTILINE)


def write_mbox(mails: Iterable[SampleMail], path: Path) -> int:
    """Write an mbox ("mboxrd" escaping), gzipped when the name ends in .gz; returns the number of mails."""
    with opened(path) as file:
        return sum(_wrote(file, mbox_record(mail)) for mail in mails)


def mbox_record(mail: SampleMail) -> bytes:
    """One mail with its "From " line and the empty line behind it."""
    return enveloped(mail.raw, mail.envelope)


def enveloped(raw: bytes, envelope: str) -> bytes:
    """A message as an mbox holds it, behind a "From " line with the envelope's sender and time."""
    escaped = FROM_LINE.sub(rb">\1", raw)
    ending = b"\n" if escaped.endswith(b"\n") else b"\n\n"
    return f"From {envelope}\n".encode("ascii") + escaped + ending


def write_eml_folder(mails: Iterable[SampleMail], folder: Path) -> int:
    """Write one file a mail (CRLF line ends as mail programs export them); returns the number of mails."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for count, mail in enumerate(mails, start=1):
        (folder / f"{count:07d}.eml").write_bytes(mail.raw.replace(b"\n", b"\r\n"))
    return count


def write_jsonl(mails: Iterable[SampleMail], path: Path) -> int:
    """Write the decoded fields, one JSON object a line; hostile mails have no fields and are left out."""
    return write_rows((_fields(mail) for mail in mails if mail.hostile is None), path)


def write_rows(rows: Iterable[dict[str, object]], path: Path) -> int:
    """Write one JSON object a line, gzipped when the name ends in .gz; returns the number of rows."""
    with opened(path) as file:
        return sum(_wrote(file, json.dumps(row, ensure_ascii=False).encode() + b"\n") for row in rows)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """A file to write; gzip without name and time, so that equal content gives equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as plain:
        if path.suffix != ".gz":
            yield plain
            return
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=plain, mtime=0) as packed:
            yield cast("IO[bytes]", packed)


def _wrote(file: IO[bytes], data: bytes) -> int:
    file.write(data)
    return 1


def _fields(mail: SampleMail) -> dict[str, object]:
    return {
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "date": mail.sent,
        "from": mail.headers["From"],
        "to": mail.headers["To"],
        "cc": mail.headers.get("Cc", ""),
        "subject": mail.subject,
        "body": mail.body,
    }
