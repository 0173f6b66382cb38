"""Statistical names: the entities that a spaCy package finds, as findings of Presidio's type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import regex
import spacy
from presidio_analyzer import RecognizerResult
from thinc.api import NumpyOps, set_current_ops

from triage.errors import PrivacyError
from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.name_models.stored import (
    FOLDER,
    check_model,
    invalid_model,
    read_card,
    read_weights,
    shipped_models,
)
from triage.privacy.tagging.name_cores import ANNOUNCING, CODE, EDGE, PART, name_cores
from triage.privacy.tagging.name_network import add_recall_bias, pipeline, set_weights
from triage.privacy.tagging.network import Floats
from triage.privacy.tagging.passages import has_capitalized_word, passages
from triage.privacy.tagging.tagger import Tagger

ENTITIES = {
    "PERSON": "PERSON", "PER": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION", "NORP": "NRP",
    "ORG": "ORGANIZATION",
}  # fmt: skip
"""Our entities by the labels of spaCy's packages."""

SCORE = 0.45
_EMBEDDING = "tok2vec"
_CACHED_TOKENS = 50_000
"""Words whose tokens the tokenizer caches; its default of 10,000 is too few for the words of a batch."""
_UNREAD = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer")
_LEAD = regex.compile(r"(\p{Lu}\p{Ll}+) (?=\p{Lu})")
_START = regex.compile(r"(?:^|[.!?:\n]\s*)$")
_COMMON = 4.0


class Ner:
    """The name tagger of a language, and what is read from it. Raises PrivacyError for a broken shipped model."""

    def __init__(self, model: str, language: str) -> None:
        self._model, self._language = model, language
        self._is_shipped = _is_shipped(model)
        self._tagger: Tagger | None = None

    def load(self) -> Tagger:
        """The tagger, loaded on first use. Raises PrivacyError when its package is not installed."""
        if self._tagger is None:
            self._tagger = load_shipped(self._model, self._language) if self._is_shipped else load(self._model)
        return self._tagger

    @property
    def uses_fallback(self) -> bool:
        """Whether spaCy's own code tags the names; False as long as the package is not loaded."""
        return self._tagger is not None and not self._tagger.is_fast

    def may_find(self, text: str) -> bool:
        """Whether a text need be read: one with a capitalized word, and one that is written without capitals.

        spaCy's packages were trained on text with capitals, and find nothing without.
        """
        return has_capitalized_word(text) or (self._is_shipped and text.islower())

    def find(self, texts: Sequence[str], language: str) -> list[list[RecognizerResult]]:
        """The findings of each text, in order; only lines where a name can stand are read, each distinct one once."""
        places = [self._passages(text, language) for text in texts]
        distinct = list(dict.fromkeys(t[a:b] for t, ranges in zip(texts, places, strict=True) for a, b in ranges))
        tagged = dict(zip(distinct, self.load().find(distinct), strict=True))
        return [
            [r for a, b in ranges for label, start, end in tagged[text[a:b]]
             for r in self._results(label, a + start, a + end, text, language)]
            for text, ranges in zip(texts, places, strict=True)
        ]  # fmt: skip

    def _passages(self, text: str, language: str) -> list[tuple[int, int]]:
        """What of a text the tagger reads: all of it where its language is one in which lists tell less."""
        return [(0, len(text))] if self._is_shipped else list(passages(text, language))

    def _results(self, label: str, begin: int, end: int, whole: str, language: str) -> Iterator[RecognizerResult]:
        name = ENTITIES.get(label)
        if name is not None:
            read = name_cores if self._is_shipped else _plausible_parts
            for start, stop in read(name, begin, end, whole, language):
                yield RecognizerResult(name, start, stop, SCORE)


@cache
def _is_shipped(model: str) -> bool:
    """Whether a model comes with the project, checked once for all its languages. Raises PrivacyError for a broken one.

    Its weights are read, and checked again, on first use; without this a broken one would hold mail by mail.
    """
    if model not in shipped_models():
        return False
    check_model(model)
    return True


@cache
def load_shipped(model: str, language: str) -> Tagger:
    """A shipped model's tagger over the tokens of a language, once a process. Raises PrivacyError for a broken one."""
    made = pipeline(language)
    component = made.get_pipe("ner")
    try:
        set_weights(component, _weights(model))
    except ValueError as error:
        raise invalid_model(str(error), FOLDER / model) from None
    add_recall_bias(component, read_card(model).bias_of(language))
    return Tagger(made)


@cache
def _weights(model: str) -> dict[str, Floats]:
    """The arrays that all languages of a model share."""
    return read_weights(model)


@cache
def load(package: str) -> Tagger:
    """The package's tagger, once a process. Raises PrivacyError when it is not installed; nothing is downloaded.

    Left out is what only other parts of the pipeline read, the shared embedding among it where the name tagger has
    one of its own.
    """
    set_current_ops(NumpyOps(use_blis=False))  # numpy's OpenBLAS multiplies faster than blis
    try:
        pipeline = spacy.load(package, exclude=list(_UNREAD))
        tokenizer: Any = pipeline.tokenizer
        tokenizer.max_cache_size = _CACHED_TOKENS
    except (OSError, ImportError, ValueError):
        raise PrivacyError(
            "A language model of the privacy policy is not installed.",
            where=package,
            remedy="Install the project's locked packages, or name another package in the policy under ner.",
        ) from None
    if _EMBEDDING in pipeline.pipe_names:
        shared: Any = pipeline.get_pipe(_EMBEDDING)
        if "ner" not in shared.listening_components:
            pipeline.remove_pipe(_EMBEDDING)
    return Tagger(pipeline)


def _plausible_parts(name: str, begin: int, end: int, whole: str, language: str) -> Iterator[tuple[int, int]]:
    """The parts of a finding that can be a name by what the lists say of their words."""
    for part in PART.finditer(whole, begin, end):
        text = part.group().strip(EDGE)
        while name == "PERSON" and (lead := _LEAD.match(text)) and _is_common(lead[1], language):
            text = text[lead.end() :]
        start = part.start() + part.group().find(text)
        if text and _names_somebody(text, language, name) and not _opens_sentence(start, text, whole, language):
            yield start, start + len(text)


def _opens_sentence(start: int, text: str, whole: str, language: str) -> bool:
    """Whether a lone word that is a name or not (`Mark`, `Will`) begins a sentence, where the capital says nothing."""
    end = start + len(text)
    goes_on = whole[end : end + 2].strip()[:1].islower()
    return (
        goes_on and kind(text, language) is Kind.EITHER and _START.search(whole[max(0, start - 4) : start]) is not None
    )


def _is_common(word: str, language: str) -> bool:
    return kind(word, language) is Kind.ORDINARY and max(zipf(word, code) for code in ("en", language)) > _COMMON


def _names_somebody(text: str, language: str, entity: str) -> bool:
    """False for code, lower case, what announces a number (`IBAN`), and a PERSON of ordinary words only (`Thanks`)."""
    if len(text) < 2 or CODE.search(text) or not any(letter.isupper() for letter in text):
        return False
    if entity != "PERSON":
        return text not in ANNOUNCING
    words = regex.findall(r"\p{L}[\p{L}'’-]*", text)
    return any(kind(word, language) is not Kind.ORDINARY for word in words if len(word) > 1)
