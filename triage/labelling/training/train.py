"""Training of a whole model: features in Spark, each head in turn on the driver, all heads in one description."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from types import MappingProxyType

from pyspark.sql import DataFrame, SparkSession

from triage.config import Settings
from triage.labelling.candidates import chosen_candidates
from triage.labelling.candidates.base import FittedHead, TrainingData
from triage.labelling.description import ModelDescription, Provenance
from triage.labelling.energy import processor_time
from triage.labelling.models import BuiltModel
from triage.labelling.provenance import code_commit, lock_digest
from triage.labelling.taxonomy import Head
from triage.labelling.training.head import TrainedHead, head_scores, train_head
from triage.labelling.training.head_description import describe_head, known_share_min
from triage.labelling.training.pipelines import build_model
from triage.labelling.training.preparation import prepare, shared_fields, training_data, with_idf
from triage.labelling.training.profile import model_profile
from triage.labelling.training.result import Source, TrainedModel, WarmStart


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
    warm_starts: Mapping[str, WarmStart] = MappingProxyType({}),
    on_progress: Callable[[str], None] = lambda _: None,
) -> TrainedModel:
    """Heads fitted on the `train` rows, calibrated on the `calibration` rows or out of fold, scored on the `test` rows.

    `labelled` has row, labels (head → label), body, perhaps label_sets, subject, split, weight (of the row)
    and head_weights (head → weight; both 1 where null, multiplied), and silver's facts. `declared`
    takes the heads' own labels, else those that the rows have. `baseline` scores a plain linear model on the same
    rows, too. `refit` fits the heads again on train and test rows together. `warm_starts` gives heads that need no
    search: they begin at an earlier model. Equal rows, settings and seed give equal weights, byte for byte.
    Raises ConfigError when a head has fewer than two labels among the training rows, or no row is held out.
    """
    begin, work = monotonic(), processor_time()
    candidates = chosen_candidates(settings, len(heads))
    prepared = prepare(labelled, settings, heads)
    read = [*candidates, *(start.candidate for start in warm_starts.values())]
    data = training_data(spark, prepared, heads, read, settings, declared=declared)
    trained = {head.name: train_head(data, head, candidates, on_progress, warm_starts.get(head.name)) for head in heads}
    scores = {head.name: head_scores(data, head, trained[head.name], baseline=baseline) for head in heads}
    final = with_idf(data, ~data.rows.calibration) if refit else data
    fits = {name: one.refitted(final) if refit else one.fitted for name, one in trained.items()}
    build = build_model(final, fits)
    description = _description(data, heads, trained, fits, build, _provenance(data, source))
    evaluated = {name: one.evaluated for name, one in trained.items()}
    return TrainedModel(
        pipeline=build.pipeline,
        description=description,
        scores=scores,
        evaluated=evaluated,
        searches={name: one.search for name, one in trained.items()},
        dropped={head.name: int((~data.rows.known[head.name]).sum()) for head in heads},
        rows=data.rows,
        seconds=monotonic() - begin,
        processor_seconds=processor_time().since(work),
        files=build.files,
        profile=model_profile(labelled, evaluated, description),
        refitted=refit,
    )


def _description(
    data: TrainingData,
    heads: Sequence[Head],
    trained: Mapping[str, TrainedHead],
    fits: Mapping[str, FittedHead],
    build: BuiltModel,
    provenance: Provenance,
) -> ModelDescription:
    least = known_share_min(data)
    about = (
        describe_head(data.rows, head, fits[head.name], one.search.best, one.calibration, one.evaluated, least)
        for head, one in ((head, trained[head.name]) for head in heads)
    )
    return ModelDescription(
        heads=tuple(about),
        family=build.family,
        blocks=build.blocks,
        fields=shared_fields(heads),
        embeddings_from=build.embeddings_from,
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
