"""Rows of mail fields (JSONL, CSV): which columns mean what, and the RFC 5322 message a row becomes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from triage.mail.formats.separators import looks_like_mail

ALIASES: dict[str, tuple[str, ...]] = {
    "raw": ("raw", "eml", "rfc822", "mime", "raw_message", "raw_email"),
    "message": ("message", "mail", "email"),
    "message_id": ("message_id", "messageid", "internet_message_id"),
    "in_reply_to": ("in_reply_to",),
    "references": ("references",),
    "date": ("date", "sent", "sent_at", "date_sent", "received", "received_at", "timestamp", "created_at",
             "datetime", "datum"),
    "from": ("from", "sender", "from_address", "from_email", "sender_email", "author", "von",
             "requester_email", "requester", "reporter"),
    "from_name": ("from_name", "sender_name", "von_name", "requester_name"),
    "to": ("to", "recipient", "recipients", "to_address", "to_email", "an", "to_name", "an_name"),
    "cc": ("cc", "cc_address", "cc_name"),
    "bcc": ("bcc", "bcc_address", "bcc_name"),
    "reply_to": ("reply_to",),
    "subject": ("subject", "title", "betreff", "summary"),
    "body": ("body", "text", "content", "body_text", "plain", "plain_text", "message_body", "description",
             "nachricht"),
    "html": ("html", "body_html", "html_body"),
}  # fmt: skip
"""Mail field to the column names that are read as it, in any case, with space, hyphen or underscore alike.

Where a row has several columns of one field, the first alias with a value is taken. `message` is a whole raw
message when it begins like one, and a body otherwise.
"""

_HEADERS = (
    ("from", "From"), ("to", "To"), ("cc", "Cc"), ("bcc", "Bcc"), ("reply_to", "Reply-To"), ("subject", "Subject"),
    ("date", "Date"), ("message_id", "Message-ID"), ("in_reply_to", "In-Reply-To"), ("references", "References"),
)  # fmt: skip
_TEXTS = frozenset(("raw", "message", "body", "html"))
_FIELD_OF = {alias: field for field, aliases in ALIASES.items() for alias in aliases}
_PUNCTUATION = re.compile(r"[\s\-_:()]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\s]+")


Columns = tuple[tuple[str, str], ...]
"""Which column is which mail field, as `ingest.columns` says: pairs of a field and a column's name."""


class RowError(ValueError):
    """A row that holds nothing of a mail, or not in a form that can be read."""


def mail_field(column: str) -> str | None:
    """The mail field that a column of this name holds, None for any other column."""
    return _FIELD_OF.get(_PUNCTUATION.sub("_", column.strip().lower()).strip("_"))


def mapped(row: Mapping[str, object], columns: Columns) -> Mapping[str, object]:
    """The row with the mail fields that the configuration finds in it, which win over what columns are called."""
    if not columns:
        return row
    found = {name: _at(row, column) for name, column in columns}
    return {**row, **{name: value for name, value in found.items() if value is not None}}


def _at(row: Mapping[str, object], column: str) -> object:
    """A column by its name, or what a path with points leads to in nested objects."""
    value: object = row.get(column)
    if value is None and "." in column:
        value = row
        for step in column.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


def has_mail(columns: Iterable[str], mapping: Columns = ()) -> bool:
    """Whether a table with these columns holds mail: a text, or a subject with somebody's address.

    A table without any text is none where the configuration says in which column the text is: its name is mistyped.
    """
    known = list(columns)
    fields = {mail_field(column) for column in known}
    fields |= {name for name, column in mapping if column.partition(".")[0] in known or column in known}
    if fields & _TEXTS:
        return True
    is_mistyped = bool(_TEXTS & {name for name, _ in mapping})
    return not is_mistyped and "subject" in fields and bool(fields & {"from", "to", "message_id"})


def message_of(row: Mapping[str, object]) -> bytes:
    """The row as a message, the same bytes for the same row; RowError when there is no mail in it."""
    fields = _fields(row)
    whole = fields.get("raw") or fields.get("message", "")
    if whole and ("raw" in fields or looks_like_mail(whole[:4096].encode("utf-8", "replace"))):
        return whole.encode("utf-8", "surrogateescape" if _restorable(whole) else "replace")
    fields.setdefault("body", fields.get("message", ""))
    if not any(fields.get(name) for name in ("subject", "body", "html")):
        raise RowError("no subject and no text")
    return _assemble(fields)


def _restorable(text: str) -> bool:
    return not any("\ud800" <= c <= "\udc7f" or "\udd00" <= c <= "\udfff" for c in text)


def _fields(row: Mapping[str, object]) -> dict[str, str]:
    ranked: dict[str, tuple[int, str]] = {}
    for column, value in row.items():
        field = mail_field(column)
        text = _text(value) if field else ""
        if field and text:
            rank = ALIASES[field].index(_PUNCTUATION.sub("_", column.strip().lower()).strip("_"))
            ranked[field] = min(ranked.get(field, (99, "")), (rank, text))
    return {field: text for field, (_, text) in ranked.items()}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, list):
        return ", ".join(text for text in map(_text, value) if text)
    if isinstance(value, dict):
        return _person(value)
    raise RowError("a value of an unknown type")


def _person(value: Mapping[str, object]) -> str:
    lowered = {key.lower(): inner for key, inner in value.items()}
    name = next((v for k in ("name", "display_name") if isinstance(v := lowered.get(k), str)), "")
    address = next((v for k in ("address", "email", "addr") if isinstance(v := lowered.get(k), str)), "")
    if not name and not address:
        raise RowError("a nested value that names nobody")
    return f'"{_quoted(name)}" <{address}>' if name else address


def _quoted(name: str) -> str:
    return name.replace("\\", "").replace('"', "")


def header_of(row: Mapping[str, object]) -> bytes:
    """The header lines of a row, each with its line end. Raises RowError for a value of an unknown type."""
    return "".join(f"{line}\n" for line in _header(_fields(row))).encode("utf-8", "replace")


def content_of(body: str, html: str) -> bytes:
    """Text, HTML or both as the MIME content that follows a header, whose own fields it begins with."""
    return ("MIME-Version: 1.0\n" + _content(body, html)).encode("utf-8", "replace")


def _assemble(fields: dict[str, str]) -> bytes:
    head = "\n".join([*_header(fields), "MIME-Version: 1.0", ""])
    return (head + _content(fields.get("body", ""), fields.get("html", ""))).encode("utf-8", "replace")


def _header(fields: dict[str, str]) -> list[str]:
    if fields.get("from_name") and "<" not in fields.get("from", ""):
        fields["from"] = f'"{_quoted(fields["from_name"])}" <{fields.get("from", "")}>'
    if fields.get("date"):
        fields["date"] = _date(fields["date"])
    return [f"{name}: {_one_line(fields[field])}" for field, name in _HEADERS if fields.get(field)]


def _one_line(value: str) -> str:
    return _CONTROLS.sub(" ", value).strip()


def _content(body: str, html: str) -> str:
    if not html:
        return _part("plain", body)
    if not body:
        return _part("html", html)
    boundary = hashlib.sha256((body + html).encode("utf-8", "replace")).hexdigest()[:32]
    parts = f"--{boundary}\n{_part('plain', body)}\n--{boundary}\n{_part('html', html)}\n--{boundary}--\n"
    return f'Content-Type: multipart/alternative; boundary="{boundary}"\n\n{parts}'


def _part(kind: str, text: str) -> str:
    return f"Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"


def _date(value: str) -> str:
    """A date as a mail writes it: ISO 8601 and seconds since 1970 are converted, all else stays as it is."""
    try:
        seconds = float(value)
        moment = datetime.fromtimestamp(seconds / 1000 if abs(seconds) > 1e11 else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            return value
    return format_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
