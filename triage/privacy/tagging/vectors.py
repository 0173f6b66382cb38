"""Token vectors: hashed features of words, then convolutions over four words to either side (spaCy's Tok2Vec).

The embedding of a word does not depend on its neighbours, so it is kept for words seen; the convolutions are matrix
products over all tokens of a batch, in blocks that stay in the processor's cache, and two thirds as many as there are
neighbours (Winograd's minimal filtering F(2, 3); Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from thinc.types import Ragged

Floats = npt.NDArray[np.float32]
CACHED_WORDS = 50_000
"""Some 20 MB a process."""

_BLOCK = 512
_MIXERS = np.random.default_rng(20).integers(0, 2**63, 8, np.uint64) * np.uint64(2) + np.uint64(1)
"""A word is known by the sum of its features, each times one of these: of n words two meet with probability n²/2⁶⁵."""
_EMBED = ("extract_features", "list2ragged", "with_array", "with_array", "ragged2list")
_CONVOLUTION = ("expand_window", "maxout", "layernorm")


class NotKnown(Exception):
    """The network is of another form than this module computes."""


class TokenVectors:
    """The vectors of a spaCy `Tok2Vec` of hash embeddings and a maxout window encoder.

    Raises NotKnown for a network of another form.
    """

    def __init__(self, tok2vec: Any) -> None:
        embed, encode = _parts(tok2vec, 2)
        _refuse_unless(tuple(layer.name.split("(")[0] for layer in embed.layers) == _EMBED)
        features, _, hashed, mixed, _ = embed.layers
        self._columns = features.attrs["columns"]
        _refuse_unless(len(self._columns) <= len(_MIXERS))
        self._embed = (hashed, mixed)
        self._pad = encode.attrs["pad"]
        self._layers = [_Convolution(layer) for layer in encode.layers[0].layers]
        self._words: dict[int, int] = {}
        self._rows: Floats = np.zeros((0, tok2vec.get_dim("nO")), np.float32)

    def of(self, docs: Sequence[Any]) -> Floats:
        """One row a token of all docs, in order."""
        embedded = self._embedded(docs)
        out = np.empty_like(embedded)
        for first, last, lengths in _blocks([len(doc) for doc in docs]):
            out[first:last] = self._encoded(embedded[first:last], lengths)
        return out

    def _encoded(self, rows: Floats, lengths: Sequence[int]) -> Floats:
        """Docs lie one after another with blank rows between, as wide as the convolutions see together."""
        counts = np.asarray(lengths)
        places = np.arange(len(rows)) + self._pad * np.repeat(np.arange(1, len(counts) + 1), counts)
        size = len(rows) + self._pad * (len(counts) + 1)
        state = np.zeros((size + size % 2 + 2, rows.shape[1]), np.float32)
        padded = state[1:-1]
        padded[places] = rows
        for layer in self._layers:
            padded += layer(state)
        rows_of_docs: Floats = padded[places]
        return rows_of_docs

    def _embedded(self, docs: Sequence[Any]) -> Floats:
        tables = [doc.to_array(self._columns).reshape(len(doc), len(self._columns)) for doc in docs]
        features = np.concatenate(tables).astype(np.uint64, copy=False)
        keys = (features * _MIXERS[: features.shape[1]]).sum(axis=1, dtype=np.uint64).tolist()
        if len(self._words) > CACHED_WORDS:
            self._words, self._rows = {}, self._rows[:0]
        new = {key: place for place, key in enumerate(keys) if key not in self._words}
        if new:
            self._learn(list(new), features[list(new.values())])
        rows: Floats = self._rows[list(map(self._words.__getitem__, keys))]
        return rows

    def _learn(self, keys: Sequence[int], features: npt.NDArray[np.uint64]) -> None:
        hashed, mixed = self._embed
        words: Any = Ragged(features, np.asarray([len(keys)], np.int32))  # type: ignore[arg-type]
        vectors = mixed.predict(hashed.predict(words)).dataXd
        first = len(self._words)
        self._words.update({key: first + number for number, key in enumerate(keys)})
        self._rows = np.concatenate([self._rows, vectors])


class _Convolution:
    """A residual block without its sum: three neighbours side by side, maxout, layer normalization."""

    def __init__(self, residual: Any) -> None:
        (chain,) = _parts(residual, 1)
        layers = list(_flat(chain))
        _refuse_unless(tuple(layer.name for layer in layers[:3]) == _CONVOLUTION)
        window, maxout, norm = layers[:3]
        weights, bias = maxout.get_param("W"), maxout.get_param("b")
        _refuse_unless(window.attrs["window_size"] == 1 and weights.shape[2] == 3 * weights.shape[0])
        _refuse_unless(weights.shape[1] > 1)
        self._width = weights.shape[0]
        by_piece = weights.transpose(1, 0, 2).reshape(-1, weights.shape[2])
        before, same, after = np.split(np.asarray(by_piece.T, np.float64), 3)
        filters = (before, (before + same + after) / 2, (before - same + after) / 2, after)
        self._filters: list[Floats] = [np.ascontiguousarray(each, np.float32) for each in filters]
        self._bias = np.ascontiguousarray(bias.T.reshape(-1), np.float32)
        self._gain, self._shift = norm.get_param("G"), norm.get_param("b")

    def __call__(self, rows: Floats) -> Floats:
        """The rows between the first and the last, an even number, each with its neighbours; two at a time."""
        first, second, third, fourth = rows[:-2:2], rows[1:-1:2], rows[2::2], rows[3::2]
        even: Floats = np.matmul(first - third, self._filters[0])
        odd: Floats = np.matmul(second + third, self._filters[1])
        difference = np.matmul(third - second, self._filters[2])
        odd += self._bias
        even += odd
        even += difference
        odd -= difference
        odd -= np.matmul(second - fourth, self._filters[3])
        best = np.empty((len(rows) - 2, self._width), np.float32)
        maxout(even, self._width, best[::2])
        maxout(odd, self._width, best[1::2])
        return self._normal(best)

    def _normal(self, rows: Floats) -> Floats:
        """Layer normalization (Ba, Kiros, Hinton 2016), with the summand 1e-8 that thinc gives the variance."""
        rows -= rows.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", rows, rows)[:, None] / np.float32(self._width)
        rows *= self._gain / np.sqrt(variance + np.float32(1e-8))
        rows += self._shift
        return rows


def maxout(pieces: Floats, width: int, out: Floats | None = None) -> Floats:
    """The greatest of two or more pieces, which stand side by side, each so wide (Goodfellow et al. 2013)."""
    best: Floats = np.maximum(pieces[:, :width], pieces[:, width : 2 * width], out=out)
    for start in range(2 * width, pieces.shape[1], width):
        np.maximum(best, pieces[:, start : start + width], out=best)
    return best


def _blocks(lengths: Sequence[int]) -> Iterator[tuple[int, int, list[int]]]:
    """Runs of docs of some _BLOCK tokens: first row, row behind the last, their lengths."""
    first = last = 0
    held: list[int] = []
    for length in lengths:
        held.append(length)
        last += length
        if last - first >= _BLOCK:
            yield first, last, held
            first, held = last, []
    if held:
        yield first, last, held


def _flat(layer: Any) -> Iterator[Any]:
    if layer.name not in _CONVOLUTION and layer.layers:
        for inner in layer.layers:
            yield from _flat(inner)
    else:
        yield layer


def _parts(layer: Any, number: int) -> list[Any]:
    _refuse_unless(len(layer.layers) == number)
    return list(layer.layers)


def _refuse_unless(is_known: bool) -> None:
    if not is_known:
        raise NotKnown
