"""Blocks of features: each kind of term has a hashed space and IDF weights of its own; sentence embeddings are one more.

A block's column `<block>_features` holds vectors of length 1. In training, the hashed counts come to the driver (no
text) and are weighted there; in the JVM, `idf_stages` do the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pyspark.ml import Transformer
from pyspark.ml.feature import HashingTF, Normalizer
from pyspark.ml.linalg import DenseVector
from pyspark.sql import SparkSession
from scipy.sparse import csr_matrix

from triage.labelling.features.idf_model import idf_model
from triage.labelling.features.terms import term_stages, word_stages

SPARSE = ("words", "pairs", "grams")
SENTENCES = "sentences"
BLOCKS = (*SPARSE, SENTENCES)
MIN_ROWS = 2
"""Document frequency below which a term has weight 0, like an unseen one: it would only take length from the others."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class IdfWeights:
    """Inverse document frequency, one a hashed term: log((rows + 1) / (df + 1)), 0 below `MIN_ROWS` (Spark's definition)."""

    idf: Floats
    frequency: npt.NDArray[np.int64]
    rows: int

    @property
    def known(self) -> Floats:
        """1 for terms that at least `MIN_ROWS` of the rows have, else 0."""
        return (self.frequency >= MIN_ROWS).astype(np.float64)


def counting_stages(blocks: Sequence[str], hash_bits: int) -> list[Transformer]:
    """`TEXT` to `<block>_counts`, sparse vectors of 2^hash_bits, for those of `blocks` that are sparse."""
    sparse = [block for block in SPARSE if block in blocks]
    stages = word_stages() if sparse else []
    for block in sparse:
        stages += term_stages(block)
        stages.append(HashingTF(inputCol=f"{block}_terms", outputCol=f"{block}_counts", numFeatures=2**hash_bits))
    return stages


def fit_idf(counts: csr_matrix) -> IdfWeights:
    """The IDF of each hashed term over these rows."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.int64)
    idf = np.log((counts.shape[0] + 1) / (frequency + 1))
    return IdfWeights(np.where(frequency < MIN_ROWS, 0.0, idf), frequency, counts.shape[0])


def tf_idf(counts: csr_matrix, weights: IdfWeights) -> csr_matrix:
    """Counts × idf, each row brought to length 1; what `idf_stages` do in the JVM."""
    from sklearn.preprocessing import normalize  # takes a second to import, and only training needs it

    product = csr_matrix(
        (counts.data * weights.idf[counts.indices], counts.indices.copy(), counts.indptr.copy()),
        shape=counts.shape,
    )
    product.eliminate_zeros()
    return csr_matrix(normalize(product, norm="l2", copy=False))


def known_share(counts: csr_matrix, weights: IdfWeights) -> Floats:
    """Share of each row's terms that at least `MIN_ROWS` of the training rows have; 0 for a row without terms."""
    total = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    known = np.asarray(counts @ weights.known, dtype=np.float64)
    return np.asarray(known / np.maximum(total, 1.0))


def idf_stages(spark: SparkSession, block: str, weights: IdfWeights) -> list[Transformer]:
    """Spark ML stages from `<block>_counts` to `<block>_features`."""
    model = idf_model(spark, f"rarity_{block}", DenseVector(weights.idf), weights.frequency, weights.rows)
    model.setInputCol(f"{block}_counts").setOutputCol(f"{block}_weights")
    return [model, Normalizer(inputCol=f"{block}_weights", outputCol=f"{block}_features", p=2.0)]


def matrix(vectors: Iterable[Any], width: int) -> csr_matrix:
    """Sparse vectors as rows of a matrix, gathered as int32 and float32, which halves the peak of memory."""
    indices, values, starts = [], [], [0]
    for vector in vectors:
        indices.append(vector.indices.astype(np.int32))
        values.append(vector.values.astype(np.float32))
        starts.append(starts[-1] + len(vector.indices))
    joined = (np.concatenate(parts) if parts else np.zeros(0) for parts in (values, indices))
    data, places = joined
    return csr_matrix((data.astype(np.float64), places, starts), shape=(len(starts) - 1, width))


def stacked(features: Mapping[str, Any], scales: Mapping[str, float]) -> csr_matrix:
    """The blocks side by side, each times its scale; a scale of 0 leaves a block out."""
    from scipy.sparse import hstack

    parts = [csr_matrix(features[block]) * scale for block, scale in scales.items() if scale]
    return parts[0] if len(parts) == 1 else hstack(parts, format="csr")
