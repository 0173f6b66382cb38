"""What a subject says of a thread: whether it answers or forwards, and its base form, in which all of a thread agree.

The base form follows RFC 5256, section 2.1, with the prefixes that mail programs write in other languages, too.
"""

from __future__ import annotations

import re

_REPLIES = (
    "re", "aw", "antw", "antwort", "sv", "vs", "res", "odp", "ynt", "r", "rif", "ang", "vá", "απ",
    "σχετ", "отв", "回复", "回覆", "答复", "返信", "답장", "회신",
)  # fmt: skip
_FORWARDS = (
    "fw", "fwd", "wg", "tr", "rv", "enc", "i", "vl", "vb", "vd", "pd", "ilt", "doorst", "továbbítás",
    "πρθ", "пер", "转发", "轉寄", "轉發", "転送", "전달",
)  # fmt: skip
_MOST_PREFIXES = 30
_READ_CHARS = 2_000
_COUNT = r"[ ]?(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?[ ]?"
_BLOB = re.compile(r"\[[^\[\]]{0,80}\][ ]?(?=.)")
_SPACES = re.compile(r"\s+")
_TRAILER = "(fwd)"


def _prefix(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:\[[^\[\]]{{0,80}}\][ ]?){{0,3}}(?:{'|'.join(names)}){_COUNT}[:：][ ]?", re.IGNORECASE)


_REPLY, _FORWARD, _EITHER = _prefix(_REPLIES), _prefix(_FORWARDS), _prefix(_REPLIES + _FORWARDS)


def is_reply(subject: str) -> bool:
    """Whether a subject begins as that of an answer does (`Re:`), after any tags of lists."""
    return _REPLY.match(subject.strip()) is not None


def is_forward(subject: str) -> bool:
    """Whether a subject begins or ends as that of a forwarded mail does (`Fwd:`, `(fwd)`)."""
    plain = subject.strip()
    return _FORWARD.match(plain) is not None or plain.lower().endswith(_TRAILER) or plain.lower().startswith("[fwd:")


def base_subject(subject: str) -> str:
    """The subject in its base form, in lower case; "" where nothing but prefixes and tags is left."""
    base = _SPACES.sub(" ", subject[:_READ_CHARS]).strip()
    for _ in range(_MOST_PREFIXES):
        shorter = _stripped(base)
        if shorter == base:
            break
        base = shorter
    return base.casefold()


def _stripped(base: str) -> str:
    """One step: a trailer, a prefix, a tag, or the brackets of `[Fwd: …]`."""
    if base.lower().endswith(_TRAILER):
        return base[: -len(_TRAILER)].rstrip()
    if base.lower().startswith("[fwd:") and base.endswith("]"):
        return base[len("[fwd:") : -1].strip()
    if match := _EITHER.match(base) or _BLOB.match(base):
        return base[match.end() :].strip()
    return base
