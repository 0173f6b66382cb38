"""The mailbox formats: one file each, and one line each in the registry below, which no other module repeats."""

from __future__ import annotations

from triage.mail.formats.base import FolderFormat, Format, Growable, RawMessage, TableFormat
from triage.mail.formats.csvtable import Csv
from triage.mail.formats.eml import Eml, Unknown
from triage.mail.formats.jsonl import Jsonl
from triage.mail.formats.maildir import Maildir
from triage.mail.formats.mbox import Mbox
from triage.mail.formats.packed import Packed
from triage.mail.formats.tarred import Tar
from triage.mail.formats.zipped import Zip

_TABLES: tuple[TableFormat, ...] = (Jsonl(), Csv())
"""Read as files, compressed files, and members of archives."""

# In the order in which they are asked; a plain file falls to the last one.
_ALL: tuple[Format, ...] = (
    Zip(_TABLES),
    Tar(_TABLES),
    Packed(Tar(_TABLES)),
    Mbox(),
    Packed(Mbox()),
    *(layout for table in _TABLES for layout in (table, Packed(table))),
    Maildir(),
    Eml(),
    Packed(Eml()),
    Unknown(),
)

FORMATS: dict[str, Format] = {format.name: format for format in _ALL}

__all__ = ["FORMATS", "FolderFormat", "Format", "Growable", "RawMessage", "folder_format", "sniff"]


def sniff(name: str, head: bytes) -> Format:
    """The format of a file by its first bytes (up to 64 KiB), with its name as a hint."""
    lowered = name.lower()
    return next(format for format in _ALL if format.matches(lowered, head))


def folder_format(folder: str) -> FolderFormat | None:
    """The format that a folder as a whole is of, None for a plain folder."""
    layouts = (format for format in _ALL if isinstance(format, FolderFormat))
    return next((layout for layout in layouts if layout.matches_folder(folder)), None)
