"""Training of label heads: split, features in Spark, fit on the driver, figures on the part held back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as f
from scipy.sparse import csr_matrix

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.baseline import baseline_scores
from triage.labelling.features import COUNTS, FLAGS, TEXT, counted, counting_stages, with_text
from triage.labelling.linear import LinearHead, Texts, fit_head, head_stages
from triage.labelling.metrics import Score, majority, score
from triage.labelling.splits import split_of
from triage.labelling.weights import rarity, weighed, weighing_stages

Mask = npt.NDArray[np.bool_]
OURS = "this model"


@dataclass(frozen=True)
class TrainedModel:
    """A pipeline, its figures a head and system on the rows held back, and where it came from."""

    pipeline: PipelineModel
    scores: Mapping[str, Mapping[str, Score]]
    dropped: Mapping[str, int]
    """Rows left out of a head: no label, a label that the head does not know, or no text."""
    rows: int
    data_digest: str
    seed: int

    @property
    def mean_macro_f1(self) -> float:
        """Mean over the heads, on the rows held back."""
        return float(np.mean([systems[OURS].macro_f1 for systems in self.scores.values()]))


@dataclass(frozen=True)
class _Rows:
    """What training holds on the driver: no text, only hashed counts and labels, ordered by row."""

    counts: csr_matrix
    labels: Mapping[str, Texts]
    known: Mapping[str, Mask]
    """Rows whose label is usable, a head."""
    test: Mask


def prepare(labelled: DataFrame, settings: Settings) -> DataFrame:
    """Rows with text, labels and split; the split is made where the rows have none."""
    facts = [c for c in (*FLAGS, "attachments", "importance", "language") if c in labelled.columns]
    split = (
        f.col("split") if "split" in labelled.columns else split_of(labelled.columns, settings.labelling.seed)
    )
    subject = ["subject"] if "subject" in labelled.columns else []
    mail = labelled.select("row", "labels", split.alias("split"), *subject, "body", *facts)
    written = f.concat_ws("", *(f.trim(column) for column in (*subject, "body")))
    return with_text(mail.withColumn("empty", written == ""), ("row", "labels", "split", "empty"))


def train(
    spark: SparkSession,
    labelled: DataFrame,
    heads: Mapping[str, Sequence[str]],
    settings: Settings,
    *,
    baseline: bool = False,
    refit: bool = False,
) -> TrainedModel:
    """Heads fitted on the `train` rows and measured on the `test` rows.

    `labelled` has row, labels (head → label), body, perhaps subject, split and silver's facts.
    `heads` names each head's labels; no names means whatever labels the rows have.
    `baseline` measures scikit-learn's TF-IDF + LogisticRegression on the same split, too.
    `refit` then learns from all rows. Equal rows, settings and seed give equal weights, byte for byte.
    Raises ConfigError when a head has fewer than two labels to learn, or nothing is held back.
    """
    prepared = prepare(labelled, settings)
    rows = _collected(prepared, heads, settings)
    learnt = _learn(rows, ~rows.test, settings)
    scores = _scores(rows, learnt)
    if baseline:
        scores = _beside(scores, baseline_scores(prepared, heads, settings))
    if refit:
        learnt = _learn(rows, np.ones_like(rows.test), settings)
    return TrainedModel(
        pipeline=_pipeline(spark, learnt, settings),
        scores=scores,
        dropped={head: int((~known).sum()) for head, known in rows.known.items()},
        rows=rows.counts.shape[0],
        data_digest=_digest(prepared),
        seed=settings.labelling.seed,
    )


@dataclass(frozen=True)
class _Learnt:
    weights: npt.NDArray[np.float64]
    frequency: npt.NDArray[np.int64]
    rows: int
    heads: Mapping[str, LinearHead]


def _learn(rows: _Rows, use: Mask, settings: Settings) -> _Learnt:
    basis = rows.counts[use]
    weights, frequency = rarity(basis)
    features = weighed(rows.counts, weights)
    heads = {name: _fit(name, features, rows, use, settings) for name in rows.labels}
    return _Learnt(weights, frequency, basis.shape[0], heads)


def _fit(name: str, features: csr_matrix, rows: _Rows, use: Mask, settings: Settings) -> LinearHead:
    mask = rows.known[name] & use
    labels = rows.labels[name][mask]
    if len(set(labels)) < 2:
        raise ConfigError(
            f"Head {name} has {len(set(labels))} label(s) with text to learn from, and needs two.",
            where=f"{len(labels)} usable rows",
            remedy="Check the label column, and that its labels are those of the taxonomy.",
        )
    options = settings.labelling
    return fit_head(
        features[mask], labels, inverse_regularization=options.inverse_regularization, seed=options.seed
    )


def _scores(rows: _Rows, learnt: _Learnt) -> dict[str, dict[str, Score]]:
    features = weighed(rows.counts, learnt.weights)
    return {name: _head_scores(name, rows, features, head) for name, head in learnt.heads.items()}


def _head_scores(name: str, rows: _Rows, features: csr_matrix, head: LinearHead) -> dict[str, Score]:
    labels, known = rows.labels[name], rows.known[name]
    held = known & rows.test
    if not held.any():
        raise ConfigError(
            f"No row is held back to measure head {name}.",
            remedy="Give more rows, or a split column with `test`.",
        )
    predicted = np.asarray(head.labels)[head.probabilities(features[held]).argmax(axis=1)]
    return {
        OURS: score(labels[held], predicted),
        "majority class": majority(labels[known & ~rows.test], labels[held]),
    }


def _pipeline(spark: SparkSession, learnt: _Learnt, settings: Settings) -> PipelineModel:
    stages = counting_stages(settings.labelling.hash_bits)
    stages += weighing_stages(spark, learnt.weights, learnt.frequency, learnt.rows)
    for name, head in learnt.heads.items():
        stages += head_stages(spark, name, head)
    return PipelineModel(stages)


def _collected(prepared: DataFrame, heads: Mapping[str, Sequence[str]], settings: Settings) -> _Rows:
    counts = counted(prepared, settings.labelling.hash_bits, ("row", "labels", "split", "empty"))
    rows = sorted(counts.collect(), key=lambda row: row.row)
    labels = {head: np.array([_label(row, head) for row in rows], dtype=np.str_) for head in heads}
    known = {head: _known(labels[head], allowed) for head, allowed in heads.items()}
    return _Rows(_matrix(rows), labels, known, np.array([row.split == "test" for row in rows]))


def _label(row: Row, head: str) -> str:
    return "" if row.empty else (row.labels.get(head) or "")


def _known(given: Texts, allowed: Sequence[str]) -> Mask:
    return np.isin(given, list(allowed)) if allowed else given != ""


def _matrix(rows: Sequence[Row]) -> csr_matrix:
    vectors = [row[COUNTS] for row in rows]
    starts = np.cumsum([0, *(len(vector.indices) for vector in vectors)])
    values, places = (np.concatenate([getattr(v, part) for v in vectors]) for part in ("values", "indices"))
    return csr_matrix((values, places, starts), shape=(len(vectors), vectors[0].size))


def _digest(prepared: DataFrame) -> str:
    """SHA-256 over the rows' own digests, in order."""
    content = f.to_json(f.struct("row", f.map_entries("labels").alias("labels"), "split", TEXT))
    digests = prepared.select("row", f.sha2(content, 256).alias("digest")).collect()
    return hashlib.sha256("".join(row.digest for row in sorted(digests)).encode()).hexdigest()


def _beside(
    ours: Mapping[str, Mapping[str, Score]], others: Mapping[str, Mapping[str, Score]]
) -> dict[str, dict[str, Score]]:
    return {head: {**systems, **others.get(head, {})} for head, systems in ours.items()}
