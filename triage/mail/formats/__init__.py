"""The mailbox formats: one file each, and one line each in the registry below, which no other module repeats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from triage.mail.file_signatures import CFB
from triage.mail.formats.archives import Kinds
from triage.mail.formats.base import FolderFormat, Format, Growable, RawMessage
from triage.mail.formats.bookkeeping import Bookkeeping
from triage.mail.formats.codecs import CODECS, GZIP, HEAD_BYTES
from triage.mail.formats.csvtable import Csv
from triage.mail.formats.eml import Eml, Unknown
from triage.mail.formats.emlx import Emlx
from triage.mail.formats.jsonl import Jsonl
from triage.mail.formats.maildir import Maildir
from triage.mail.formats.mbox import MBOXCL2, MBOXRD, Mbox
from triage.mail.formats.msg import Msg
from triage.mail.formats.packed import Packed
from triage.mail.formats.tarred import Tar
from triage.mail.formats.zipped import Zip

_TABLES: tuple[Format, ...] = (Jsonl(), Csv())
"""Read as files, compressed files, and members of archives."""

_FILES: tuple[Format, ...] = (Bookkeeping(), Emlx(), Msg())
"""Read as files and as members of archives."""

_MAILBOXES: tuple[Format, ...] = (MBOXRD, MBOXCL2, Mbox())


def _kinds() -> Kinds:
    return Kinds(files=(*_FILES, *_TABLES), archives=(Zip(_kinds), Tar(_kinds)))


def _packed(inner: Format) -> Iterator[Format]:
    return (Packed(inner, codec) for codec in CODECS)


# In the order in which they are asked; a plain file falls to the last one.
_ALL: tuple[Format, ...] = (
    *_kinds().archives,
    *_packed(Tar(_kinds)),
    *_FILES,
    *(layout for mailbox in _MAILBOXES for layout in (mailbox, *_packed(mailbox))),
    *(layout for table in _TABLES for layout in (table, *_packed(table))),
    Maildir(),
    Eml(),
    *_packed(Eml()),
    Unknown(),
)

FORMATS: dict[str, Format] = {format.name: format for format in _ALL}

_HEAD_BYTES = 2**16

__all__ = ["FORMATS", "FolderFormat", "Format", "Growable", "RawMessage", "folder_format", "sniff", "sniffed"]


def sniffed(name: str, stream: BinaryIO) -> Format:
    """The format of a file by what it begins with: 64 KiB, or 1 MiB where a block or list may end so late."""
    head = stream.read(_HEAD_BYTES)
    if head.startswith((CFB, *(codec.magic for codec in CODECS if codec is not GZIP))):
        head += stream.read(HEAD_BYTES)
    return sniff(name, head)


def sniff(name: str, head: bytes) -> Format:
    """The format of a file by its first bytes (up to 64 KiB), with its name as a hint."""
    lowered = name.lower()
    return next(format for format in _ALL if format.matches(lowered, head))


def folder_format(folder: str) -> FolderFormat | None:
    """The format that a folder as a whole is of, None for a plain folder."""
    layouts = (format for format in _ALL if isinstance(format, FolderFormat))
    return next((layout for layout in layouts if layout.matches_folder(folder)), None)
