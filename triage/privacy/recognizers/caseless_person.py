"""Persons in scripts without capitals: by honorifics, introductions, sign-offs, fields and addresses behind a name."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from triage.mail.structure import is_form_word, structures
from triage.privacy.lexicon.east_asian import LANGUAGES, may_be_name, split_name
from triage.privacy.patterns.pattern import Pattern, PatternSet
from triage.privacy.recognizers.common.base import Recognizer, timeout
from triage.privacy.recognizers.cues.caseless import BEFORE_ADDRESS, CUES, Cue, patterns
from triage.privacy.recognizers.cues.parts import CASELESS

_SCORE = 0.85
_SHORTEST_LED = 2
_WORD = regex.compile(r"\S+")


class CaselessPerson(Recognizer):
    """Chinese, Japanese and Korean names, in a mail of any language."""

    entity = "PERSON"
    needs = Pattern(CASELESS)
    own_sets = (PatternSet(tuple(patterns())),)

    _KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
    _HANGUL = regex.compile(r"\p{Hangul}")

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The names. Raises TimeoutError when a long text is too hard."""
        for language in self._languages(text):
            for match in BEFORE_ADDRESS.finditer(text, timeout=timeout(text)):
                if not is_form_word(match.group("name"), language):
                    yield *match.span("name"), _SCORE
            for cue in CUES[language]:
                for match in cue.pattern.finditer(text, timeout=timeout(text)):
                    yield from self._accepted(match, cue, language)

    def _languages(self, text: str) -> Iterator[str]:
        """The mail's own language, or those that the letters of the text speak for."""
        if self.supported_language in LANGUAGES:
            yield self.supported_language
            return
        if self._HANGUL.search(text):
            yield "ko"
        if self._KANA.search(text):
            yield "ja"
        elif regex.search(r"\p{Han}", text):
            yield "zh"

    def _accepted(self, match: regex.Match[str], cue: Cue, language: str) -> Iterator[tuple[int, int, float]]:
        if is_form_word(match.group().strip(), language):  # in `仕様`, `様` honors nobody
            return
        words = [(match.start("name") + word.start(), word.group()) for word in _WORD.finditer(match.group("name"))]
        while words and self._is_no_name(words[0][1], language):
            words.pop(0)
        if not words or any(self._is_no_name(word, language) for _, word in words):
            return
        start = words[0][0] + self._conjunction(words[0][1], language)
        end = words[-1][0] + len(words[-1][1]) - self._honorific(words[-1][1], language)
        name = "".join(match.string[start:end].split())
        if name and (cue.is_sure or len(words) > 1 or may_be_name(name, language)):
            yield start, end, _SCORE

    @staticmethod
    def _is_no_name(word: str, language: str) -> bool:
        forms = structures()[language]
        return is_form_word(word, language) or word in forms.titles or word in forms.honorifics

    @staticmethod
    def _conjunction(word: str, language: str) -> int:
        """The letters of an `and` before a name: in Chinese it may look like a surname."""
        is_led = word[:1] in structures()[language].conjunctions and split_name(word[1:], language) is not None
        return 1 if is_led and len(word) > _SHORTEST_LED else 0

    @staticmethod
    def _honorific(word: str, language: str) -> int:
        """The letters of an honorific at a name's end."""
        honorifics = structures()[language].honorifics
        return max((len(each) for each in honorifics if word.endswith(each) and word != each), default=0)
