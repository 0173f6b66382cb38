"""BERT's forward pass in plain numpy, float64, one sentence at a time: what the ONNX graph is measured by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import erf

Array = npt.NDArray[Any]


def hidden_states(tensors: Mapping[str, Array], ids: Sequence[int], layers: int, heads: int) -> Array:
    count = len(ids)
    state = (
        tensors["embeddings.word_embeddings.weight"][list(ids)]
        + tensors["embeddings.token_type_embeddings.weight"][0]
        + tensors["embeddings.position_embeddings.weight"][:count]
    ).astype(np.float64)
    state = _norm(tensors, "embeddings.LayerNorm", state)
    for layer in range(layers):
        state = _layer(tensors, f"encoder.layer.{layer}", state, heads)
    return state


def sentence_vector(tensors: Mapping[str, Array], ids: Sequence[int], layers: int, heads: int) -> Array:
    mean = hidden_states(tensors, ids, layers, heads).mean(axis=0)
    unit: Array = mean / np.linalg.norm(mean)
    return unit


def _layer(tensors: Mapping[str, Array], name: str, state: Array, heads: int) -> Array:
    count, width = state.shape
    query, key, value = (
        _linear(tensors, f"{name}.attention.self.{part}", state).reshape(count, heads, -1).swapaxes(0, 1)
        for part in ("query", "key", "value")
    )
    scores = np.exp(query @ key.swapaxes(1, 2) / np.sqrt(width / heads))
    shares = scores / scores.sum(axis=-1, keepdims=True)
    context = (shares @ value).swapaxes(0, 1).reshape(count, width)
    attended = _linear(tensors, f"{name}.attention.output.dense", context)
    middle = _norm(tensors, f"{name}.attention.output.LayerNorm", attended + state)
    wide = _linear(tensors, f"{name}.intermediate.dense", middle)
    narrow = _linear(tensors, f"{name}.output.dense", wide * (1 + erf(wide / np.sqrt(2))) / 2)
    return _norm(tensors, f"{name}.output.LayerNorm", narrow + middle)


def _linear(tensors: Mapping[str, Array], name: str, state: Array) -> Array:
    result: Array = state @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]
    return result


def _norm(tensors: Mapping[str, Array], name: str, state: Array) -> Array:
    centred = state - state.mean(axis=-1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    result: Array = centred / deviation * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]
    return result
