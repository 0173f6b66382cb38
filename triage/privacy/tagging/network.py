"""What of a spaCy network's structure the modules beside this one rely on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class UnsupportedNetwork(Exception):
    """The network has another structure than the one that is computed here."""


def require(is_supported: bool) -> None:
    """Raises UnsupportedNetwork unless a property that the computation relies on holds."""
    if not is_supported:
        raise UnsupportedNetwork


def parts(layer: Any, number: int) -> list[Any]:
    """The layers inside a layer. Raises UnsupportedNetwork unless there are `number` of them."""
    require(len(layer.layers) == number)
    return list(layer.layers)


def flattened(layer: Any, names: Collection[str]) -> Iterator[Any]:
    """The layers inside a layer, however nested, down to those that have one of the names."""
    if layer.name not in names and layer.layers:
        for inner in layer.layers:
            yield from flattened(inner, names)
    else:
        yield layer


def maxout(pieces: Floats, width: int) -> Floats:
    """The greatest of two or more pieces, which stand side by side, each `width` wide (Goodfellow et al. 2013)."""
    best: Floats = np.maximum(pieces[:, :width], pieces[:, width : 2 * width])
    for start in range(2 * width, pieces.shape[1], width):
        np.maximum(best, pieces[:, start : start + width], out=best)
    return best
