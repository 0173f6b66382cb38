"""Where in a text a name can stand, so that the tagger need not read the rest."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from triage.privacy.lexicon.names import Kind, kind

_CAPITALIZED = regex.compile(r"(?<![\p{L}\p{N}_.$@/])\p{Lu}[\p{L}'’]+")
_LINE = regex.compile(r"[^\n]+")


def has_capitalized_word(text: str) -> bool:
    """Whether a name can stand in the text at all: it has a capitalized word of two letters or more."""
    return _CAPITALIZED.search(text) is not None


def passages(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Runs of lines that hold a capitalized word which no list calls ordinary, or two capitalized words together.

    The tagger sees four words to either side (its convolutions reach no further), so that lines without such
    words add time only.
    """
    begin: int | None = None
    end = 0
    for line in _LINE.finditer(text):
        if _holds_candidate(line.group(), language):
            begin = line.start() if begin is None else begin
            end = line.end()
        elif begin is not None:
            yield begin, end
            begin = None
    if begin is not None:
        yield begin, end


def _holds_candidate(line: str, language: str) -> bool:
    before = -2
    for match in _CAPITALIZED.finditer(line):
        if match.start() - before <= 1 or kind(match.group(), language) is not Kind.ORDINARY:
            return True
        before = match.end()
    return False
