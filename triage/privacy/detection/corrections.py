"""Corrects findings of names: drops what names nobody, cuts at the ends of sentences and lines and between persons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

import regex

from triage.mail.structure import is_form_word, structures
from triage.mail.structure.expressions import any_of
from triage.privacy.detection.spans import Span
from triage.privacy.detection.things import is_code, is_office, is_tool
from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.names import PARTICLES, Kind, is_mostly_given, kind
from triage.privacy.lexicon.sentences import ends_sentence, opens
from triage.privacy.lexicon.word_lists import word_set

_NAMING = frozenset({"PERSON", "ORGANIZATION", "LOCATION"})
_GUESSED = 0.5
"""Confidence up to which a finding is a guess from words alone, not from where they stand."""
_LONGEST_WORD = 40
_SHORTEST_NAME = 3
_SURE_NAME = 0.9
_FUNCTION_WORD = 5.5
"""Zipf frequency of words that hold sentences together."""
_SHORT_LINE = 40
_WORD = regex.compile(r"[\p{L}\p{M}][\p{L}\p{M}\p{N}'’]*")
_BETWEEN = regex.compile(
    r"(?P<point>[.!?;…])(?P<after>[ \t]*\n?[ \t]*(?=\p{Lu}))"
    r"|(?P<surely>[ \t\n]+(?:and|und|et|og|och|oraz|sowie|&|și|şi|ve|και|és|ja)[ \t\n]+)"
    r"|(?P<perhaps>[ \t\n]+(?:y|e|i|a|en|и|і|та)[ \t\n]+(?=(?P<next>\p{Lu}[\p{L}'’]+)))"
    r"|(?P<comma>,[ \t\n]+)"
    r"|(?P<line>[ \t]*\n[ \t]*)"
)
_NEXT_SENTENCE = regex.compile(r"(?P<point>[.!?])[ \t\n]+(?P<word>\p{Lu}[\p{L}'’]*)$")
_ASKING = regex.compile(r"(?P<verb>Will|May|Can|Could|Would|Should|Did|Does|Has|Is|Was)[ ](?=\p{Lu}\p{Ll}+$)")
_VERBS_AND_NAMES = frozenset({"Will", "May", "Can"})
_QUESTION = regex.compile(r"[ ]\p{Ll}+(?<!ed|s)\b[^.!\n]{0,200}\?")
_KEEP_CALLS = ("en", "fr", "de")
"""Languages in which such a word is seldom taken for a name, and names keep the tokens that they have with it."""
_EDGE = " \t\n,;&"
_DIGIT = regex.compile(r"\d")
_REPLY_PREFIX = regex.compile(
    r"[ ]?(?:re|aw|antw|wg|sv|vs|vb|vl|fw|fwd|tr|rv|r|rif|res|enc|odp|pd|doorst|ynt|ilt)[ ]?:[ ]?", regex.IGNORECASE
)
"""Of a subject: in reply to, or forwarded."""
_TITLES = frozenset(
    "m mr mrs ms mme mm mlle monsieur madame messieurs herr herrn frau sr sra don doña señor señora sig dott pan pani"
    " pán paní hr fru heer mevrouw dhr mevr dr prof".split()
)
"""Titles that stand before a conjunction without a name of their own: `M. et Mme Robins`."""


def corrected(text: str, spans: Iterable[Span], language: str) -> Iterator[Span]:
    """The single findings of a text without those that name nobody, before they are merged."""
    for span in spans:
        if span.entity not in _NAMING or not _names_nobody(text, span, language):
            yield from _without_call(text, _without_question(text, span), language)


def _names_nobody(text: str, span: Span, language: str) -> bool:
    value = text[span.start : span.end]
    if _is_replied_word(text, span, value):
        return True
    tokens = _WORD.findall(value)
    words = [token for token in tokens if token not in PARTICLES and (len(token) > 1 or token.isupper())]
    is_guess = span.score <= _GUESSED
    if is_guess and (_are_particles(tokens, language) or _are_terms(words) or _is_short_word(value, language)):
        return True
    if is_office(text, span, language) or (is_guess and is_code(text, span, language)):
        return True
    if span.score < _SURE_NAME and is_tool(text, span, is_guess=is_guess):
        return True
    if span.entity == "PERSON" and words and tokens[0] in PARTICLES and _are_ordinary(words, language):
        return True
    return bool(words) and all(_only_forms_a_letter(word, language) for word in words)


def _is_replied_word(text: str, span: Span, value: str) -> bool:
    """The first word of a subject behind its prefix, which a tagger takes for an organization: `SV: Kasser`."""
    is_guess = span.entity == "ORGANIZATION" and span.score <= _GUESSED
    if not is_guess or span.end - span.start > _LONGEST_WORD or value.isupper():
        return False
    prefix = _REPLY_PREFIX.match(text)
    return prefix is not None and span.start in (0, prefix.end()) and text[prefix.end() : span.end].isalpha()


def _are_particles(tokens: Sequence[str], language: str) -> bool:
    """Whether no word is more than a particle, as `ben` is, which is a given name as well."""
    return bool(tokens) and all(token in PARTICLES and kind(token, language) is not Kind.GIVEN for token in tokens)


def _are_ordinary(words: Iterable[str], language: str) -> bool:
    return all(kind(word, language) is Kind.ORDINARY for word in words)


def _only_forms_a_letter(word: str, language: str) -> bool:
    """Whether it is a word of letters and invoices and no initial: `Service` and `Client` of `Cher Service Client`."""
    is_form = len(word) > 1 and is_form_word(word.casefold(), language)
    return is_form and kind(word, language) is Kind.ORDINARY


def _is_short_word(value: str, language: str) -> bool:
    """Whether it is one of a language's most frequent words, such as Italian `Ho`, and no code or initial."""
    is_short = len(value) < _SHORTEST_NAME and value.isalpha() and not value.isupper()
    return is_short and zipf(value, language) >= _FUNCTION_WORD


def _are_terms(words: Iterable[str]) -> bool:
    """Whether all words are names of products and makes, which many people use."""
    listed = [word.casefold() in word_set("harmless_terms.txt") for word in words]
    return bool(listed) and all(listed)


def _without_question(text: str, span: Span) -> Span:
    """`Bill` of `Will Bill pay?`, where the first word is the question's verb, and all of `Will Robinson`.

    A verb that is a given name as well stays before a surname and where the place of the words shows a name.
    """
    asking = _ASKING.match(text, span.start, span.end) if span.entity == "PERSON" else None
    if asking is None or not opens(text, span.start) or not _QUESTION.match(text, span.end):
        return span
    may_be_name = asking["verb"] in _VERBS_AND_NAMES
    if may_be_name and (span.score >= _SURE_NAME or not is_mostly_given(text[asking.end() : span.end])):
        return span
    return replace(span, start=asking.end())


def _without_call(text: str, span: Span, language: str) -> Iterator[Span]:
    """`Torbjörn` of `Ring Torbjörn`, and nothing of the `Ring` of Danish `Ring til Bodil`, which calls for a person.

    What stands there is an introduction of the language. A span that is just such a word stays: it may be a surname.
    """
    is_opening = span.entity == "PERSON" and language not in _KEEP_CALLS and opens(text, span.start)
    call = _calls(language).match(text, span.start) if is_opening else None
    if call is None or call.end() == span.end:
        yield span
    elif call.end() < span.end and text[call.end()] == " ":
        yield replace(span, start=call.end() + 1)
    elif call.end() < span.end:
        yield span


@cache
def _calls(language: str) -> regex.Pattern[str]:
    forms = structures()[language].introductions if language in structures() else ()
    return regex.compile(rf"{any_of(forms)}(?!\w)", regex.IGNORECASE)


def separated(text: str, spans: Iterable[Span], language: str, *, merged_with_people: bool = False) -> Iterator[Span]:
    """The merged spans of a text, cut where a person's name ends: at a sentence's or line's end, and before another's.

    Only the cuts themselves become visible: points, blanks, commas and conjunctions. Besides, the ordinary words that
    begin the next sentence, but not where the spans were merged with the mail's own people (`merged_with_people`),
    whose names may be ordinary words. What holds digits is more than a name, and stays whole.
    """
    for span in spans:
        if text[span.start : span.end].isalpha():
            yield span
        elif span.entity == "PERSON" and not _DIGIT.search(text, span.start, span.end):
            yield from _persons(text, span, language, trims=not merged_with_people)
        elif span.entity in ("LOCATION", "STREET_ADDRESS") and not merged_with_people:
            yield _without_next_sentence(text, span, language)
        else:
            yield span


def _persons(text: str, span: Span, language: str, *, trims: bool) -> Iterator[Span]:
    start = span.start
    for between in _BETWEEN.finditer(text, span.start + 1, span.end):
        if between.start() <= start or not _parts_persons(text, span, between, language):
            continue
        yield from _stripped(text, replace(span, start=start, end=between.start()))
        start = _first_name(text, between.end(), span.end, language) if trims and between["point"] else between.end()
    yield from _stripped(text, replace(span, start=start))


def _parts_persons(text: str, span: Span, between: regex.Match[str], language: str) -> bool:
    if between["point"]:
        return ends_sentence(text, between.start()) and between.end() < span.end
    if between["perhaps"]:
        return kind(between["next"], language) is Kind.GIVEN
    if between["comma"]:
        return _lists_persons(text, span, between)
    if between["line"]:
        return _ends_short_line(text, between.start())
    return text[span.start : between.start()].strip(". ").casefold() not in _TITLES


def _lists_persons(text: str, span: Span, comma: regex.Match[str]) -> bool:
    """Whether a comma stands between two names and not in one (`Wood, Simon`): behind a full name, or one of many."""
    whole = text[span.start : span.end]
    return whole.count(",") > 1 or " " in text[span.start : comma.start()].strip()


def _ends_short_line(text: str, end: int) -> bool:
    """Whether the line that ends there was not wrapped, as prose is, but is an entry of its own."""
    begin = text.rfind("\n", 0, end) + 1
    return end - begin < _SHORT_LINE and text[end - 1] not in ",;-"


def _first_name(text: str, start: int, end: int, language: str) -> int:
    """Where the first word from `start` on stands that is no ordinary one; `end` for none."""
    for word in _WORD.finditer(text, start, end):
        if kind(word.group(), language) is not Kind.ORDINARY:
            return word.start()
    return end


def _stripped(text: str, span: Span) -> Iterator[Span]:
    value = text[span.start : span.end]
    start = span.start + len(value) - len(value.lstrip(_EDGE))
    end = span.end - (len(value) - len(value.rstrip(_EDGE)))
    if start < end:
        yield replace(span, start=start, end=end)


def _without_next_sentence(text: str, span: Span, language: str) -> Span:
    """A place or an address without the ordinary word that begins the next sentence: `69003 Lyon. Née`."""
    tail = _NEXT_SENTENCE.search(text, span.start, span.end)
    if tail is None or not ends_sentence(text, tail.start()) or kind(tail["word"], language) is not Kind.ORDINARY:
        return span
    return replace(span, end=tail.start())
