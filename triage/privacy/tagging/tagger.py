"""The entities that a spaCy package names in texts."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

import numpy as np

from triage.privacy.tagging.decoder import Decoder
from triage.privacy.tagging.network import Floats, UnsupportedNetwork
from triage.privacy.tagging.vectors import TokenVectors

BATCH = 256
"""Texts whose tokens are scored together."""

Entity = tuple[str, int, int]
"""Label, first character, character behind the last."""

_log = logging.getLogger(__name__)


class Tagger:
    """What a loaded spaCy pipeline's `ner` finds, computed from its weights.

    Where the network has another structure than this package computes (`is_fast` is False), spaCy's own code finds
    the same entities, and takes longer. That is logged once for each pipeline.
    """

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline
        component = pipeline.get_pipe("ner")
        self._tok2vec = component.model.get_ref("tok2vec")
        self._decoder: Decoder | None = None
        self._vectors: TokenVectors | None = None
        with suppress(UnsupportedNetwork):
            self._decoder = Decoder(component) if list(pipeline.pipe_names) == ["ner"] else None
            self._vectors = TokenVectors(self._tok2vec.layers[0])
        if not self.is_fast:
            _log.warning(
                "the network of %s is not one that triage.privacy.tagging computes: spaCy tags names, which takes"
                " longer; install the versions of spacy and of the package that conf/requirements.lock names",
                f"{pipeline.meta.get('lang')}_{pipeline.meta.get('name')}",
            )

    @property
    def is_fast(self) -> bool:
        """Whether all is computed here, nothing by spaCy's network."""
        return self._decoder is not None and self._vectors is not None

    def find(self, texts: Sequence[str]) -> Iterator[list[Entity]]:
        """The entities of each text, in order."""
        if self._decoder is None:
            for doc in self._pipeline.pipe(texts, batch_size=BATCH):
                yield [(entity.label_, entity.start_char, entity.end_char) for entity in doc.ents]
            return
        rest = iter(texts)
        while batch := list(islice(rest, BATCH)):
            yield from self._tagged([self._pipeline.make_doc(text) for text in batch], self._decoder)

    def _tagged(self, docs: Sequence[Any], decoder: Decoder) -> list[list[Entity]]:
        lengths = np.asarray([len(doc) for doc in docs])
        entities: list[list[Entity]] = [[] for _ in docs]
        if not lengths.sum():
            return entities
        is_space = np.concatenate([doc.to_array("IS_SPACE") for doc in docs]).astype(bool)
        starts = np.cumsum(lengths) - lengths
        for begin, end, label in decoder.entities(self._token_vectors(docs), lengths, is_space):
            number = int(np.searchsorted(starts, begin, "right")) - 1
            while not lengths[number]:
                number -= 1
            doc, offset = docs[number], int(starts[number])
            last = doc[end - 1 - offset]
            entities[number].append((label, doc[begin - offset].idx, last.idx + len(last)))
        return entities

    def _token_vectors(self, docs: Sequence[Any]) -> Floats:
        if self._vectors is None:
            return np.asarray(self._tok2vec.predict(list(docs)), np.float32)
        _, _, linear = self._tok2vec.layers
        return np.asarray(linear.predict(self._vectors.of(docs)), np.float32)
