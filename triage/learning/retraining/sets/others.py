"""What a model of everybody else's corrections says of each correction, for the guards.

Features are the hashed words of training, made in Spark; no text comes to the driver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from triage.config import Settings
from triage.labelling.data.labelled_rows import read_gold
from triage.labelling.features.blocks import fit_idf, tf_idf
from triage.labelling.features.training_rows import TrainingRows, collect_rows
from triage.labelling.taxonomy import Head
from triage.labelling.training.preparation import prepare
from triage.lake.store import Store
from triage.learning.guards.others import others_say
from triage.learning.guards.outcome import MailFacts
from triage.learning.guards.votes import Vote
from triage.learning.retraining.sets.material import MailHead
from triage.learning.retraining.sets.training_set import FIRST_FROM_LAKE, labelled_mails

_WORDS = "words"
_SAMPLE_ROWS = 3_000
"""Rows of the sample, at most, that the model of the others learns from, so that a few corrections are judged soon."""


def other_views(
    spark: SparkSession,
    store: Store,
    votes: Sequence[Vote],
    facts: Mapping[str, MailFacts],
    heads: Sequence[Head],
    settings: Settings,
) -> dict[MailHead, dict[str, float]]:
    """Probabilities of labels by mail and head; of a mail that several people corrected their mean."""
    known = [vote for vote in votes if vote.mail_key in facts]
    if not known:
        return {}
    rows = _rows(spark, store, known, heads, settings)
    found: defaultdict[MailHead, list[dict[str, float]]] = defaultdict(list)
    for head in heads:
        for vote, scores in _of_head(rows, known, facts, head.name, settings.labelling.seed):
            found[vote.mail_key, head.name].append(scores)
    return {key: _mean(several) for key, several in found.items()}


def _rows(
    spark: SparkSession, store: Store, votes: Sequence[Vote], heads: Sequence[Head], settings: Settings
) -> TrainingRows:
    """The sample's training rows, and one row a vote, numbered in the order of the votes."""
    sample = read_gold(spark).where("split = 'train'").orderBy(f.xxhash64("row"), "row").limit(_SAMPLE_ROWS)
    labels = [(vote.mail_key, vote.head, vote.label, 1.0) for vote in votes]
    corrected = labelled_mails(spark, store, labels).withColumn("split", f.lit("train"))
    prepared = prepare(sample.unionByName(corrected, allowMissingColumns=True), settings, heads)
    return collect_rows(prepared, {head.name: head.labels for head in heads}, (_WORDS,), settings.labelling.hash_bits)


def _of_head(
    rows: TrainingRows, votes: Sequence[Vote], facts: Mapping[str, MailFacts], head: str, seed: int
) -> list[tuple[Vote, dict[str, float]]]:
    use = rows.known[head]
    counts = rows.features[_WORDS][use]
    features = tf_idf(counts, fit_idf(counts)).tocsr()
    answers, numbers = rows.answers(head)[use], rows.numbers[use]
    ours = numbers >= FIRST_FROM_LAKE
    own = [votes[int(number) - FIRST_FROM_LAKE] for number in numbers[ours]]
    if not own:
        return []
    labels, scores = others_say(
        features[~ours],
        answers[~ours].tolist(),
        features[ours],
        answers[ours].tolist(),
        [vote.who for vote in own],
        [facts[vote.mail_key].sender or vote.mail_key for vote in own],
        [facts[vote.mail_key].near for vote in own],
        seed=seed,
    )
    return [(vote, dict(zip(labels, row.tolist(), strict=True))) for vote, row in zip(own, scores, strict=True)]


def _mean(several: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {label: float(np.mean([one[label] for one in several])) for label in several[0]}
