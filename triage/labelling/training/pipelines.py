"""Fitted heads as a model; linear ones as one pipeline: counts, weights, one stage of margins a block, embeddings last."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.ml import PipelineModel, Transformer

from triage.labelling.candidates.base import Fitted, OwnModel, TrainingData
from triage.labelling.candidates.cascade import FittedCascade
from triage.labelling.candidates.linear import FittedLinear
from triage.labelling.embeddings.location import sentence_stages
from triage.labelling.features.blocks import BLOCKS, SENTENCES, SPARSE, counting_stages, weighing_stages
from triage.labelling.linear.head_stages import LinearHead, familiarity_stages, margin_stages
from triage.labelling.models import Built

LinearFit = FittedLinear | FittedCascade


def built_of(data: TrainingData, fitted: Mapping[str, Fitted]) -> Built:
    """The model of learnt heads: linear ones share a pipeline; a head of another family is a model by itself."""
    alone = [fit for fit in fitted.values() if isinstance(fit, OwnModel)]
    return alone[0].built(data) if alone and len(fitted) == 1 else pipeline_of(data, fitted)


def pipeline_of(data: TrainingData, fitted: Mapping[str, Fitted]) -> Built:
    """The pipeline of linear heads, in their order; only the blocks that a head reads take part."""
    widths = {block: features.shape[1] for block, features in data.features.items()}
    heads = [part for fit in fitted.values() if isinstance(fit, LinearFit) for part in fit.heads(widths)]
    blocks = tuple(block for block in BLOCKS if any(block in head.weights for head in heads))
    sparse = tuple(block for block in blocks if block in SPARSE)
    stages = _sparse_stages(data, heads, sparse)
    if SENTENCES not in blocks:
        return Built(PipelineModel(stages), blocks, None)
    begin = len(stages)
    own = margin_stages(data.spark, heads, (SENTENCES,), with_bias=not sparse)
    return Built(PipelineModel([*stages, *sentence_stages(data.settings), *own]), blocks, begin)


def _sparse_stages(data: TrainingData, heads: list[LinearHead], sparse: tuple[str, ...]) -> list[Transformer]:
    if not sparse:
        return []
    stages = counting_stages(sparse, data.settings.labelling.hash_bits)
    for block in sparse:
        stages += weighing_stages(data.spark, block, data.weights[block])
    if "words" in sparse:
        stages += familiarity_stages(data.spark, data.weights["words"])
    return stages + margin_stages(data.spark, heads, sparse, with_bias=True)
