"""Training of label heads: features in Spark, search and fit on the driver, figures on the part held back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from types import MappingProxyType

from pyspark.sql import DataFrame, SparkSession

from triage.config import Settings
from triage.labelling.candidates import chosen_candidates
from triage.labelling.candidates.base import Fitted, TrainingData
from triage.labelling.description import ModelDescription, Provenance
from triage.labelling.energy import processor_seconds
from triage.labelling.models import Built
from triage.labelling.provenance import code_commit, lock_digest
from triage.labelling.taxonomy import Head
from triage.labelling.training.head import Learnt, learn, scores_of
from triage.labelling.training.head_description import describe_head, least_known
from triage.labelling.training.pipelines import built_of
from triage.labelling.training.preparation import fields_of, prepare, training_data, weighed_by
from triage.labelling.training.result import Source, Start, TrainedModel


def train(
    spark: SparkSession,
    labelled: DataFrame,
    heads: Sequence[Head],
    settings: Settings,
    source: Source,
    *,
    declared: bool = True,
    baseline: bool = False,
    refit: bool = False,
    starts: Mapping[str, Start] = MappingProxyType({}),
    tell: Callable[[str], None] = lambda _: None,
) -> TrainedModel:
    """Heads fitted on the `train` rows and measured on the `test` rows.

    `labelled` has row, labels (head → label), body, perhaps label_sets, subject, split and silver's facts. `declared`
    takes the heads' own labels, else those that the rows have. `baseline` measures a plain linear model on the same
    rows, too. `refit` then learns from all rows. `starts` gives heads whose search is spared: they begin at an earlier model. Equal rows, settings and seed give equal weights, byte for byte.
    Raises ConfigError when a head has fewer than two labels to learn, or nothing is held back.
    """
    begin, work = monotonic(), processor_seconds()
    candidates = chosen_candidates(settings, len(heads))
    prepared = prepare(labelled, settings, heads)
    read = [*candidates, *(start.candidate for start in starts.values())]
    data = training_data(spark, prepared, heads, read, settings, declared=declared)
    learnt = {head.name: learn(data, head, candidates, tell, starts.get(head.name)) for head in heads}
    scores = {head.name: scores_of(data, head, learnt[head.name], baseline=baseline) for head in heads}
    final = weighed_by(data, data.rows.test | True) if refit else data
    fits = {name: one.refitted(final) if refit else one.fitted for name, one in learnt.items()}
    built = built_of(final, fits)
    return TrainedModel(
        pipeline=built.pipeline,
        description=_description(data, heads, learnt, fits, built, _provenance(data, source)),
        scores=scores,
        evaluated={name: one.found for name, one in learnt.items()},
        searches={name: one.search for name, one in learnt.items()},
        dropped={head.name: int((~data.rows.known[head.name]).sum()) for head in heads},
        rows=data.rows,
        seconds=monotonic() - begin,
        processor_seconds=processor_seconds() - work,
        files=built.files,
    )


def _description(
    data: TrainingData,
    heads: Sequence[Head],
    learnt: Mapping[str, Learnt],
    fits: Mapping[str, Fitted],
    built: Built,
    provenance: Provenance,
) -> ModelDescription:
    least = least_known(data)
    about = (
        describe_head(data.rows, head, fits[head.name], one.search.best, one.read, one.found, least)
        for head, one in ((head, learnt[head.name]) for head in heads)
    )
    return ModelDescription(
        heads=tuple(about),
        family=built.family,
        blocks=built.blocks,
        fields=fields_of(heads),
        embeddings_from=built.embeddings_from,
        provenance=provenance,
    )


def _provenance(data: TrainingData, source: Source) -> Provenance:
    return Provenance(
        data=source.name,
        data_digest=data.rows.digest,
        rows=len(data.rows),
        seed=data.settings.labelling.seed,
        commit=code_commit(),
        lock_sha256=lock_digest(),
        licence=source.licence,
        parent=source.parent,
    )
