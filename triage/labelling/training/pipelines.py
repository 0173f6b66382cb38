"""Fitted heads as a model.

Linear ones as one pipeline: counts, weights, one stage of margins a block, embeddings last.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.ml import PipelineModel, Transformer

from triage.labelling.candidates.base import FittedHead, StandaloneHead, TrainingData
from triage.labelling.candidates.cascade import FittedCascade
from triage.labelling.candidates.linear import FittedLinear
from triage.labelling.embeddings.location import sentence_stages
from triage.labelling.features.blocks import BLOCKS, SENTENCES, SPARSE, counting_stages, idf_stages
from triage.labelling.linear.head_stages import LinearHead, known_share_stages, margin_stages
from triage.labelling.models import BuiltModel

LinearFit = FittedLinear | FittedCascade


def build_model(data: TrainingData, fitted: Mapping[str, FittedHead]) -> BuiltModel:
    """The model of fitted heads: linear ones share a pipeline; a head of another family is a model by itself."""
    alone = [fit for fit in fitted.values() if isinstance(fit, StandaloneHead)]
    return alone[0].build(data) if alone and len(fitted) == 1 else build_pipeline(data, fitted)


def build_pipeline(data: TrainingData, fitted: Mapping[str, FittedHead]) -> BuiltModel:
    """The pipeline of linear heads, in their order; only the blocks that a head reads take part."""
    widths = {block: features.shape[1] for block, features in data.features.items()}
    heads = [part for fit in fitted.values() if isinstance(fit, LinearFit) for part in fit.heads(widths)]
    blocks = tuple(block for block in BLOCKS if any(block in head.weights for head in heads))
    sparse = tuple(block for block in blocks if block in SPARSE)
    stages = _sparse_stages(data, heads, sparse)
    if SENTENCES not in blocks:
        return BuiltModel(PipelineModel(stages), blocks, None)
    begin = len(stages)
    own = margin_stages(data.spark, heads, (SENTENCES,), with_bias=not sparse)
    return BuiltModel(PipelineModel([*stages, *sentence_stages(data.settings), *own]), blocks, begin)


def _sparse_stages(data: TrainingData, heads: list[LinearHead], sparse: tuple[str, ...]) -> list[Transformer]:
    if not sparse:
        return []
    stages = counting_stages(sparse, data.settings.labelling.hash_bits)
    for block in sparse:
        stages += idf_stages(data.spark, block, data.weights[block])
    if "words" in sparse:
        stages += known_share_stages(data.spark, data.weights["words"])
    return stages + margin_stages(data.spark, heads, sparse, with_bias=True)
