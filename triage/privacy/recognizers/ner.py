"""Statistical names: the spaCy entities of a text, through Presidio's SpacyRecognizer's eyes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import regex
import spacy
from presidio_analyzer import RecognizerResult
from wordfreq import zipf_frequency

from triage.errors import PrivacyError
from triage.privacy.lexicon import Kind, kind

ENTITIES = {"PERSON": "PERSON", "PER": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION"}
BATCH = 64
SCORE = 0.45
_UNREAD = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer")
_PART = regex.compile(r"[^\n\t|;,<>\[\]{}()\"/]+")
_LEAD = regex.compile(r"(\p{Lu}\p{Ll}+) (?=\p{Lu})")
_START = regex.compile(r"(?:^|[.!?:\n]\s*)$")
_COMMON = 4.0
_CAPITALIZED = regex.compile(r"(?<![\p{L}\p{N}_.$@/])\p{Lu}[\p{L}'’]")
_EDGE = " .:-_*'’/=#&@!?"
_CODE = regex.compile(
    r"[_=$%{}\\<>@#]|\w\(|::|\d{3}|\w\.\w{2}|(?<!\bMc|\bMac|\bDe|\bDi|\bVan|\bLe|\bLa|\bFitz)(?<=\p{Ll})\p{Lu}"
)


class Ner:
    """A spaCy package with its name tagger only, and what is read from it."""

    def __init__(self, package: str) -> None:
        self._nlp = load(package)

    def find(self, texts: Sequence[str], language: str) -> Iterator[list[RecognizerResult]]:
        """The finds of each text, in order."""
        for doc in self._nlp.pipe(texts, batch_size=BATCH):
            yield [result for entity in doc.ents for result in _results(entity, language)]


@cache
def load(package: str) -> Any:
    """The package, once a process. Raises PrivacyError when it is not installed; nothing is downloaded.

    Left out is what only other parts of the pipeline read. A package whose tagger listens to a shared
    embedding (tok2vec) keeps it.
    """
    try:
        return spacy.load(package, exclude=list(_UNREAD))
    except (OSError, ImportError, ValueError):
        raise PrivacyError(
            "A language model of the privacy policy is not installed.",
            where=package,
            remedy="Install the project's locked packages, or name another package in the policy under ner.",
        ) from None


def may_hold_names(text: str) -> bool:
    """Whether a name can stand in the text at all: it has a capitalized word of two letters or more."""
    return _CAPITALIZED.search(text) is not None


def _results(entity: Any, language: str) -> Iterator[RecognizerResult]:
    name = ENTITIES.get(entity.label_)
    if name is None:
        return
    for part in _PART.finditer(entity.text):
        text = part.group().strip(_EDGE)
        while name == "PERSON" and (lead := _LEAD.match(text)) and _is_common(lead[1], language):
            text = text[lead.end() :]
        if text and _names_somebody(text, language, name) and not _opens_sentence(entity, text, language):
            start = entity.start_char + part.start() + part.group().index(text)
            yield RecognizerResult(name, start, start + len(text), SCORE)


def _opens_sentence(entity: Any, text: str, language: str) -> bool:
    """Whether a lone word that is a name or not (`Mark`, `Will`) begins a sentence, where the capital says nothing."""
    before = entity.doc.text[max(0, entity.start_char - 4) : entity.start_char]
    goes_on = entity.doc.text[entity.end_char : entity.end_char + 2].strip()[:1].islower()
    return kind(text, language) is Kind.EITHER and goes_on and _START.search(before) is not None


def _is_common(word: str, language: str) -> bool:
    return kind(word, language) is Kind.ORDINARY and zipf_frequency(word, "en") > _COMMON


def _names_somebody(text: str, language: str, entity: str) -> bool:
    """False for code, for lower case, and for a PERSON of ordinary words only (`Thanks`, `Regards`)."""
    if len(text) < 2 or _CODE.search(text) or not any(letter.isupper() for letter in text):
        return False
    if entity != "PERSON":
        return True
    words = regex.findall(r"\p{L}[\p{L}'’-]*", text)
    return any(kind(word, language) is not Kind.ORDINARY for word in words if len(word) > 1)
