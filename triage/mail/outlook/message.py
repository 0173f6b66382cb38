"""A message that Outlook saved (.msg, MS-OXMSG) as one MIME message.

The header that came with it over the Internet is taken where it is kept, else made of Outlook's properties. The body is
the text, the HTML, or the text of the compressed RTF. Property numbers are those of MS-OXPROPS.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from email.header import Header
from email.utils import format_datetime
from typing import Any

from oxmsg import Message
from oxmsg.domain import constants as c
from oxmsg.properties import Properties

from triage.mail.outlook.assembly import File, Pieces, assembled
from triage.mail.outlook.rtf import text_of_rtf

_EMBEDDED = "__substg1.0_3701000D"
_ROOT_HEADER, _EMBEDDED_HEADER = 32, 24
_DEEPEST = 10
_REFERENCES, _IN_REPLY_TO, _HTML_TEXT = 0x1039, 0x1042, 0x1013
_SHORT_NAME = 0x3704
_ROLES = {1: "To", 2: "Cc", 3: "Bcc"}
_OWN_FIELD = re.compile(r"^(?:content-[a-z-]+|mime-version)[ \t]*:.*(?:\n[ \t].*)*\n?", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"[!-9;-~]{1,100}[ \t]*:")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


def rebuilt(data: bytes) -> bytes:
    """The message in a .msg file as MIME. Raises what olefile and python-oxmsg raise of one that is damaged."""
    root = Message.load(data)._storage  # noqa: SLF001 - the library shows no embedded messages and no raw header
    return _message(root, _ROOT_HEADER, 0)


def _message(storage: Any, header_bytes: int, depth: int) -> bytes:
    found = Properties(storage, header_bytes)
    html, charset = _html(found)
    plain = _text(found, c.PID_BODY)
    if not plain.strip() and not html:
        plain = text_of_rtf(_bytes(found, c.PID_RTF_COMPRESSED))
    files = tuple(_files(storage, depth))
    return assembled(Pieces(_header(storage, found), plain.replace("\r\n", "\n"), html, charset, files))


def _text(found: Properties, number: int) -> str:
    with contextlib.suppress(KeyError, ValueError, LookupError, AttributeError, TypeError):
        return (found.str_prop_value(number) or "").replace("\0", "")
    return ""


def _bytes(found: Properties, number: int) -> bytes:
    with contextlib.suppress(KeyError, ValueError, LookupError, AttributeError, TypeError):
        return found.binary_prop_value(number) or b""
    return b""


def _html(found: Properties) -> tuple[bytes, str]:
    html = _bytes(found, c.PID_HTML)
    if not html:
        return _text(found, _HTML_TEXT).encode("utf-8", "replace"), "utf-8"
    with contextlib.suppress(KeyError, ValueError, LookupError, AttributeError, TypeError):
        return html, found.body_encoding
    return html, "utf-8"


def _header(storage: Any, found: Properties) -> bytes:
    kept = _text(found, c.PID_TRANSPORT_MESSAGE_HEADERS).replace("\r\n", "\n").strip("\n")
    kept = _OWN_FIELD.sub("", kept.partition("\n\n")[0] + "\n").strip("\n")
    if _FIELD.match(kept):
        return kept.encode("utf-8", "replace") + b"\n"
    lines = (f"{name}: {value}\n" for name, value in _fields(storage, found) if value)
    return "".join(lines).encode("utf-8", "replace")


def _fields(storage: Any, found: Properties) -> Iterator[tuple[str, str]]:
    yield (
        "From",
        _person(
            _text(found, c.PID_SENDER_NAME), _address(found, c.PID_SENDER_SMTP_ADDRESS, c.PID_SENDER_EMAIL_ADDRESS)
        ),
    )
    people: dict[str, list[str]] = {}
    for one in storage.iter_recipient_storages():
        of = Properties(one, 8)
        role = _ROLES.get(_number(of, c.PID_RECIPIENT_TYPE), "To")
        address = _address(of, c.PID_SMTP_ADDRESS, c.PID_EMAIL_ADDRESS)
        people.setdefault(role, []).append(_person(_text(of, c.PID_DISPLAY_NAME), address))
    for role in _ROLES.values():
        yield role, ", ".join(filter(None, people.get(role, [])))
    yield "Subject", _one_line(_text(found, c.PID_SUBJECT))
    yield "Date", _date(found)
    for name, number in (
        ("Message-ID", c.PID_INTERNET_MESSAGE_ID),
        ("In-Reply-To", _IN_REPLY_TO),
        ("References", _REFERENCES),
    ):
        yield name, _one_line(_text(found, number))


def _number(found: Properties, number: int) -> int:
    with contextlib.suppress(KeyError, ValueError, LookupError, AttributeError, TypeError):
        return found.int_prop_value(number) or 0
    return 0


def _address(found: Properties, *numbers: int) -> str:
    """The first address that is one of the Internet's; Exchange's own (/O=…) is none."""
    return next((text for text in (_one_line(_text(found, number)) for number in numbers) if "@" in text), "")


def _person(name: str, address: str) -> str:
    name = _one_line(name)
    if not name or name == address:
        return address
    shown = f'"{name}"' if name.isascii() else Header(name, "utf-8", maxlinelen=10_000).encode()
    return f"{shown.replace(chr(92), '')} <{address}>"


def _one_line(text: str) -> str:
    return _CONTROLS.sub(" ", text).replace('"', "'").strip()


def _date(found: Properties) -> str:
    for number in (c.PID_CLIENT_SUBMIT_TIME, c.PID_MESSAGE_DELIVERY_TIME):
        with contextlib.suppress(KeyError, ValueError, LookupError, AttributeError, TypeError, OverflowError):
            moment = found.date_prop_value(number)
            if moment is not None:
                return format_datetime(moment)
    return ""


def _files(storage: Any, depth: int) -> Iterator[File]:
    for one in storage.iter_attachment_storages():
        of = Properties(one, 8)
        name = _text(of, c.PID_ATTACH_LONG_FILENAME) or _text(of, _SHORT_NAME)
        inner = next((sub for sub in one.storages if sub.name == _EMBEDDED), None)
        if inner is not None and depth < _DEEPEST:
            yield File(name, "message/rfc822", _message(inner, _EMBEDDED_HEADER, depth + 1), is_message=True)
        else:
            kind = _text(of, c.PID_ATTACH_MIME_TAG) or "application/octet-stream"
            yield File(name, kind, _bytes(of, c.PID_ATTACH_DATA_BINARY))
