"""A mail's text as HTML: what is quoted or boilerplate is folded, pseudonyms are chips, deciding words are marked.

Every character of the mail is escaped; what is not is written here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from triage.mail.zones.split import zones
from triage.monitoring.report.texts import Texts
from triage.privacy.pseudonyms.tokens import TOKEN

MOST_CHARS = 40_000
"""Characters of a mail that are shown."""

_PIECES = re.compile(rf"(?P<token>{re.sub('[?]P<[a-z]+>', '?:', TOKEN.pattern)})|(?P<word>[^\W_]{{2,}})")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a mail; one that is `folded` has how many lines it has."""

    html: Markup
    folded: bool
    lines: int


def parts_of(body: str, words: Texts, marked: Collection[str] = ()) -> list[Part]:
    """The parts of a body, those that are blank left out. Words in `marked` (lower case) are marked in newest text."""
    shown = body[:MOST_CHARS]
    found = [(zone.kind != "newest", shown[zone.start : zone.end]) for zone in zones(shown)]
    if not any(text.strip() for folded, text in found if not folded):
        found = [(False, text) for _, text in found]  # there is nothing newer than the quote: it is the mail
    joined = ((key, "".join(text for _, text in group)) for key, group in groupby(found, key=lambda one: one[0]))
    return [_part(text, words, folded=folded, marked=marked) for folded, text in joined if text.strip()]


def inline(text: str, words: Texts, marked: Collection[str] = ()) -> Markup:
    """One text with chips and marks."""
    return Markup("").join(_pieces(text, words, marked))


def _part(text: str, words: Texts, *, folded: bool, marked: Collection[str]) -> Part:
    trimmed = text.strip("\r\n") if folded else text.strip()
    return Part(inline(trimmed, words, () if folded else marked), folded, trimmed.count("\n") + 1)


def _pieces(text: str, words: Texts, marked: Collection[str]) -> Iterator[Markup]:
    last = 0
    for match in _PIECES.finditer(text):
        if match["token"] is None and match["word"].lower() not in marked:
            continue
        yield escape(text[last : match.start()])
        yield _chip(match["token"], words) if match["token"] else Markup("<mark>{}</mark>").format(match["word"])
        last = match.end()
    yield escape(text[last:])


def _chip(token: str, words: Texts) -> Markup:
    """The kind of thing, and four digits that tell one from another."""
    match = TOKEN.fullmatch(token)
    assert match is not None
    name = words.word("entities", match["entity"].lower())
    return Markup('<span class="chip" title="{}">{} <i>{}</i></span>').format(token[1:-1], name, match["digest"][:4])
