"""Disclaimers of a run of lines by one author, and the signature at its end."""

from __future__ import annotations

from collections.abc import Sequence

from triage.mail.zones.lines import Kind, Line
from triage.mail.zones.patterns import (
    CONTACT,
    DELIMITER,
    DISCLAIMER,
    FOOTER,
    NAME_LINE,
    NO_NAME,
    RULE,
    SIGN_OFF,
    SIGN_OFF_CHARS,
)

_MOST_LINES = 14
_MOST_DELIMITED = 30
_LONGEST_LINE = 75
_LONGEST_NAME = 30
_PARAGRAPH_CHARS = 4_000
_TAIL_PARAGRAPHS = 4
_AND = ("and", "&", "und", "et", "y", "von", "van", "de", "der")


def mark_tail(lines: Sequence[Line]) -> None:
    """Marks the disclaimers and the signature in lines of one author, which have no kind yet."""
    paragraphs = _paragraphs(lines)
    _mark_disclaimers(paragraphs)
    open_lines = [line for line in lines if line.kind is None and not line.is_blank]
    start = _delimited(open_lines)
    if start is None:
        start = _signed_off(open_lines)
    if start is None:
        start = _named([[line for line in p if line.kind is None] for p in paragraphs])
    elif DELIMITER.match(open_lines[start].text):
        before = _signed_off(open_lines[:start])
        start = start if before is None else before
    _set(open_lines[start:] if start is not None else [], "signature")


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    found: list[list[Line]] = [[]]
    for line in lines:
        if line.is_blank or (RULE.match(line.text.strip()) and found[-1]):
            found.append([])
        if not line.is_blank:
            found[-1].append(line)
    return [paragraph for paragraph in found if paragraph]


def _set(lines: Sequence[Line], kind: Kind) -> None:
    for line in lines:
        line.kind = kind


def _mark_disclaimers(paragraphs: Sequence[Sequence[Line]]) -> None:
    """Legal words wherever they stand; words of lists and providers at the end only, with all after their rule."""
    tail = len(paragraphs) - _TAIL_PARAGRAPHS
    for number, paragraph in enumerate(paragraphs):
        text = "\n".join(line.text for line in paragraph)[:_PARAGRAPH_CHARS]
        if len(paragraph) > 0 and len(text) > 40 and DISCLAIMER.search(text):
            _set(paragraph, "disclaimer")
        elif number >= max(tail, 0) and FOOTER.search(text):
            _mark_footer(paragraph)


def _mark_footer(paragraph: Sequence[Line]) -> None:
    """A footer with the rule above it, or, where it stands under a signature without a blank line, from its first line."""
    if RULE.match(paragraph[0].text.strip()) or DELIMITER.match(paragraph[0].text) or _is_short(paragraph):
        _set(paragraph, "disclaimer")
        return
    first = next((i for i, line in enumerate(paragraph) if FOOTER.search(line.text)), len(paragraph))
    if len(paragraph) - first <= _MOST_LINES and len(paragraph[first].text if first < len(paragraph) else "") < 100:
        _set(paragraph[first:], "disclaimer")


def _is_short(paragraph: Sequence[Line]) -> bool:
    """Whether a paragraph that mentions a list is no more than a footer: a few lines, the first of them at once."""
    return len(paragraph) <= _MOST_LINES and FOOTER.search(paragraph[0].text) is not None


def _delimited(lines: Sequence[Line]) -> int | None:
    first = max(0, len(lines) - _MOST_DELIMITED)
    return next((i for i in range(first, len(lines)) if DELIMITER.match(lines[i].text)), None)


def _signed_off(lines: Sequence[Line]) -> int | None:
    """Where the closing words begin: the first in the last lines from which on all lines are short."""
    start = None
    for i in range(len(lines) - 1, max(-1, len(lines) - 1 - _MOST_LINES), -1):
        text = lines[i].text.strip()
        if len(text) <= SIGN_OFF_CHARS and SIGN_OFF.match(text) and not text.endswith("?"):
            start = i
        elif len(text) > _LONGEST_LINE:
            break
    return start if start is not None and _names_somebody(lines[start:]) else None


def _names_somebody(lines: Sequence[Line]) -> bool:
    """Whether something follows the closing words, in their line or below; `Thanks in advance.` alone is prose."""
    return len(lines) > 1 or "," in lines[0].text.strip()[:-1]


def _named(paragraphs: Sequence[Sequence[Line]]) -> int | None:
    """Where the last paragraphs are a name or a block of contact data. The position among all lines given."""
    lines = [line for paragraph in paragraphs for line in paragraph]
    start, position = None, len(lines)
    for paragraph in [p for p in reversed(paragraphs) if p][:3]:
        position -= len(paragraph)
        is_all = position == 0 and (len(paragraph) < 3 or not _is_contact_block(paragraph))
        if len(paragraph) > _MOST_LINES or is_all:
            break
        if is_name(paragraph[0].text) or _is_contact_block(paragraph):
            start = position
        else:
            break
    if start is None and len(lines) > 1 and _is_last_name(lines):
        return len(lines) - 1
    return start


def _is_last_name(lines: Sequence[Line]) -> bool:
    """A name directly under the last words, as in a mail without a blank line."""
    text = lines[-1].text.strip()
    return is_name(text) and len(text.split()) <= 2 and lines[-2].text.rstrip()[-1:] in ".!?"


def is_name(text: str) -> bool:
    """Whether a line can be the name under a mail: one to four words, capitals first, or one short lower-case word."""
    plain = text.strip()
    if not plain or len(plain) > _LONGEST_NAME or NO_NAME.match(plain) or not NAME_LINE.match(plain):
        return False
    words = plain.strip(" -–—~*/<>().").split()
    if not words or plain[-1] in ":,;?!":
        return False
    return all(word[:1].isupper() or word in _AND for word in words) or (len(words) == 1 and 2 <= len(words[0]) <= 10)


def _is_contact_block(paragraph: Sequence[Line]) -> bool:
    """Short lines, of which at least a third hold what is said of oneself: a number, an address, a title."""
    if any(len(line.text.strip()) > _LONGEST_LINE for line in paragraph):
        return False
    hits = sum(CONTACT.search(line.text) is not None for line in paragraph)
    first = paragraph[0].text.strip()
    if len(first.split()) > 7 or first[-1:] in ".?!:,;" or "://" in first:
        return False
    if not (first[:1].isupper() or first[:1].isdigit() or 2 * hits >= len(paragraph)):
        return False
    prose = sum(line.text.rstrip()[-1:] in ".?!:" and len(line.text.split()) > 5 for line in paragraph)
    return 3 * hits >= len(paragraph) and not prose and len(paragraph) > 1
