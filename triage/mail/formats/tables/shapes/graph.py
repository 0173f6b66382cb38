"""Messages of Microsoft 365 as Graph gives them (the resource type `message`)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triage.mail.formats.tables.rows import RowError, content_of, header_of
from triage.mail.formats.tables.shapes.fields import inner, items, text
from triage.mail.outlook.assembly import File, Pieces, assembled

_KNOWN = ("internetMessageId", "toRecipients", "bodyPreview", "conversationId", "receivedDateTime")
_OWN = ("content-", "mime-version")
_DEEPEST = 10
_ROLES = {"to": "toRecipients", "cc": "ccRecipients", "bcc": "bccRecipients", "reply_to": "replyTo"}


@dataclass(frozen=True, slots=True)
class Graph:
    """With its Internet header where that was asked for, its attachments where their bytes are there."""

    def matches(self, row: Mapping[str, Any]) -> bool:
        return sum(name in row for name in _KNOWN) >= 2

    def messages(self, row: Mapping[str, Any]) -> Sequence[bytes]:
        return (_message(row, 0),)


def _message(row: Mapping[str, Any], depth: int) -> bytes:
    content, kind = text(inner(row, "body", "content")), text(inner(row, "body", "contentType")).lower()
    if not content and not text(row.get("subject")) and not row.get("attachments"):
        raise RowError("a message without subject and text")
    header = _internet_header(row) or header_of(_fields(row))
    plain, html = ("", content) if kind == "html" else (content.replace("\r\n", "\n"), "")
    files = tuple(_files(row, depth))
    if not files:
        return header + content_of(plain, html)
    return assembled(Pieces(header, plain, html.encode("utf-8", "replace"), files=files))


def _internet_header(row: Mapping[str, Any]) -> bytes:
    named = [(text(inner(one, "name")), text(inner(one, "value"))) for one in items(row.get("internetMessageHeaders"))]
    lines = [
        f"{name}: {' '.join(value.split())}\n"
        for name, value in named
        if name.isascii() and name.isprintable() and name and " " not in name and not name.lower().startswith(_OWN)
    ]
    return "".join(lines).encode("utf-8", "replace") if any(line.lower().startswith("from:") for line in lines) else b""


def _fields(row: Mapping[str, Any]) -> dict[str, object]:
    people = {role: [_person(one) for one in items(row.get(name))] for role, name in _ROLES.items()}
    sender = _person(row.get("from") or row.get("sender"))
    date = text(row.get("sentDateTime")) or text(row.get("receivedDateTime")) or text(row.get("createdDateTime"))
    own = {"subject": text(row.get("subject")), "message_id": text(row.get("internetMessageId")), "date": date}
    return {**own, **people, "from": sender}


def _person(one: object) -> dict[str, str] | str:
    found = {"name": text(inner(one, "emailAddress", "name")), "address": text(inner(one, "emailAddress", "address"))}
    return found if any(found.values()) else ""


def _files(row: Mapping[str, Any], depth: int) -> Iterator[File]:
    for one in items(row.get("attachments")):
        attached = inner(one, "item")
        name = text(inner(one, "name"))
        if isinstance(attached, Mapping) and depth < _DEEPEST:
            yield File(name, "message/rfc822", _message(attached, depth + 1), is_message=True)
        else:
            yield File(name, text(inner(one, "contentType")), _bytes(inner(one, "contentBytes")))


def _bytes(value: object) -> bytes:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return b""
