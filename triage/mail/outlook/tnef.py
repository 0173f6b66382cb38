"""The content of a TNEF part (winmail.dat, MS-OXTNEF), which Exchange sends in place of a text and its attachments."""

from __future__ import annotations

import contextlib
import struct
from typing import Any

from tnefparse import TNEF

from triage.mail.outlook.assembly import File, Pieces, assembled
from triage.mail.outlook.rtf import text_of_rtf

_SIGNATURE = struct.Struct("<IH")
_MARK = 0x223E9F78
_ATTRIBUTE = struct.Struct("<BIL")
_MOST = 5_000
"""Attributes of a part: the library copies what follows for each of them."""
_KIND = "application/octet-stream"


def is_tnef(data: bytes) -> bool:
    """Whether the bytes begin as TNEF does."""
    return len(data) > _SIGNATURE.size and _SIGNATURE.unpack_from(data)[0] == _MARK


def as_mime(data: bytes) -> bytes | None:
    """A part's text and attachments as a MIME message without a header of its own; None where it cannot be read."""
    if not is_tnef(data) or _attributes(data) > _MOST:
        return None
    try:
        found = TNEF(data, do_checksum=False)
        return assembled(Pieces(b"", _plain(found), _html(found), "utf-8", tuple(map(_file, found.attachments))))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the library raises whatever damaged bytes lead it to
        return None


def _attributes(data: bytes) -> int:
    at, count = _SIGNATURE.size, 0
    while at + _ATTRIBUTE.size <= len(data) and count <= _MOST:
        at += _ATTRIBUTE.unpack_from(data, at)[2] + _ATTRIBUTE.size + 2
        count += 1
    return count


def _plain(found: Any) -> str:
    text = _decoded(found.body)
    if text.strip() or found.htmlbody:
        return text
    packed = found._rtfbody  # noqa: SLF001 - unpacked here, within our bound
    return text_of_rtf(packed[0] if isinstance(packed, tuple | list) else packed or b"")


def _html(found: Any) -> bytes:
    return _decoded(found.htmlbody).encode("utf-8", "replace")


def _decoded(value: Any) -> str:
    if isinstance(value, tuple | list):
        value = value[0] if value else ""
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError:
            value = value.decode("cp1252", "replace")
    return str(value or "").replace("\0", "").replace("\r\n", "\n")


def _file(attachment: Any) -> File:
    name = ""
    with contextlib.suppress(Exception):
        name = str(attachment.long_filename() or attachment.name)
    data = attachment.data
    return File(name.replace("\0", ""), _KIND, data if isinstance(data, bytes) else b"")
