"""Words as vectors and a small network over their mean: Spark NLP's Word2Vec (Mikolov et al. 2013) and ClassifierDL.

Both are fitted by Spark over text. ClassifierDL collects its vectors and labels to the JVM's driver (never text), so
its training rows are bounded; and it does badly on labels of unequal size, so rows are repeated by label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from optuna.trial import Trial
from pyspark.ml import Pipeline, PipelineModel, Transformer
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from sparknlp.annotator import ClassifierDLApproach, Doc2VecApproach, RegexTokenizer
from sparknlp.base import DocumentAssembler

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.candidates.base import (
    FittedHead,
    Flags,
    Floats,
    Params,
    TrainingData,
    require_single_label,
)
from triage.labelling.families.classifier_dl import CLASSES, CLASSIFIER, class_logits, class_name
from triage.labelling.features.terms import NOT_A_WORD, TEXT
from triage.labelling.models import BuiltModel

MOST_ROWS = 20_000
"""Rows that the network is trained on, repetitions counted: what the JVM's driver holds at once."""

MOST_LABELS = 100
"""Classes that ClassifierDL can tell apart."""

_SEEN = 60_000
"""Rows that vectors and network each see over all epochs: few rows take many epochs, many rows few."""

_LEAST_OF_A_WORD = 2
_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FittedWord2Vec:
    """The stages from text to classes."""

    stages: PipelineModel
    labels: int

    def logits(self, data: TrainingData, use: Flags) -> Floats:
        """Rows of the mask × labels; computed in Spark."""
        found = self.stages.transform(data.frame(use)).select("row", class_logits(self.labels).alias("raw"))
        rows = sorted(found.collect(), key=lambda row: row["row"])
        return np.array([row.raw for row in rows], dtype=np.float64).reshape(len(rows), self.labels)

    def build(self, data: TrainingData) -> BuiltModel:
        """The same stages, behind those that give the known share."""
        return BuiltModel(PipelineModel([*data.share_stages(), *self.stages.stages]), family=CLASSIFIER)


@dataclass(frozen=True)
class Word2VecCandidate:
    """The mean of a mail's word vectors, trained on the same rows, and ClassifierDL."""

    name: str = "word2vec_classifier"
    family: str = CLASSIFIER
    blocks: tuple[str, ...] = ("words",)

    @property
    def default(self) -> Params:
        """Vectors of a hundred numbers, labels of equal weight."""
        return {"width": 100, "rate": 8e-3, "batch": 16, "dropout": 0.1, "balance": 1.0}

    def missing(self, settings: Settings) -> str:
        """Nothing: TensorFlow is among the jars of every installation."""
        return ""

    def suggest(self, trial: Trial) -> Params:
        """Width, learning rate, size of a step, dropout and balance."""
        return {
            "width": trial.suggest_categorical("width", [100, 200]),
            "rate": trial.suggest_float("rate", 2e-3, 1e-2, log=True),
            "batch": trial.suggest_categorical("batch", [16, 32]),
            "dropout": trial.suggest_float("dropout", 0.0, 0.5),
            "balance": trial.suggest_categorical("w2v_balance", [0.5, 1.0]),
        }

    def fit(
        self, data: TrainingData, head: str, use: Flags, params: Params, start: FittedHead | None = None
    ) -> FittedWord2Vec:
        """Fits on the rows of the mask, always from scratch.

        The vectors are trained on every row once, in their order and in one task, which makes them repeatable.
        Raises ConfigError for a head that gives several labels, or has more than ClassifierDL can tell apart.
        """
        _check(data, head)
        truth = data.rows.truth[head][use].argmax(axis=1).astype(np.int64)
        copies = row_copies(truth, float(params["balance"] or 0.0), data.rows.weight_of(head, use))
        seed = data.settings.labelling.seed
        rows = data.frame(use).sort("row").coalesce(1).select("row", TEXT)
        words = Pipeline(stages=[*_words(), _vectors(params, seed, len(truth))]).fit(rows)
        drawn = _drawn(data, rows, data.rows.numbers[use], truth, copies)
        network = _network(params, seed, int(copies.sum())).fit(words.transform(drawn))
        stages = PipelineModel([*words.stages, network])
        return FittedWord2Vec(stages, len(data.rows.labels[head]))


def row_copies(truth: _Ints, balance: float, weight: Floats | None = None) -> _Ints:
    """How often each row is used, at most `MOST_ROWS` in all; rows of rare labels more often.

    With `balance` 0 labels keep their shares, with 1 all get the same. A label's copies are spread evenly over its
    rows by their `weight` (1 without it), in order, so that equal rows give equal copies.
    """
    counted = np.ones(len(truth)) if weight is None else weight
    sizes = np.bincount(truth, weights=counted)
    present = np.maximum(1, sizes)
    wanted = np.where(sizes > 0, present ** (1 - balance) * float(sizes.max()) ** balance, 0.0)
    wanted *= min(1.0, MOST_ROWS / wanted.sum())
    copies = np.zeros(len(truth), dtype=np.int64)
    for label in range(len(sizes)):
        sums = np.cumsum(np.r_[0.0, counted[truth == label]])
        until = np.floor(sums * max(1.0, wanted[label]) / present[label] + 1e-9)
        copies[truth == label] = np.diff(until).astype(np.int64)
    return copies


def _check(data: TrainingData, head: str) -> None:
    require_single_label(data, head, "word2vec_classifier")
    if len(data.rows.labels[head]) > MOST_LABELS:
        raise ConfigError(
            f"Head {head} has more than {MOST_LABELS} labels, which word2vec_classifier cannot decide.",
            where="labelling.search.candidates",
            remedy="Leave the candidate out for this head.",
        )


def _words() -> list[Transformer]:
    tokens = RegexTokenizer().setInputCols(["classified_document"]).setOutputCol("classified_words")
    return [
        DocumentAssembler().setInputCol(TEXT).setOutputCol("classified_document"),
        tokens.setPattern(NOT_A_WORD).setToLowercase(True).setMinLength(2),
    ]


def _vectors(params: Params, seed: int, rows: int) -> Doc2VecApproach:
    """Spark NLP's Doc2Vec: Word2Vec, and the mean of a document's vectors."""
    vectors = Doc2VecApproach().setInputCols(["classified_words"]).setOutputCol("mean_vector")
    vectors.setVectorSize(int(params["width"] or 100)).setMaxIter(_rounds(rows, 5, 60))
    vectors.setMinCount(_LEAST_OF_A_WORD).setNumPartitions(1).setSeed(seed)
    return vectors.setStorageRef("triage_words")


def _network(params: Params, seed: int, rows: int) -> ClassifierDLApproach:
    network = ClassifierDLApproach().setInputCols(["mean_vector"]).setOutputCol(CLASSES)
    network.setLabelColumn("class").setRandomSeed(seed).setEnableOutputLogs(False)
    network.setLr(float(params["rate"] or 3e-3)).setDropout(float(params["dropout"] or 0.0))
    return network.setBatchSize(int(params["batch"] or 16)).setMaxEpochs(_rounds(rows, 10, 100))


def _rounds(rows: int, least: int, most: int) -> int:
    return min(most, max(least, _SEEN // max(1, rows)))


def _drawn(data: TrainingData, rows: DataFrame, numbers: _Ints, truth: _Ints, copies: _Ints) -> DataFrame:
    """The rows as often as they are used, in a fixed order that mixes the labels, with the column `class`."""
    said = [
        (int(number), class_name(int(label)), int(times))
        for number, label, times in zip(numbers, truth, copies, strict=True)
        if times
    ]
    classes = data.spark.createDataFrame(said, "row long, class string, times int")
    again = classes.select("row", "class", f.explode(f.sequence(f.lit(1), f.col("times"))).alias("time"))
    order = f.xxhash64("row", "time")
    return rows.join(again, "row").withColumn("place", order).sort("place", "row", "time").coalesce(1)
