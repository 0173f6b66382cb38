"""Load files of eDiscovery exports: lists of what lies beside them, with no mail of their own.

Microsoft Purview writes CSV lists, Concordance and Relativity DAT files with þ around fields, Opticon OPT files with a
line a page. They are read as such and have no records, so that the ledger shows that they were left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.base import RawMessage
from triage.mail.formats.tables.rows import has_mail

_LISTED = re.compile(
    r"\b(?:item identity|document id|native[ _]file(?:[ _]path)?|nativelink|target path|original path"
    r"|export native path|begdoc|beg bates|begbates|file id|immutable id|compound path|extracted text path)\b",
    re.IGNORECASE,
)
_OPTICON = re.compile(rb"[^,\r\n]{1,100},[^,\r\n]{0,100},[^,\r\n]{1,300}\.(?:tiff?|jpe?g|pdf),Y?,", re.IGNORECASE)
_THORN = (b"\xfe", b"\xc3\xbe", b"\xff\xfe\xfe\x00")


@dataclass(frozen=True, slots=True)
class LoadFile:
    """A list of exported items, told by its columns."""

    name: str = "load_file"
    splittable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        if name.endswith(".dat"):
            return head.startswith(_THORN) and b"\x14" in head
        if name.endswith(".opt"):
            return _OPTICON.match(head) is not None
        return name.endswith(".csv") and _is_list(head)

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        yield from ()


def _is_list(head: bytes) -> bool:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    first = head.decode("utf-16" if wide else "utf-8-sig", "replace").partition("\n")[0]
    columns = [column.strip().strip('"') for column in first.split(",")]
    texts = {"body", "text", "content", "description", "raw", "html"}
    return bool(_LISTED.search(first)) and (not has_mail(columns) or not texts & {one.lower() for one in columns})
