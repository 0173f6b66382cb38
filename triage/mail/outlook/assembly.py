"""One MIME message out of the pieces that Outlook keeps apart, the same bytes for the same pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import BytesParser
from email.policy import compat32

from triage.mail.parsing.media_types import media_type


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; `is_message` where its bytes are a MIME message."""

    name: str
    kind: str
    data: bytes
    is_message: bool = False


@dataclass(frozen=True, slots=True)
class Pieces:
    """Header lines (each with its line end, none of the content's own fields), texts and attachments."""

    header: bytes
    plain: str = ""
    html: bytes = b""
    html_charset: str = "utf-8"
    files: Sequence[File] = ()


def assembled(pieces: Pieces) -> bytes:
    """The message of these pieces."""
    mark = hashlib.sha256(pieces.header + pieces.plain.encode("utf-8", "replace") + pieces.html).hexdigest()[:32]
    content = _content(pieces, mark)
    if pieces.files:
        mixed = MIMEMultipart("mixed", f"m{mark}")
        for part in (content, *map(_attached, pieces.files)):
            mixed.attach(part)
        content = mixed
    return pieces.header + content.as_bytes(policy=compat32)


def _content(pieces: Pieces, mark: str) -> MIMEBase:
    plain = MIMEText(pieces.plain.encode("utf-8", "replace").decode("utf-8"), "plain", "utf-8")
    if not pieces.html:
        return plain
    html = MIMEBase("text", "html", charset=pieces.html_charset)
    html.set_payload(pieces.html)
    _encode(html)
    if not pieces.plain.strip():
        return html
    both = MIMEMultipart("alternative", f"a{mark}")
    both.attach(plain)
    both.attach(html)
    return both


def _attached(file: File) -> MIMEBase:
    if file.is_message:
        return MIMEMessage(BytesParser(policy=compat32).parsebytes(file.data))
    main, _, sub = media_type(file.kind).partition("/")
    part: MIMEBase = MIMEApplication(file.data) if main in {"multipart", "message"} else MIMEBase(main, sub or "x")
    if not part.get_payload():
        part.set_payload(file.data)
        _encode(part)
    name = " ".join(file.name.split()).encode("utf-8", "replace").decode("utf-8")
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name) if not name.isascii() else name)
    return part


def _encode(part: MIMEBase) -> None:
    from email.encoders import encode_base64

    encode_base64(part)
