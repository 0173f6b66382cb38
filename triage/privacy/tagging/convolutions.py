"""The window encoder of a spaCy `Tok2Vec`: layers that each see one token to either side (MaxoutWindowEncoder)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from triage.privacy.tagging.network import Floats, flattened, maxout, parts, require

_BLOCK_TOKENS = 512
"""So many tokens go through all layers together: their vectors and windows stay in the processor's cache."""
_LAYERS = ("expand_window", "maxout", "layernorm")


class WindowEncoder:
    """All convolutions. Raises UnsupportedNetwork for an encoder with another structure."""

    def __init__(self, encode: Any) -> None:
        self._reach = encode.attrs["pad"]
        self._layers = [_Convolution(layer) for layer in encode.layers[0].layers]

    def encode(self, embedded: Floats, lengths: Sequence[int]) -> Floats:
        """The token vectors, (tokens, width), of docs of the given lengths that stand one after another."""
        out = np.empty_like(embedded)
        for first, last, inside in _blocks(lengths):
            out[first:last] = self._encode_block(embedded[first:last], inside)
        return out

    def _encode_block(self, rows: Floats, lengths: Sequence[int]) -> Floats:
        # Between docs stand as many rows of zeros as all layers together see to one side. Each layer reads the direct
        # neighbours only, so a token's vector depends on the input rows at most `reach` away: on its own doc and on
        # zeros, never on the next doc, although the layers write to the rows between as well.
        counts = np.asarray(lengths)
        places = np.arange(len(rows)) + self._reach * np.repeat(np.arange(1, len(counts) + 1), counts)
        size = len(rows) + self._reach * (len(counts) + 1)
        state = np.zeros((size + 2, rows.shape[1]), np.float32)  # a row beyond either end, which stays zero
        inner = state[1:-1]
        inner[places] = rows
        for layer in self._layers:
            inner += layer(state)
        encoded: Floats = inner[places]
        return encoded


class _Convolution:
    """A residual block without its sum: the window of three neighbours, maxout, layer normalization."""

    def __init__(self, residual: Any) -> None:
        (chain,) = parts(residual, 1)
        layers = list(flattened(chain, _LAYERS))
        require(tuple(layer.name for layer in layers[:3]) == _LAYERS)
        window, dense, norm = layers[:3]
        weights, bias = (
            dense.get_param("W"),
            dense.get_param("b"),
        )  # (width, piece, 3 · width), (width, piece)
        require(window.attrs["window_size"] == 1 and weights.shape[2] == 3 * weights.shape[0])
        require(weights.shape[1] > 1)
        self._width = weights.shape[0]
        by_piece = weights.transpose(1, 0, 2).reshape(-1, weights.shape[2])
        self._weights: Floats = np.ascontiguousarray(by_piece.T, np.float32)
        self._bias = np.ascontiguousarray(bias.T.reshape(-1), np.float32)
        self._gain, self._shift = norm.get_param("G"), norm.get_param("b")

    def __call__(self, rows: Floats) -> Floats:
        """(rows - 2, width) for the rows between the first and the last: one product over all windows (im2col)."""
        windows = np.concatenate([rows[:-2], rows[1:-1], rows[2:]], axis=1)
        pieces: Floats = np.matmul(windows, self._weights)
        pieces += self._bias
        return self._normalize(maxout(pieces, self._width))

    def _normalize(self, rows: Floats) -> Floats:
        """Layer normalization (Ba, Kiros, Hinton 2016), with the summand 1e-8 that thinc gives the variance."""
        rows -= rows.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", rows, rows)[:, None] / np.float32(self._width)
        rows *= self._gain / np.sqrt(variance + np.float32(1e-8))
        rows += self._shift
        return rows


def _blocks(lengths: Sequence[int]) -> Iterator[tuple[int, int, list[int]]]:
    """Runs of whole docs of about _BLOCK_TOKENS: first row, row behind the last, lengths of the docs."""
    first = last = 0
    inside: list[int] = []
    for length in lengths:
        inside.append(length)
        last += length
        if last - first >= _BLOCK_TOKENS:
            yield first, last, inside
            first, inside = last, []
    if inside:
        yield first, last, inside
