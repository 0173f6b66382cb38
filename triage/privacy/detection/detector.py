"""Findings of single paragraphs, each distinct paragraph once, whatever mails it stands in."""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from presidio_analyzer import RecognizerResult

from triage.privacy.detection.corrections import corrected, separated
from triage.privacy.detection.line_ends import SURE, is_one_value, joined
from triage.privacy.detection.spans import Span, located, merge
from triage.privacy.folding import fold
from triage.privacy.policy import Policy
from triage.privacy.recognizers.registry import PATTERN_SETS, SelectedRecognizer, able_to_find, build_recognizers
from triage.privacy.tagging.ner import ENTITIES, Ner

CACHED_PARAGRAPHS = 100_000
_LANGUAGES = ("en", "de", "fr", "es")
_UNKNOWN_LANGUAGE = "und"
_NO_ARTIFACTS: Any = None
"""The recognizers here read the text alone; only the type of Presidio's interface asks for more."""
_log = logging.getLogger(__name__)

Findings = tuple[Span, ...]


class Detector:
    """All recognizers of a policy; caches the findings of paragraphs by digest, and none of their text."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._recognizers = {code: build_recognizers(policy, code) for code in (*_LANGUAGES, _UNKNOWN_LANGUAGE)}
        """By language; those of further ones are built with the first text of each."""
        wanted = set(ENTITIES.values()) & {str(entity) for entity in policy.entities}
        self._ner = {code: Ner(model, code) for code, model in policy.ner.items()} if wanted else {}
        if ner := self._ner.get(_UNKNOWN_LANGUAGE):
            ner.load()  # the others on first use: spaCy takes seconds to compile a language's rules
        self._cache: OrderedDict[bytes, Findings] = OrderedDict()

    def preload(self) -> Iterator[None]:
        """Compiles all patterns, one at a time."""
        for pattern in (pattern for each in PATTERN_SETS for pattern in each.patterns):
            pattern.compiled  # noqa: B018 - cached there
            yield

    def has_ner(self, language: str) -> bool:
        """Whether the policy has a statistical model for the language."""
        return language in self._policy.ner

    @property
    def uses_tagger_fallback(self) -> bool:
        """Whether spaCy's own code tags names with one of the models that were needed so far."""
        return any(ner.uses_fallback for ner in self._ner.values())

    def detect(self, texts: Iterable[str], language: str) -> dict[str, Findings | None]:
        """The findings of each distinct text.

        None where a recognizer failed, so that its mail must not be published.
        """
        findings: dict[str, Findings | None] = {}
        new: dict[str, bytes] = {}
        for text in dict.fromkeys(texts):
            digest = hashlib.blake2b(f"{language}\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
            known = self._recall(digest)
            if known is None:
                new[text] = digest
            else:
                findings[text] = known
        for text, fresh in self._detect_uncached(list(new), language).items():
            findings[text] = fresh
            if fresh is not None:
                self._remember(new[text], fresh)
        return findings

    def _recall(self, digest: bytes) -> Findings | None:
        if digest in self._cache:
            self._cache.move_to_end(digest)
        return self._cache.get(digest)

    def _remember(self, digest: bytes, findings: Findings) -> None:
        self._cache[digest] = findings
        if len(self._cache) > CACHED_PARAGRAPHS:
            self._cache.popitem(last=False)

    def _detect_uncached(self, texts: Sequence[str], language: str) -> dict[str, Findings | None]:
        """The findings of each text; the recognizers and the tagger read it folded."""
        folded = [fold(text) for text in texts]
        plain = list(dict.fromkeys(each.text for each in folded))
        ner = self._ner.get(language)
        named = self._detect_names([text for text in plain if ner and ner.may_find(text)], language)
        found = {text: self._detect_by_patterns(text, language, named.get(text, [])) for text in plain}
        pairs = ((text, each, found[each.text]) for text, each in zip(texts, folded, strict=True))
        return {text: None if spans is None else tuple(located(spans, each)) for text, each, spans in pairs}

    def _detect_names(self, texts: Sequence[str], language: str) -> dict[str, list[RecognizerResult] | None]:
        """Statistical findings.

        Where the model fails on a batch, each text is tried alone, to find the one at fault.
        """
        ner = self._ner.get(language)
        if ner is None or not texts:
            return {}
        try:
            return dict(zip(texts, ner.find(texts, language), strict=True))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - any fault must hold the mail, not the run
            if len(texts) == 1:
                _log.warning("name model failed on a paragraph: %s", type(error).__name__)
                return {texts[0]: None}
        middle = len(texts) // 2
        return {
            **self._detect_names(texts[:middle], language),
            **self._detect_names(texts[middle:], language),
        }

    def _detect_by_patterns(self, text: str, language: str, named: list[RecognizerResult] | None) -> Findings | None:
        if named is None:
            return None
        try:
            spans = self._used(text, [*named, *_analyzed(text, self._recognizers_of(language))], language)
            wrapped = self._over_line_ends(text, language, spans)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - any fault must hold the mail, not the run
            _log.warning("a recognizer failed on a paragraph: %s", type(error).__name__)
            return None
        return tuple(merge([*spans, *wrapped]) if wrapped else spans)

    def _over_line_ends(self, text: str, language: str, found: Sequence[Span]) -> list[Span]:
        """What goes on in the next line: only what a recognizer is sure of, because lines are joined on suspicion."""
        wrapped = []
        for stretch in joined(text, language):
            recognizers = [each for each in self._recognizers_of(language) if stretch.wrap in each.wraps]
            for span in self._used(stretch.text, _analyzed(stretch.text, recognizers), language):
                whole = stretch.crossing(span) if span.score >= SURE[stretch.wrap] else None
                if whole and is_one_value(text, whole, stretch.wrap, found):
                    wrapped.append(whole)
        return wrapped

    def _recognizers_of(self, language: str) -> list[SelectedRecognizer]:
        if language not in self._recognizers:
            self._recognizers[language] = build_recognizers(self._policy, language)
        return self._recognizers[language]

    def _used(self, text: str, results: Iterable[RecognizerResult], language: str) -> list[Span]:
        spans = (Span(r.start, r.end, r.entity_type, r.score) for r in results)
        used = [
            s
            for s in spans
            if s.score >= self._policy.score_threshold
            and s.entity in self._policy.entities
            and text[s.start : s.end].casefold() not in self._policy.allowed
        ]
        return list(separated(text, merge(corrected(text, used, language)), language))


def _analyzed(text: str, recognizers: Iterable[SelectedRecognizer]) -> Iterator[RecognizerResult]:
    for each in able_to_find(recognizers, text):
        yield from each.recognizer.analyze(text, each.recognizer.supported_entities, _NO_ARTIFACTS)
