"""Mailboxes to run the job and its peers on: real mail in runs of neighbours, or generated mail, as one mbox."""

from __future__ import annotations

import random
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from triage.config import load_settings
from triage.mail.exports import discover, read
from triage.samples.files.writers import enveloped, write_mbox
from triage.samples.generator import generate

SETS = (
    "r_mailing_lists",
    "enron_categories/messages.tar.gz",
    "spamassassin_raw/messages.tar.gz",
    "hard_mail/messages.tar.gz",
)
_NEIGHBOURS = 100
"""Mails that stay together, so that quotes lie beside what they quote, as in an export."""

_ENVELOPE = "someone@example.org Thu Jan  1 00:00:00 2026"
_LARGEST = 1_000_000
"""Bytes; stock Presidio refuses texts beyond it."""


def real_mbox(data: Path, mails: int, file: Path) -> int:
    """Real mail of all sets, drawn as runs of neighbours; returns how many."""
    every = list(_messages(data))
    starts = range(0, len(every), _NEIGHBOURS)
    drawn = sorted(random.Random(7).sample(starts, min(len(starts), -(-mails // _NEIGHBOURS))))
    chosen = [data for start in drawn for data in every[start : start + _NEIGHBOURS]][:mails]
    file.write_bytes(b"".join(map(_record, chosen)))
    return len(chosen)


def generated_mbox(mails: int, file: Path) -> int:
    """Generated mail; returns how many."""
    return write_mbox(generate(mails, seed=5), file)


def with_huge(mbox: Path, file: Path, megabytes: int) -> int:
    """The mails of an mbox with one more in their midst, whose attachment is so large; returns how many."""
    records = mbox.read_bytes().split(b"\nFrom ")
    middle = len(records) // 2
    file.write_bytes(b"\nFrom ".join([*records[:middle], _huge(megabytes), *records[middle:]]))
    return len(records) + 1


def _huge(megabytes: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "The plans"
    mail["Message-ID"], mail["Date"] = "<huge@example.org>", "Mon, 5 Jan 2026 10:00:00 +0000"
    mail.set_content("The plans are attached.\n")
    drawn = random.Random(7).randbytes(megabytes * 750_000)  # base64 adds a third
    mail.add_attachment(drawn, maintype="application", subtype="pdf", filename="plans.pdf")
    return f"{_ENVELOPE}\n".encode() + mail.as_bytes()


def _messages(data: Path) -> Iterator[bytes]:
    limits = load_settings().limits
    for name in SETS:
        for source in discover(str(data / name)):
            for message in read(source.path, source.format, 0, None, limits):
                if not message.fault and len(message.data) < _LARGEST:
                    yield message.data


def _record(raw: bytes) -> bytes:
    """The mail behind one envelope; with its own before it, escaped, it would begin with a line that is no header."""
    lines = raw.replace(b"\r\n", b"\n").rstrip(b"\n")
    return enveloped(lines.split(b"\n", 1)[-1] if lines.startswith(b"From ") else lines, _ENVELOPE)
