"""Training of the name tagger on marked text of several languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from spacy.training import Example
from thinc.api import Adam, fix_random_seed

from triage.privacy.name_training.marked_text import MarkedText
from triage.privacy.tagging.name_network import add_recall_bias, pipeline, set_weights, weights
from triage.privacy.tagging.network import Floats
from triage.privacy.tagging.tagger import Tagger

_BATCH_WORDS = 1_500
_DROPOUT = 0.15
_LEARNING_RATE = 0.001


class Trainer:
    """One network, and a tokenizer with its vocabulary for each language."""

    def __init__(self, languages: Sequence[str], seed: int) -> None:
        fix_random_seed(seed)
        self._pipelines: Mapping[str, Any] = {language: pipeline(language) for language in languages}
        self._component: Any = self._pipelines[languages[0]].get_pipe("ner")
        self._optimizer = Adam(_LEARNING_RATE, L2=0.01, grad_clip=1.0, L2_is_weight_decay=True, use_averages=True)

    def epoch(self, texts: Sequence[MarkedText]) -> Iterator[float]:
        """Learns from the texts; yields each batch's loss."""
        for batch in _batches(map(self._example, texts)):
            yield float(self._component.update(batch, sgd=self._optimizer, drop=_DROPOUT)["ner"])

    def _example(self, text: MarkedText) -> Example:
        """The text as spaCy's tokens, and the same with its names; a name that cuts a token takes the whole token."""
        made = self._pipelines[text.language]
        predicted, reference = made.make_doc(text.text), made.make_doc(text.text)
        spans = [reference.char_span(a, b, label, alignment_mode="expand") for a, b, label in text.names]
        reference.set_ents(_disjoint([span for span in spans if span is not None]))
        return Example(predicted, reference)

    def weights(self) -> dict[str, Floats]:
        """The averaged weights so far."""
        with self._component.model.use_params(self._optimizer.averages):
            return {name: array.copy() for name, array in weights(self._component)}


def tagger(language: str, arrays: Mapping[str, Floats], recall_bias: float) -> Tagger:
    """The tagger of a language with given weights and bias."""
    made = pipeline(language)
    set_weights(made.get_pipe("ner"), arrays)
    add_recall_bias(made.get_pipe("ner"), recall_bias)
    return Tagger(made)


def _disjoint(spans: Sequence[Any]) -> list[Any]:
    kept: list[Any] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _batches(examples: Iterator[Example]) -> Iterator[list[Example]]:
    batch: list[Example] = []
    words = 0
    for example in examples:
        batch.append(example)
        words += len(example.predicted)
        if words >= _BATCH_WORDS:
            yield batch
            batch, words = [], 0
    if batch:
        yield batch
