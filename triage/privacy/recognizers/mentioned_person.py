"""Names behind an at sign and in capitals between slashes, which running text does not hold: `@MARTINA`, `LEE/JIM/TIM`."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.base import Recognizer, timeout

_SCORE = 0.6
_NAMES = (Kind.GIVEN, Kind.SURNAME)
_POSSIBLE = (*_NAMES, Kind.EITHER)
_PART = regex.compile(r"[^/]+")


class MentionedPerson(Recognizer):
    """Listed names alone; in a list with slashes each part must be a name, so that `HOU/ECT` and `US/UK` are none."""

    entity = "PERSON"
    needs = Pattern(r"\p{L}{2}")

    _MENTION = Pattern(r"(?<![^\s(\[,;:])@(?P<name>\p{Lu}[\p{L}’'\-]{1,30})(?![\p{L}\p{N}_@(=/]|\.\p{L})")
    _SLASHES = Pattern(r"(?<![^\s(\[,;:])\p{Lu}{2,30}(?:[ ]?/[ ]?\p{Lu}{2,30}){1,9}+(?![\p{L}\p{N}_@(=/]|\.\p{L})")

    prefiltered = (_MENTION, _SLASHES)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """All places. Raises TimeoutError when a long text is too hard."""
        for match in self._MENTION.finditer(text, timeout=timeout(text)):
            if self._kind(match["name"]) in _NAMES:
                yield *match.span("name"), _SCORE
        for match in self._SLASHES.finditer(text, timeout=timeout(text)):
            yield from self._listed(match)

    def _listed(self, match: regex.Match[str]) -> Iterator[tuple[int, int, float]]:
        parts = list(_PART.finditer(match.string, match.start(), match.end()))
        kinds = [self._kind(part.group()) for part in parts]
        if set(kinds) <= set(_POSSIBLE) and any(each in _NAMES for each in kinds):
            for part in parts:
                name = part.group()
                yield part.end() - len(name.lstrip()), part.start() + len(name.rstrip()), _SCORE

    def _kind(self, word: str) -> Kind:
        return kind(word.strip(), self.supported_language)
