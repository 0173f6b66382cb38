"""The weights of a registered linear model, read from its folder without a JVM.

Spark's files are JSON metadata and Parquet data; the stages are found by what they write (`margins_words` by its column
of raw predictions), not by their place. The folder must match its manifest, as for labelling.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from triage.labelling.description import LINEAR, ModelDescription
from triage.labelling.features.blocks import SPARSE
from triage.labelling.linear.head_stages import KNOWN_SHARE, margins_column

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BlockWeights:
    """One kind of term: inverse document frequency of each hashed place, and labels of all heads × places."""

    idf: Floats = field(repr=False)
    weights: Any = field(repr=False)
    """A dense array or a sparse matrix by columns."""
    bias: Floats = field(repr=False)
    """A figure for each label of all heads."""


@dataclass(frozen=True)
class ModelWeights:
    """The blocks of a model by name, and what it says of itself."""

    description: ModelDescription
    blocks: Mapping[str, BlockWeights]
    known: Floats | None = field(default=None, repr=False)
    """For each hashed place of words, whether the training rows had it; None for a model without words."""


def read_weights(folder: Path, description: ModelDescription) -> ModelWeights | None:
    """The weights; None where the model is not linear in terms only."""
    if description.family != LINEAR or not set(description.blocks) <= set(SPARSE):
        return None
    stages = [_Stage(path) for path in sorted((folder / "sparkml" / "stages").iterdir())]
    known = next((one for one in stages if one.params.get("predictionCol") == KNOWN_SHARE), None)
    return ModelWeights(
        description,
        {block: _block(stages, block) for block in description.blocks},
        _vector(known.data()["coefficients"]) if known else None,
    )


class _Stage:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        about = json.loads((folder / "metadata" / "part-00000").read_text("utf-8"))
        self.params: Mapping[str, Any] = {**about["defaultParamMap"], **about["paramMap"]}

    def data(self) -> Mapping[str, Any]:
        (file,) = (self._folder / "data").glob("part-*.parquet")
        table = pq.ParquetFile(file).read()
        return {name: _plain(column[0]) for name, column in zip(table.column_names, table.columns, strict=True)}


def _plain(value: Any) -> Any:
    """A structure as a mapping, and its lists as arrays at once: value by value they would take seconds."""
    if isinstance(value, pa.StructScalar):
        return {name: _plain(field) for name, field in value.items()}
    return np.asarray(value.values) if isinstance(value, pa.ListScalar) and value.is_valid else value.as_py()


def _block(stages: list[_Stage], block: str) -> BlockWeights:
    idf = next(one for one in stages if one.params.get("outputCol") == f"{block}_weights").data()["idf"]
    margins = next(one for one in stages if one.params.get("rawPredictionCol") == margins_column(block)).data()
    return BlockWeights(_vector(idf), _matrix(margins["coefficientMatrix"]), _vector(margins["interceptVector"]))


def _vector(found: Mapping[str, Any]) -> Floats:
    """Spark's vector: type 1 is dense, 0 sparse."""
    if found["type"] == 1:
        return np.asarray(found["values"], dtype=np.float64)
    full = np.zeros(found["size"])
    full[found["indices"]] = found["values"]
    return full


def _matrix(found: Mapping[str, Any]) -> Any:
    """Spark's matrix: type 1 is dense, column after column unless transposed, 0 sparse by columns (or rows)."""
    from scipy.sparse import csc_matrix, csr_matrix

    shape = (found["numRows"], found["numCols"])
    values = np.asarray(found["values"], dtype=np.float64)
    if found["type"] == 1:
        return values.reshape(shape, order="C" if found["isTransposed"] else "F")
    form = csr_matrix if found["isTransposed"] else csc_matrix
    return csc_matrix(form((values, found["rowIndices"], found["colPtrs"]), shape=shape))
