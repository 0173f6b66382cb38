"""The mailbox formats: one file each, and one line each in the registry below."""

from __future__ import annotations

from triage.mail.formats.base import Format, RawMessage
from triage.mail.formats.csvtable import Csv
from triage.mail.formats.eml import Eml, Unknown
from triage.mail.formats.jsonl import Jsonl
from triage.mail.formats.maildir import Maildir
from triage.mail.formats.mbox import Mbox
from triage.mail.formats.packed import Packed
from triage.mail.formats.tarred import Tar
from triage.mail.formats.zipped import Zip

# In the order in which they are asked; a plain file falls to the last one.
_ALL: tuple[Format, ...] = (
    Zip(),
    Tar(),
    Packed(Tar()),
    Mbox(),
    Packed(Mbox()),
    Jsonl(),
    Packed(Jsonl()),
    Csv(),
    Packed(Csv()),
    Maildir(),
    Eml(),
    Packed(Eml()),
    Unknown(),
)

FORMATS: dict[str, Format] = {format.name: format for format in _ALL}

__all__ = ["FORMATS", "Format", "RawMessage", "sniff"]


def sniff(name: str, head: bytes) -> Format:
    """The format of a file by its first bytes (up to 64 KiB), with its name as a hint."""
    lowered = name.lower()
    return next(format for format in _ALL if format.matches(lowered, head))
