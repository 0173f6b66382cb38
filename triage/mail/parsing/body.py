"""The text and the attachments of a message.

The text is the text/plain parts in their order, or HTML turned to text where there is no plain one. A message
attached to a mail (message/rfc822) is an attachment, as what it says is not said by this mail's author; only
where the mail has no text of its own (a digest, a bare "forward as attachment") its text is taken. So it is with a text
that has a file's name but is to be shown (RFC 2183, inline). The calendar part
of an invitation is an attachment, too, and what the text does not say of it (what, where, when) stands below the text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from typing import cast

from triage.config import LimitSettings
from triage.mail.parsing import headers
from triage.mail.parsing.bounds import ExceededError
from triage.mail.parsing.flowed import unflowed
from triage.mail.parsing.html import html_text
from triage.mail.parsing.media_types import media_type
from triage.mail.parsing.parsed import Attachment
from triage.mail.parsing.texts import clean, decode
from triage.mail.parsing.winmail import is_winmail, unwrapped
from triage.reasons import Mark, Reason

_LONGEST_NAME = 1000
_CALENDARS = frozenset({"text/calendar", "text/x-vcalendar", "application/ics"})
_NO_PROSE = frozenset(
    {"calendar", "x-vcalendar", "rtf", "css", "xml", "vcard", "x-vcard", "directory", "csv", "javascript"}
)


@dataclass(slots=True)
class Content:
    """What the parts of a message hold: leaves with text, attached messages, named texts to be shown, and facts."""

    plain: list[Message] = field(default_factory=list)
    shown: list[Message] = field(default_factory=list)
    nested: list[Message] = field(default_factory=list)
    named: list[Message] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    calendars: list[Message] = field(default_factory=list)
    has_html: bool = False
    marks: set[Mark] = field(default_factory=set)


def content(root: Message, limits: LimitSettings) -> Content:
    """The parts of a message sorted into text and attachments; `shown` is what makes up the body, in order."""
    collected = Content()
    _visit(root, collected, limits, root=True)
    if len(collected.attachments) > limits.attachments:
        raise ExceededError(Reason.TOO_MANY_ATTACHMENTS)
    return collected


def body(collected: Content, limits: LimitSettings) -> str:
    """The text of the message, LF line ends, valid Unicode; marks are added to `collected`."""
    text = _joined(collected.shown, collected, limits) or _joined(collected.named, collected, limits)
    if not text and collected.nested:
        text = _nested_text(collected, limits)
        if text:
            collected.marks.add(Mark.BODY_FROM_NESTED)
    if len(text) > limits.body_chars:
        raise ExceededError(Reason.BODY_TOO_LONG)
    return text


def _visit(part: Message, collected: Content, limits: LimitSettings, root: bool = False) -> None:
    kind = part.get_content_type()
    if part.is_multipart() and kind.startswith("message/"):
        collected.attachments.append(_attachment(part, collected))
        if kind in {"message/rfc822", "message/global"}:
            collected.nested += _children(part)
    elif kind == "multipart/alternative" and part.is_multipart():
        _choose(_children(part), collected, limits)
    elif part.is_multipart():
        for child in _children(part):
            _visit(child, collected, limits)
    elif _is_text(part, kind, root):
        html = kind == "text/html"
        collected.has_html = collected.has_html or html
        (collected.shown if html else collected.plain).append(part)
        if not html:
            collected.shown.append(part)
    else:
        _add_file(part, kind, collected, limits)


def _add_file(part: Message, kind: str, collected: Content, limits: LimitSettings) -> None:
    inner = unwrapped(payload(part), limits) if is_winmail(part) else None
    if inner is not None:
        _add_unwrapped(inner, collected, limits)
        return
    collected.attachments.append(_attachment(part, collected))
    if kind in _CALENDARS:
        collected.calendars.append(part)
    elif kind == "text/plain" and not is_file(part):
        collected.named.append(part)


def _add_unwrapped(inner: Message, collected: Content, limits: LimitSettings) -> None:
    """What Exchange wrapped: its text, which repeats that of the mail, is taken where the mail has none."""
    branch = Content()
    _visit(inner, branch, limits, root=True)
    collected.attachments += branch.attachments
    collected.named += branch.shown
    collected.has_html = collected.has_html or branch.has_html


def _children(part: Message) -> list[Message]:
    return cast("list[Message]", part.get_payload())


def _choose(children: list[Message], collected: Content, limits: LimitSettings) -> None:
    """Of alternatives the first with plain text, else the last with any; the attachments of all."""
    chosen: Content | None = None
    for child in children:
        branch = Content()
        _visit(child, branch, limits)
        collected.attachments += branch.attachments
        collected.calendars += branch.calendars
        collected.nested += branch.nested
        collected.named += branch.named
        collected.marks |= branch.marks
        collected.has_html = collected.has_html or branch.has_html
        plain = any(payload(part).strip() for part in branch.plain)
        if plain and (chosen is None or not chosen.plain):
            chosen = branch
        elif branch.shown and not plain and (chosen is None or not chosen.plain):
            branch.plain = []
            chosen = branch
    if chosen is not None:
        collected.plain += chosen.plain
        collected.shown += chosen.shown


def _is_text(part: Message, kind: str, root: bool) -> bool:
    main, _, sub = kind.partition("/")
    if main == "multipart":  # declared, but there is no boundary in it: what stands there is text
        return True
    if main != "text" or sub in _NO_PROSE:
        return False
    if root:
        return True
    named = headers.parameter(part, "filename", "content-disposition") or headers.parameter(part, "name")
    return not is_file(part) and not (named and kind != "text/html")


def is_file(part: Message) -> bool:
    """Whether a part is sent as a file and not as text to read."""
    return headers.value(part, "content-disposition").partition(";")[0].strip().lower() == "attachment"


def _attachment(part: Message, collected: Content) -> Attachment:
    try:
        raw = part.get_filename() or ""
        name = headers.text(raw)[:_LONGEST_NAME]
    except (ValueError, LookupError, TypeError, AttributeError):
        collected.marks.add(Mark.ATTACHMENT_NAME_UNREADABLE)
        name = ""
    return Attachment(name, media_type(part.get_content_type()), _size(part))


def _size(part: Message) -> int:
    if part.is_multipart():
        fields = sum(len(name) + len(str(text)) + 4 for name, text in part.items())
        return fields + sum(map(_size, _children(part)))
    return len(payload(part))


def payload(part: Message) -> bytes:
    """The content of a leaf, its transfer encoding undone as far as it can be."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        data = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return data if isinstance(data, bytes) else b""


def _joined(parts: list[Message], collected: Content, limits: LimitSettings) -> str:
    texts = (_text(part, collected, limits) for part in parts)
    return "\n\n".join(text for text in texts if text.strip()).strip("\n")


def _text(part: Message, collected: Content, limits: LimitSettings) -> str:
    data = payload(part)
    html = part.get_content_type() == "text/html"
    if html and len(data) > limits.html_bytes:
        raise ExceededError(Reason.HTML_TOO_LARGE)
    if len(data) > 4 * limits.body_chars and not html:
        raise ExceededError(Reason.BODY_TOO_LONG)
    text, guessed = decode(data, headers.charset(part))
    if guessed:
        collected.marks.add(Mark.CHARSET_GUESSED)
    text = clean(text)
    if html:
        text, simplified = html_text(text)
        if simplified:
            collected.marks.add(Mark.HTML_SIMPLIFIED)
        return clean(text)
    if headers.parameter(part, "format").lower() == "flowed":
        return unflowed(text, headers.parameter(part, "delsp").lower() == "yes")
    return text


def _nested_text(collected: Content, limits: LimitSettings) -> str:
    pieces: list[str] = []
    for message in collected.nested:
        inner = content(message, limits)
        inner_text = body(inner, limits)
        collected.has_html = collected.has_html or inner.has_html
        collected.marks |= inner.marks - {Mark.BODY_FROM_NESTED}
        pieces.append(f"{headers.text(headers.value(message, 'subject'))}\n\n{inner_text}".strip("\n"))
    return "\n\n".join(piece for piece in pieces if piece)
