"""scikit-learn over text: words and characters hashed in Python workers, a linear model fitted on the driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from threading import Lock
from weakref import WeakKeyDictionary

from optuna.trial import Trial
from pyspark import StorageLevel
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame
from scipy.sparse import csr_matrix

from triage.config import Settings
from triage.labelling.candidates.base import FittedHead, Flags, Floats, Params, TrainingData
from triage.labelling.families.scikit_learn import FILE, SCIKIT_LEARN
from triage.labelling.linear.text_batches import count_batches, unpacked
from triage.labelling.linear.text_classifier import (
    FIELDS,
    TextClassifier,
    dump_classifier,
    fit_text_classifier,
)
from triage.labelling.models import BuiltModel

_SCHEMA = "row long, " + ", ".join(f"{kind}_places binary, {kind}_counts binary" for kind in FIELDS)
_counts: WeakKeyDictionary[DataFrame, Mapping[str, csr_matrix]] = WeakKeyDictionary()
"""Rows are counted once, for all folds and combinations of a search."""
_counting = Lock()


@dataclass(frozen=True)
class FittedScikitLearn:
    """A text classifier, applied to the counts of the rows."""

    classifier: TextClassifier

    def logits(self, data: TrainingData, use: Flags) -> Floats:
        """Rows of the mask × labels."""
        return self.classifier.logits({kind: counts[use] for kind, counts in _counts_of(data).items()})

    def build(self, data: TrainingData) -> BuiltModel:
        """The JVM's part gives the known share; the classifier is stored as a file."""
        stages = PipelineModel(data.share_stages())
        return BuiltModel(stages, family=SCIKIT_LEARN, files={FILE: dump_classifier(self.classifier)})


@dataclass(frozen=True)
class ScikitLearnCandidate:
    """Hashed words, pairs and characters, TF-IDF, and a linear model, all by scikit-learn.

    Text is counted in Python workers; the driver holds counts only.
    """

    name: str = "scikit_learn"
    family: str = SCIKIT_LEARN
    blocks: tuple[str, ...] = ("words",)

    @property
    def default(self) -> Params:
        """Squared hinge loss with label weights between equal rows and equal labels."""
        return {"loss": "hinge", "c": 0.3, "balance": 0.5}

    def missing(self, settings: Settings) -> str:
        """Nothing: scikit-learn is always there."""
        return ""

    def suggest(self, trial: Trial) -> Params:
        """Loss, regularization and balance."""
        loss = trial.suggest_categorical("sk_loss", ["hinge", "multinomial"])
        lowest, highest = (0.05, 2.0) if loss == "hinge" else (1.0, 100.0)
        return {
            "loss": loss,
            "c": trial.suggest_float(f"sk_c_{loss}", lowest, highest, log=True),
            "balance": trial.suggest_categorical("sk_balance", [0.0, 0.5, 1.0]),
        }

    def fit(
        self, data: TrainingData, head: str, use: Flags, params: Params, start: FittedHead | None = None
    ) -> FittedScikitLearn:
        """Fits on the rows of the mask, always from scratch."""
        options = data.settings.labelling
        classifier = fit_text_classifier(
            options.hash_bits,
            {kind: counts[use] for kind, counts in _counts_of(data).items()},
            data.rows.truth[head][use],
            loss=data.loss(head, params),
            c=float(params["c"] or 1.0),
            balance=float(params["balance"] or 0.0),
            seed=options.seed,
            weight=data.rows.weight_of(head, use),
        )
        return FittedScikitLearn(classifier)


def _counts_of(data: TrainingData) -> Mapping[str, csr_matrix]:
    """Kind → counts, in the order of the rows."""
    with _counting:
        if data.prepared not in _counts:
            _counts[data.prepared] = _collected(data)
        return _counts[data.prepared]


def _collected(data: TrainingData) -> Mapping[str, csr_matrix]:
    bits = data.settings.labelling.hash_bits
    texts = data.prepared.select("row", *FIELDS.values())
    found = texts.mapInArrow(partial(count_batches, hash_bits=bits), _SCHEMA).persist(StorageLevel.DISK_ONLY)
    try:
        found.count()
        rows = sorted(found.toLocalIterator(), key=lambda row: row["row"])
    finally:
        found.unpersist()
    return {
        kind: unpacked([row[f"{kind}_places"] for row in rows], [row[f"{kind}_counts"] for row in rows], 2**bits)
        for kind in FIELDS
    }
