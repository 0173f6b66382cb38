"""Token vectors as spaCy's `Tok2Vec` computes them: embeddings of words by hashed features, then convolutions.

The embedding of a word does not depend on its neighbours, so it is cached.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from thinc.types import Ragged

from triage.privacy.tagging.convolutions import WindowEncoder
from triage.privacy.tagging.network import Floats, parts, require

CACHED_WORDS = 50_000

_MULTIPLIERS = np.random.default_rng(20).integers(0, 2**63, 8, np.uint64) * np.uint64(2) + np.uint64(1)
"""Odd and random, one for each feature of a word; the cache's key is the sum of the products (multilinear hashing).

Of n words two share a key with probability n²/2⁶⁵, about 10⁻¹⁰ for a full cache; such a word would get the other's
vector.
"""
_EMBED = ("extract_features", "list2ragged", "with_array", "with_array", "ragged2list")


class TokenVectors:
    """The vectors of a spaCy `Tok2Vec` of hash embeddings (MultiHashEmbed) and a maxout window encoder.

    Raises UnsupportedNetwork for a network with another structure.
    """

    def __init__(self, tok2vec: Any) -> None:
        embed, encode = parts(tok2vec, 2)
        require(tuple(layer.name.split("(")[0] for layer in embed.layers) == _EMBED)
        features, _, hashed, mixed, _ = embed.layers
        self._columns = features.attrs["columns"]
        require(len(self._columns) <= len(_MULTIPLIERS))
        self._embed = (hashed, mixed)
        self._encoder = WindowEncoder(encode)
        self._rows_by_key: dict[int, int] = {}
        self._cache: Floats = np.zeros((0, tok2vec.get_dim("nO")), np.float32)

    def of(self, docs: Sequence[Any]) -> Floats:
        """(tokens, width): one row for each token of all docs, in order."""
        return self._encoder.encode(self._embedded(docs), [len(doc) for doc in docs])

    def _embedded(self, docs: Sequence[Any]) -> Floats:
        tables = [doc.to_array(self._columns).reshape(len(doc), len(self._columns)) for doc in docs]
        features = np.concatenate(tables).astype(np.uint64, copy=False)
        keys = (features * _MULTIPLIERS[: features.shape[1]]).sum(axis=1, dtype=np.uint64).tolist()
        if len(self._rows_by_key) > CACHED_WORDS:
            self._rows_by_key, self._cache = {}, self._cache[:0]
        new = {key: place for place, key in enumerate(keys) if key not in self._rows_by_key}
        if new:
            self._add(list(new), features[list(new.values())])
        rows: Floats = self._cache[list(map(self._rows_by_key.__getitem__, keys))]
        return rows

    def _add(self, keys: Sequence[int], features: npt.NDArray[np.uint64]) -> None:
        hashed, mixed = self._embed
        words: Any = Ragged(features, np.asarray([len(keys)], np.int32))  # type: ignore[arg-type]
        vectors = mixed.predict(hashed.predict(words)).dataXd
        first = len(self._rows_by_key)
        self._rows_by_key.update({key: first + number for number, key in enumerate(keys)})
        self._cache = np.concatenate([self._cache, vectors])
