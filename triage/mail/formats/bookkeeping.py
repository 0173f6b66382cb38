"""Files that mail programs keep beside their mail, in which no mail is: they are read as such and have no records.

The ledger shows them with this format, so that it can be seen that they were left out. Sources: the Mork format of
Mozilla's index files (.msf), and the names of Thunderbird's and Apple Mail's own files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.base import RawMessage

_MORK = b"// <!-- <mdb:mork:z"
_NAMED: dict[str, tuple[bytes, ...]] = {
    "msgfilterrules.dat": (b'version="',),
    "virtualfolders.dat": (b"version=",),
    "popstate.dat": (b"# POP3 State File",),
    "filterlog.html": (b"<!DOCTYPE", b"<head>", b"<html"),
    "info.plist": (b"<?xml", b"bplist00"),
    ".mboxcache.plist": (b"<?xml", b"bplist00"),
    "table_of_contents": (b"",),
    ".ds_store": (b"\x00\x00\x00\x01Bud1",),
}
"""Names in lower case, and how such files begin."""


@dataclass(frozen=True, slots=True)
class Bookkeeping:
    """Index files, filter rules and folder settings of Thunderbird and Apple Mail."""

    name: str = "bookkeeping"
    splittable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        return head.startswith((_MORK, *_starts(name))) if head else False

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        yield from ()


def _starts(name: str) -> tuple[bytes, ...]:
    return _NAMED.get(name.rpartition("/")[2], ())
