"""Warm starts from a registered model: each head's combination, and their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csc_matrix, hstack

from triage.labelling.candidates import CANDIDATES
from triage.labelling.candidates.linear import FittedLinear, LinearCandidate, scales_of
from triage.labelling.description import HeadDescription
from triage.labelling.linear.head_stages import coefficients, margins_stage
from triage.labelling.linear.solvers import LinearModel
from triage.labelling.models import LoadedModel
from triage.labelling.taxonomy import Head
from triage.labelling.training.result import WarmStart


def warm_starts(model: LoadedModel, heads: Sequence[Head]) -> Mapping[str, WarmStart]:
    """Those of `heads` that the model has as linear heads of known candidates; others are searched anew."""
    found = ((head.name, _start(model, model.description.head(head.name))) for head in heads)
    return {name: start for name, start in found if start is not None}


def _start(model: LoadedModel, about: HeadDescription | None) -> WarmStart | None:
    candidate = None if about is None else CANDIDATES.get(about.candidate)
    if about is None or not isinstance(candidate, LinearCandidate):
        return None
    return WarmStart(candidate, about.params, _fitted(model, about))


def _fitted(model: LoadedModel, about: HeadDescription) -> FittedLinear:
    """The head's weights over its blocks side by side, the scales divided out again."""
    scales = scales_of(about.params)
    first = model.description.first_margin(about.name)
    rows = slice(first, first + len(about.labels))
    stages = {block: margins_stage(model.pipeline.stages, block) for block in scales}
    side_by_side = [coefficients(stage)[rows] / scales[block] for block, stage in stages.items()]
    whole = csc_matrix(hstack(side_by_side))
    used = np.unique(whole.nonzero()[1]).astype(np.int64)
    bias = np.sum([stage.interceptVector.toArray()[rows] for stage in stages.values()], axis=0)
    return FittedLinear(
        LinearModel(np.asarray(whole[:, used].toarray(), dtype=np.float64), bias), scales, used, about.labels
    )
