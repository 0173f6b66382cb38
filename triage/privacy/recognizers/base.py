"""What all recognizers share: Presidio's interface, read strictly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex
from presidio_analyzer import LocalRecognizer, PatternRecognizer, RecognizerResult

TIMEOUT_SECONDS = 20.0
_SHORT = 400


def patience(text: str) -> float | None:
    """Seconds that a pattern may take over a text; no bound for a short one, where no pattern here takes long.

    To watch the clock costs four times as much as to see that a short text does not match.
    """
    return TIMEOUT_SECONDS if len(text) > _SHORT else None


class StrictPatterns(PatternRecognizer):
    """A PatternRecognizer that raises TimeoutError, where Presidio's own logs it and returns without the find.

    It also leaves out explanations, which hold the pattern's text for each find and are read by nobody here.
    """

    patterns: list[Any]

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """The finds in `text`. Raises TimeoutError when a pattern does not end in TIMEOUT_SECONDS over a long text."""
        return [found for pattern in self.patterns for found in self._found(pattern, text)]

    def _found(self, pattern: Any, text: str) -> Iterator[RecognizerResult]:
        compiled = pattern.compiled_regex or regex.compile(pattern.regex, self.global_regex_flags or 0)
        pattern.compiled_regex = compiled
        for match in compiled.finditer(text, timeout=patience(text)):
            score = self._score(match.group(), pattern.score)
            if score > 0:
                yield RecognizerResult(self.supported_entities[0], match.start(), match.end(), score)

    def _score(self, found: str, score: float) -> float:
        valid = self.validate_result(found)
        if valid is not None:
            score = float(valid)
        return 0.0 if self.invalidate_result(found) else score


class Finder(LocalRecognizer):
    """A recognizer of our own: subclasses say `entity` and yield (start, end, score)."""

    entity = ""

    def __init__(self, language: str = "en") -> None:
        super().__init__(supported_entities=[self.entity], supported_language=language)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """The finds in `text`."""
        return [RecognizerResult(self.entity, start, end, score) for start, end, score in self.find(text)]

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Character ranges with the entity and the confidence in each."""
        raise NotImplementedError
