"""Names that are ordinary words as well, by what stands beside them: a relation, what persons do, another name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.names import Kind, kind, listed_names
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.base import Recognizer, timeout
from triage.privacy.recognizers.common.name_scores import NAMES

_SCORE = 0.5
_SHORTEST = 2
_FUNCTION_WORD = 5.0
_SELDOM = 3.6
"""Zipf frequency in English below which an ordinary word, if no plural, is as likely a name that no list has."""
_NAME = r"(?P<name>\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?)"
_RELATIVES = (
    "uncle|aunt|cousin|neighbou?r|colleague|brother-in-law|sister-in-law|grandma|grandpa|nachbar|nachbarin|kollege|kollegin|"
    "kollegen|chef|chefin|onkel|tante|schwager|schwägerin|mitarbeiter|mitarbeiterin|freund|freundin|voisine?|collègue|oncle|"
    "cousine|vecin[oa]|compañer[oa]|tí[oa]|prim[oa]|vicin[oa]|collega|zi[oa]|buur(?:man|vrouw)|oom|vizinh[oa]|colega|ti[oa]|"
    "nabo|kollega|onkel|granne|farbror|moster|faster|sąsiad(?:ka)?|kolega|koleżanka|wuj(?:ek)?|ciocia|soused(?:ka)?|strýc"
)
_SPEAKS = (
    "said|says|told|tells|asked|asks|wrote|writes|replied|answered|agreed|agrees|thinks|thought|wants|wanted|called|promised|"
    "mentioned|suggested|suggests|confirmed|confirms|decided|refused|complained|apologi[sz]ed|"
    "(?:is|was)[ ](?:in[ ]charge|out|back|off|here|on[ ](?:leave|holiday|vacation)|away|sick|ill|late|responsible|happy|sorry|waiting)|"
    "sagt|sagte|meint|meinte|fragt|fragte|schreibt|schrieb|antwortet|antwortete|bestätigt|bestätigte|erklärt|erklärte|bittet|"
    "dit|disait|demande|écrit|répond|confirme|pense|veut|dice|dijo|pregunta|preguntó|escribe|escribió|confirma|confirmó|"
    "chiede|scrive|conferma|pensa|zegt|zei|vraagt|vroeg|schrijft|schreef|bevestigt|disse|diz|perguntou|escreveu|confirmou|"
    "siger|sagde|spørger|spurgte|skriver|skrev|säger|sade|frågar|frågade|mówi|powiedział[a]?|pyta|zapytał[a]?|napisał[a]?"
)
_MONTHS = frozenset("january february march april may june july august mai juni juli abril mayo junio julio".split())
_AND = "and|und|et|y|e|i|og|och|en|oraz|a"
_ARTICLE = regex.compile(
    r"(?i:\b(?:the|an?|each|every|no|which|der|die|das|dem|den|ein|eine|mein|meine|dein|sein|ihr|unser|kein|jeder|dieser|le|la|"
    r"les|un|une|el|los|il|lo|uno|una|o|os|um|uma|de|het|een|en|et|ett|this|that|our|your|his|her|their|my)[ ])$"
)


class ActingPerson(Recognizer):
    """Single capitalized words, names or ordinary words (`Hope`, `Koch`), where they do what persons do."""

    entity = "PERSON"
    needs = Pattern(r"\p{Lu}\p{Ll}")

    _RELATED = Pattern(rf"\b(?i:{_RELATIVES})[ ]{_NAME}(?![\p{{L}}\p{{N}}@_])")
    _SPEAKING = Pattern(rf"(?<![\p{{L}}\p{{N}}@_.\-/]){_NAME}[ ](?:{_SPEAKS})(?!\p{{L}})")
    _PAIR = Pattern(
        rf"(?<![\p{{L}}\p{{N}}@_.\-/])(?P<name>\p{{Lu}}\p{{Ll}}+)[ ](?:{_AND})[ ](?P<other>\p{{Lu}}\p{{Ll}}+)(?![\p{{L}}\p{{N}}@_])"
    )

    prefiltered = (_RELATED, _SPEAKING, _PAIR)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Each name. Raises TimeoutError when a long text is too hard."""
        for match in self._RELATED.finditer(text, timeout=timeout(text)):
            if self._can_name(match.group("name")):
                yield *match.span("name"), _SCORE
        for match in self._SPEAKING.finditer(text, timeout=timeout(text)):
            has_article = _ARTICLE.search(text, max(0, match.start() - 10), match.start())
            if not has_article and self._can_name(match.group("name")):
                yield *match.span("name"), _SCORE
        for match in self._PAIR.finditer(text, timeout=timeout(text)):
            if self._are_given(match):
                yield *match.span("name"), _SCORE
                yield *match.span("other"), _SCORE

    def _can_name(self, word: str) -> bool:
        """Whether a word can be a name at all; in German, where each noun has a capital, one that a list holds."""
        word_kind = kind(word, self.supported_language)
        if word_kind in (*NAMES, Kind.EITHER):
            return len(word) > _SHORTEST or zipf(word, self.supported_language) < _FUNCTION_WORD
        if self.supported_language == "de":
            return False
        return word_kind is not Kind.ORDINARY or (word[-1] != "s" and zipf(word, "en") < _SELDOM)

    def _are_given(self, pair: regex.Match[str]) -> bool:
        """Whether both words are given names and not both months: `May and Mark`, but not `May and June`."""
        words = pair.group("name", "other")
        kinds = {kind(word, self.supported_language) for word in words}
        folded = {word.casefold() for word in words}
        return kinds <= {Kind.GIVEN, Kind.EITHER} and folded <= _given() and not folded <= _MONTHS


@cache
def _given() -> frozenset[str]:
    return listed_names()[0]
