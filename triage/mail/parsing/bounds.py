"""Bounds on a message, checked while it is parsed, before anything costly is done with what it holds."""

from __future__ import annotations

import re
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Compat32
from typing import Any, cast

from triage.config import LimitSettings
from triage.mail.keys import has_envelope, without_envelope
from triage.reasons import Reason

_ADDRESS_FIELDS = frozenset({"from", "to", "cc", "bcc", "reply-to", "sender", "resent-to", "resent-cc"})
# The standard library reads parameters in quadratic time; no mail program writes nearly as many.
_STRUCTURED_BYTES, _PARAMETERS = 2**15, 200
_NO_PARAMETERS = re.compile(r";[;\s]*;")
_SPACED_COLON = re.compile(rb"^([!-9;-~]{1,100})[ \t]{1,100}:", re.MULTILINE)
_HEAD_END = re.compile(rb"\n\r?\n")


class ExceededError(Exception):
    """A bound was exceeded; `code` says which."""

    def __init__(self, code: Reason) -> None:
        self.code = code
        super().__init__(code)


class _Bounded(Compat32):
    """compat32 (five times as fast as policy.default), with raw values and with bounds."""

    header_bytes: int = 0
    headers: int = 0
    addresses: int = 0
    parts: int = 0
    depth: int = 0

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _, rest = sourcelines[0].partition(":")
        size = sum(map(len, sourcelines))
        field = name.strip().lower()
        if field in _ADDRESS_FIELDS and sum(line.count("@") for line in sourcelines) > self.addresses:
            raise ExceededError(Reason.TOO_MANY_ADDRESSES)
        if size > self.header_bytes:
            raise ExceededError(Reason.HEADER_TOO_LONG)
        value = rest.lstrip(" \t") + "".join(sourcelines[1:])
        if field.startswith("content-"):
            value = _NO_PARAMETERS.sub(";", value)
            if len(value) > _STRUCTURED_BYTES or value.count(";") > _PARAMETERS:
                raise ExceededError(Reason.HEADER_TOO_LONG)
        return name, value.rstrip("\r\n")

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


class BoundedMessage(Message):
    """A MIME part that knows how deep it lies and how many parts its message has."""

    def __init__(self, policy: _Bounded) -> None:
        super().__init__(policy)
        self.level = 0
        self.root: BoundedMessage = self
        self.count = 1
        self.fields = 0

    def attach(self, payload: Any) -> None:
        limits = self.policy
        payload.level, payload.root = self.level + 1, self.root
        self.root.count += 1
        if payload.level > limits.depth:  # type: ignore[attr-defined]
            raise ExceededError(Reason.TOO_DEEP)
        if self.root.count > limits.parts:  # type: ignore[attr-defined]
            raise ExceededError(Reason.TOO_MANY_PARTS)
        super().attach(payload)

    def set_raw(self, name: str, value: Any) -> None:
        self.fields += 1
        if self.fields > self.policy.headers:  # type: ignore[attr-defined]
            raise ExceededError(Reason.TOO_MANY_HEADERS)
        super().set_raw(name, value)


def message_tree(data: bytes, limits: LimitSettings) -> BoundedMessage:
    """The parsed message; ExceededError when it is empty, too large, too deep, or has too much of something."""
    if not data.strip():
        raise ExceededError(Reason.EMPTY)
    if len(data) > limits.message_bytes:
        raise ExceededError(Reason.MESSAGE_TOO_LARGE)
    parser = BytesFeedParser(BoundedMessage, policy=_policy(limits))  # type: ignore[arg-type]
    parser.feed(_with_tight_colons(without_quoted_envelopes(data)))
    return cast("BoundedMessage", parser.close())


def _policy(limits: LimitSettings) -> _Bounded:
    names = ("header_bytes", "headers", "addresses", "parts", "depth")
    return _Bounded(**{name: getattr(limits, name) for name in names})


def _with_tight_colons(data: bytes) -> bytes:
    """The message with the obsolete space between a field's name and its colon taken out of its header."""
    found = _HEAD_END.search(data)
    end = found.start() if found else len(data)
    if b" :" not in data[:end] and b"\t:" not in data[:end]:
        return data
    return _SPACED_COLON.sub(rb"\1:", data[:end]) + data[end:]


def without_quoted_envelopes(data: bytes) -> bytes:
    """A message out of an mbox without its "From " line, and with ">From " lines as their author wrote them.

    Where a line of the text begins with "From ", the mailbox hides no such lines: then all are as written.
    """
    if not has_envelope(data):
        return data
    text = without_envelope(data)
    head = _HEAD_END.search(text)
    is_plain = head is not None and text.find(b"\nFrom ", head.end() - 1) >= 0
    return text if is_plain else text.replace(b"\n>From ", b"\nFrom ")
