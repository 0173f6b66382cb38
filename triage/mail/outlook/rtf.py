"""The text of a body that Outlook keeps as compressed RTF (MS-OXRTFCP)."""

from __future__ import annotations

import struct

from compressed_rtf import decompress
from striprtf.striprtf import rtf_to_text

_HEADER = struct.Struct("<4I")
_LARGEST = 4 * 2**20
"""Bytes of RTF that are unpacked, which takes about a second for each of them in Python."""


def text_of_rtf(packed: bytes) -> str:
    """The text, "" where there is none that can be read or the RTF is above 4 MiB."""
    try:
        if len(packed) < _HEADER.size or _HEADER.unpack_from(packed)[1] > _LARGEST or len(packed) > _LARGEST:
            return ""
        source = _unpacked(packed).rstrip(b"\0").decode("cp1252", "replace")
        return str(rtf_to_text(source, errors="replace")).strip()  # type: ignore[no-untyped-call]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the library raises its base class, and a damaged body must not cost the mail
        return ""


def _unpacked(packed: bytes) -> bytes:
    """The RTF; the last byte of what a TNEF part holds, a zero, may have been left out."""
    try:
        return bytes(decompress(packed))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the class that the library raises for a wrong check sum
        return bytes(decompress(packed + b"\0"))
