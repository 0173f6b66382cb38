"""Files that are often put among exports and are no mail that is read here: told by their first bytes.

Sources: MS-PST section 2.2.2.6, MS-CFB section 2.2 and MS-OXMSG section 2.2.3 (Microsoft), ISO 32000-1 section
7.5.2 (PDF), ISO/IEC 29500-2 and OpenDocument 1.3 part 2 (documents in zip archives), what packers say of theirs, and
the known first bytes of .dbx (Outlook Express) and .nsf (Lotus Notes).
"""

from __future__ import annotations

from triage.reasons import Reason

CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MSG_STREAM = "__properties_version1.0".encode("utf-16-le")
_PDF_WITHIN = 1024
"""Bytes in which readers of PDF look for its header."""

_ZIP_HEADER = 30
"""Bytes of a local header before the member's name (APPNOTE section 4.3.7)."""

_STARTS: tuple[tuple[bytes, Reason], ...] = (
    (b"!BDN", Reason.OUTLOOK_STORE),
    (b"\xcf\xad\x12\xfe", Reason.OTHER_MAILBOX),
    (b"\x1a\x00\x00\x04\x00\x00", Reason.OTHER_MAILBOX),
    (b"7z\xbc\xaf\x27\x1c", Reason.OTHER_ARCHIVE),
    (b"Rar!\x1a\x07", Reason.OTHER_ARCHIVE),
    (b"PK\x03\x04", Reason.OTHER_ARCHIVE),
    (b"\x1f\x8b", Reason.OTHER_ARCHIVE),
    (b"BZh", Reason.OTHER_ARCHIVE),
    (b"\xfd7zXZ\x00", Reason.OTHER_ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Reason.OTHER_ARCHIVE),
)


def is_office_package(data: bytes) -> bool:
    """Whether a zip archive is a document: Office Open XML and OpenDocument say so by their first member."""
    first = data[_ZIP_HEADER : _ZIP_HEADER + 64]
    return data.startswith(b"PK\x03\x04") and first.startswith(
        (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis.opendocument")
    )


def recognized(data: bytes) -> Reason | None:
    """What a file is that is no mail, by its bytes from the first; None where they tell nothing."""
    if is_office_package(data):
        return Reason.OFFICE_DOCUMENT
    for start, reason in _STARTS:
        if data.startswith(start):
            return reason
    if data.startswith(CFB):
        return Reason.OUTLOOK_MESSAGE if MSG_STREAM in data else Reason.OFFICE_DOCUMENT
    return Reason.PDF_DOCUMENT if b"%PDF-" in data[:_PDF_WITHIN] else None
