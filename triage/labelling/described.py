"""What a training says of its model, in the words of model.json."""

from __future__ import annotations

from triage.config import Settings
from triage.labelling.description import HeadDescription, ModelDescription, Provenance, Threshold
from triage.labelling.fitting import OURS, TrainedModel
from triage.labelling.linear import heads_of
from triage.labelling.metrics import Score
from triage.labelling.provenance import code_commit, lock_digest
from triage.labelling.taxonomy import load_taxonomy


def description_of(trained: TrainedModel, settings: Settings) -> ModelDescription:
    """Heads with the labels of the pipeline, thresholds of the taxonomy, probabilities as they come."""
    taxonomy, options = load_taxonomy(settings), settings.labelling.model_dump(exclude={"taxonomy"})
    heads = tuple(
        HeadDescription(
            name=name,
            labels=labels,
            candidate="linear",
            params=options,
            threshold=Threshold(default=taxonomy.threshold(name)),
            metrics=_metrics(trained.scores[name][OURS]),
        )
        for name, labels in heads_of(trained.pipeline).items()
    )
    return ModelDescription(
        heads=heads,
        provenance=Provenance(
            data="labelled rows",
            data_digest=trained.data_digest,
            rows=trained.rows,
            seed=trained.seed,
            commit=code_commit(),
            lock_sha256=lock_digest(),
            licence="Apache-2.0",
        ),
    )


def _metrics(score: Score) -> dict[str, float]:
    return {"macro_f1": score.macro_f1, "accuracy": score.accuracy, "rows": float(score.rows)}
