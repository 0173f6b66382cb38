"""The entities that a spaCy package names in texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from triage.privacy.tagging.moves import Moves
from triage.privacy.tagging.vectors import Floats, NotKnown, TokenVectors

BATCH = 256
"""Texts whose tokens are scored together."""

Entity = tuple[str, int, int]
"""Label, first character, character behind the last."""


class Tagger:
    """What a loaded spaCy pipeline's `ner` finds; by the pipeline itself where its network is of another form."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline
        component = pipeline.get_pipe("ner")
        self._tok2vec = component.model.get_ref("tok2vec")
        self._moves: Moves | None = None
        try:
            self._moves = Moves(component)
            self._vectors: TokenVectors | None = TokenVectors(self._tok2vec.layers[0])
        except NotKnown:
            self._vectors = None

    def find(self, texts: Sequence[str]) -> Iterator[list[Entity]]:
        """The entities of each text, in order."""
        if self._moves is None or pipe_names_more(self._pipeline):
            for doc in self._pipeline.pipe(texts, batch_size=BATCH):
                yield [(entity.label_, entity.start_char, entity.end_char) for entity in doc.ents]
            return
        rest = iter(texts)
        while batch := list(islice(rest, BATCH)):
            yield from self._tagged([self._pipeline.make_doc(text) for text in batch], self._moves)

    def _tagged(self, docs: Sequence[Any], moves: Moves) -> list[list[Entity]]:
        lengths = np.asarray([len(doc) for doc in docs])
        found: list[list[Entity]] = [[] for _ in docs]
        if not lengths.sum():
            return found
        is_space = np.concatenate([doc.to_array("IS_SPACE") for doc in docs]).astype(bool)
        starts = np.cumsum(lengths) - lengths
        for begin, end, label in moves.entities(self._token_vectors(docs), lengths, is_space):
            number = int(np.searchsorted(starts, begin, "right")) - 1
            while not lengths[number]:
                number -= 1
            doc, offset = docs[number], int(starts[number])
            last = doc[end - 1 - offset]
            found[number].append((label, doc[begin - offset].idx, last.idx + len(last)))
        return found

    def _token_vectors(self, docs: Sequence[Any]) -> Floats:
        if self._vectors is None:
            return np.asarray(self._tok2vec.predict(list(docs)), np.float32)
        _, _, linear = self._tok2vec.layers
        return np.asarray(linear.predict(self._vectors.of(docs)), np.float32)


def pipe_names_more(pipeline: Any) -> bool:
    """Whether other components stand before the tagger, which it may read."""
    return list(pipeline.pipe_names) != ["ner"]
