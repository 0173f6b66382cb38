"""The mailbox formats: one file each, and one line each in the registry below, which no other module repeats."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import BinaryIO

from triage.mail.file_signatures import CFB
from triage.mail.formats.archives.codecs import CODECS, GZIP, HEAD_BYTES
from triage.mail.formats.archives.members import Kinds
from triage.mail.formats.archives.packed import Packed
from triage.mail.formats.archives.tarred import Tar
from triage.mail.formats.archives.zipped import Zip
from triage.mail.formats.base import FolderFormat, Format, Growable, RawMessage
from triage.mail.formats.bookkeeping import Bookkeeping
from triage.mail.formats.load_files import LoadFile
from triage.mail.formats.mailboxes.eml import Eml, Unknown
from triage.mail.formats.mailboxes.emlx import Emlx
from triage.mail.formats.mailboxes.maildir import Maildir
from triage.mail.formats.mailboxes.mbox import MBOXCL2, MBOXRD, Mbox
from triage.mail.formats.outlook.msg import Msg
from triage.mail.formats.outlook.pst import Pst
from triage.mail.formats.tables.csvtable import Csv
from triage.mail.formats.tables.jsonl import Jsonl
from triage.mail.formats.tables.jsonlist import Json
from triage.mail.formats.tables.parquet import Parquet
from triage.mail.formats.tables.rows import Columns

_FILES: tuple[Format, ...] = (Bookkeeping(), LoadFile(), Emlx(), Msg(), Pst())
"""Read as files and as members of archives."""

_MAILBOXES: tuple[Format, ...] = (MBOXRD, MBOXCL2, Mbox())


def _tables(columns: Columns) -> tuple[Format, ...]:
    """Read as files, compressed files, and members of archives."""
    return (Jsonl(columns=columns), Json(columns=columns), Csv(columns=columns), Parquet(columns=columns))


def _packed(inner: Format) -> tuple[Format, ...]:
    return (inner, *(Packed(inner, codec) for codec in CODECS))


# In the order in which they are asked; a plain file falls to the last one.
def _all(columns: Columns = ()) -> tuple[Format, ...]:
    tables = _tables(columns)

    def kinds() -> Kinds:
        return Kinds(files=(*_FILES, *tables), archives=(Zip(kinds), Tar(kinds)))

    return (
        Zip(kinds),
        *_packed(Tar(kinds)),
        *_FILES,
        *(layout for mailbox in _MAILBOXES for layout in _packed(mailbox)),
        *(layout for table in tables for layout in _packed(table)),
        Maildir(),
        *_packed(Eml()),
        Unknown(),
    )


_ALL = _all()
FORMATS: dict[str, Format] = {format.name: format for format in _ALL}


@lru_cache(maxsize=8)
def formats_for(columns: Columns = ()) -> Mapping[str, Format]:
    """FORMATS as they read tables in which `columns` are mail fields."""
    return {format.name: format for format in _all(columns)} if columns else FORMATS


_HEAD_BYTES = 2**16

__all__ = [
    "FORMATS",
    "FolderFormat",
    "Format",
    "Growable",
    "RawMessage",
    "folder_format",
    "formats_for",
    "sniff",
    "sniffed",
]


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
