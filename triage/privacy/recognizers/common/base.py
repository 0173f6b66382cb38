"""What all recognizers share: Presidio's interface, read strictly, and what decides whether one need run at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

import regex
from presidio_analyzer import LocalRecognizer, PatternRecognizer, RecognizerResult

from triage.privacy.patterns.pattern import Pattern, PatternSet
from triage.privacy.policy import Policy

TIMEOUT_SECONDS = 20.0
Wrap = Literal["number", "code", "address", "street"]
"""How a value goes on in the next line: a number in groups, a code behind its hyphen, a mail or web address, a street."""
_SHORT_CHARS = 400


def timeout(text: str) -> float | None:
    """Seconds that a pattern may take over a text; no limit for a short one, where no pattern here takes long.

    To watch the clock costs more than to see that a short text does not match.
    """
    return TIMEOUT_SECONDS if len(text) > _SHORT_CHARS else None


class PresidioRecognizer(PatternRecognizer):
    """A PatternRecognizer that raises TimeoutError, where Presidio's own logs it and returns without the finding.

    It also leaves out explanations, which hold the pattern's text for each finding and are not read here.
    """

    entity: ClassVar[str]
    needs: ClassVar[Pattern]
    """What every finding's text matches: a text that cannot match it is not analyzed."""
    min_digits: ClassVar[int] = 0
    """A text with fewer digits holds no finding."""
    wraps: ClassVar[frozenset[Wrap]] = frozenset()
    """How its values go on in the next line; see triage.privacy.detection.line_ends."""
    prefiltered: ClassVar[tuple[Pattern, ...]] = ()
    """The patterns that the prefilter decides on, besides `needs`; Presidio's own patterns are not among them."""
    own_sets: ClassVar[tuple[PatternSet, ...]] = ()
    """Sets of patterns that a text is scanned for only once the recognizer reads it."""
    patterns: list[Any]

    @classmethod
    def build(cls, policy: Policy, language: str) -> Self:  # noqa: ARG003 - others read it
        """The recognizer for texts of a language."""
        presidios_own: Any = cls  # whose subclasses know their entity and patterns
        made: Self = presidios_own(supported_language=language)
        return made

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """The findings in `text`.

        Raises TimeoutError when a pattern does not end in TIMEOUT_SECONDS over a long text.
        """
        return [result for pattern in self.patterns for result in self._results(pattern, text)]

    def _results(self, pattern: Any, text: str) -> Iterator[RecognizerResult]:
        compiled = pattern.compiled_regex or regex.compile(pattern.regex, self.global_regex_flags or 0)
        pattern.compiled_regex = compiled
        for match in compiled.finditer(text, timeout=timeout(text)):
            score = self._score(match.group(), pattern.score)
            if score > 0:
                yield RecognizerResult(self.supported_entities[0], match.start(), match.end(), score)

    def _score(self, value: str, score: float) -> float:
        valid = self.validate_result(value)
        if valid is not None:
            score = float(valid)
        return 0.0 if self.invalidate_result(value) else score


class Recognizer(LocalRecognizer):
    """A recognizer of this project: subclasses say `entity`, `needs` and `prefiltered`, and find (start, end, score)."""

    entity: ClassVar[str] = ""
    needs: ClassVar[Pattern]
    """What every finding's text matches: a text that cannot match it is not analyzed."""
    min_digits: ClassVar[int] = 0
    """A text with fewer digits holds no finding."""
    wraps: ClassVar[frozenset[Wrap]] = frozenset()
    """How its values go on in the next line; see triage.privacy.detection.line_ends."""
    prefiltered: ClassVar[tuple[Pattern, ...]] = ()
    """The patterns that the prefilter decides on with `needs`, in one pass over each text."""
    own_sets: ClassVar[tuple[PatternSet, ...]] = ()
    """Sets of patterns that a text is scanned for only once the recognizer reads it."""

    def __init__(self, language: str = "en") -> None:
        super().__init__(supported_entities=[self.entity], supported_language=language)

    @classmethod
    def build(cls, policy: Policy, language: str) -> Self:  # noqa: ARG003 - others read it
        """The recognizer as a policy asks for it, for texts of a language."""
        return cls(language)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """The findings in `text`."""
        return [RecognizerResult(self.entity, start, end, score) for start, end, score in self.find(text)]

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Character ranges with the entity and the confidence in each."""
        raise NotImplementedError
