"""The words of drawn mails that most support the suggested label, for many mails at once."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as f

from triage.config import Settings
from triage.errors import TriageError
from triage.labelling.explanation.contributions import WORDS, shares
from triage.labelling.explanation.ranking import lead_weights
from triage.labelling.explanation.replay import deciding_models
from triage.labelling.explanation.term_names import term_names
from triage.labelling.features.terms import with_text
from triage.labelling.linear.head_stages import coefficients
from triage.labelling.linear.pipeline_weights import Floats, LinearPart, linear_parts
from triage.labelling.models import LoadedModel
from triage.lake.keys_frame import keys_frame
from triage.lake.store import Store
from triage.lake.tables import LABELS, SILVER_MAIL
from triage.learning.review.strategies.pool import Ints

_log = logging.getLogger(__name__)

MOST = 8
"""Words of a mail and head."""

Terms = dict[tuple[str, str], tuple[str, ...]]
"""Words by mail key and head, the strongest first."""


def supporting_terms(store: Store, settings: Settings, wanted: Mapping[str, Sequence[str]]) -> Terms:
    """The words of mails (key to heads); none for heads that are not linear in terms.

    They only inform: where no model can be used, there are none, with a warning, and the draw goes on.
    """
    if not wanted:
        return {}
    try:
        keys = f.broadcast(keys_frame(wanted, store))
        stored = store.read(LABELS).join(keys, "mail_key", "left_semi").select("head", "model", "model_version")
        models = deciding_models(stored.distinct().collect(), settings)
        silver = store.read(SILVER_MAIL).join(keys, "mail_key", "left_semi")
        found: Terms = {}
        for champion in models.champions:
            for model, heads in champion.parts:
                found |= _of_model(model, silver, heads)
    except TriageError as fault:
        _log.warning("The queue shows no terms: %s", fault)
        return {}
    return {key: terms for key, terms in found.items() if key[1] in wanted.get(key[0], ())}


def _of_model(model: LoadedModel, silver: DataFrame, heads: Sequence[str]) -> Terms:
    parts = {head: linear_parts(model, head) for head in heads}
    every = {part.features: part for own in parts.values() for part in own}
    if not every:
        return {}
    about = model.description
    stages = list(model.pipeline.stages)[: about.embeddings_from]
    transformed = PipelineModel(stages).transform(with_text(silver, ("mail_key",), about.fields))
    columns = {"mail_key", *every, *(part.terms for part in every.values()), *({WORDS} & set(transformed.columns))}
    rows = transformed.select(*sorted(columns)).collect()
    blocks = {column: _block(part, rows, silver) for column, part in every.items()}
    found: Terms = {}
    for head, own in parts.items():
        found |= _of_head(head, model.heads[head], [(part, blocks[part.features]) for part in own], rows)
    return found


@dataclass(frozen=True, slots=True)
class _Block:
    """Of one vector column: the index of each term, the indices that occur, and the weights of all heads at those."""

    places: Mapping[str, int]
    used: Ints
    weights: Floats


def _block(part: LinearPart, rows: Sequence[Row], silver: DataFrame) -> _Block:
    """The weights leave the JVM once, since that takes longer than all the rest."""
    used = np.unique(np.concatenate([[0], *(row[part.features].indices for row in rows)])).astype(np.int64)
    weights = np.asarray(coefficients(part.stage)[:, used].todense())
    return _Block(_places(part, rows, silver), used, weights)


def _places(part: LinearPart, rows: Sequence[Row], silver: DataFrame) -> dict[str, int]:
    """The index of each different term, from Spark's own HashingTF."""
    terms = sorted({term for row in rows for term in row[part.terms]})
    schema = f"term string, {part.hashing.getInputCol()} array<string>"
    frame = silver.sparkSession.createDataFrame([(term, [term]) for term in terms], schema)
    hashed = part.hashing.transform(frame.coalesce(1)).select("term", part.hashing.getOutputCol())
    return {row[0]: int(row[1].indices[0]) for row in hashed.collect()}


def _of_head(
    head: str, labels: Sequence[str], parts: Sequence[tuple[LinearPart, _Block]], rows: Sequence[Row]
) -> Terms:
    totals: list[dict[str, Floats]] = [{} for _ in rows]
    logits = np.zeros((len(rows), len(labels)))
    for part, block in parts:
        logits += part.bias
        weights = block.weights[list(part.rows)]
        for number, row in enumerate(rows):
            for name, added in _added(part, block, row, weights):
                totals[number][name] = totals[number].get(name, 0.0) + added
                logits[number] += added
    return {
        (row.mail_key, head): _strongest(own, labels, of_row)
        for row, own, of_row in zip(rows, totals, logits, strict=True)
    }


def _added(part: LinearPart, block: _Block, row: Row, weights: Floats) -> Iterator[tuple[str, Floats]]:
    """What each term of a mail adds to the logits through one part; `weights` are labels × used indices."""
    vector, terms = row[part.features], row[part.terms]
    products = weights[:, np.searchsorted(block.used, vector.indices)] * vector.values
    added = dict(zip(vector.indices.tolist(), products.T, strict=True))
    names = term_names(terms, row.asDict().get(WORDS, []))
    for name, place, share in shares(names, [block.places[term] for term in terms]):
        if place in added:
            yield name, added[place] * share


def _strongest(terms: Mapping[str, Floats], labels: Sequence[str], logits: Floats) -> tuple[str, ...]:
    """The terms that lead the best label away from the second, the strongest first."""
    order = np.argsort(-logits, kind="stable")
    lead = lead_weights(labels, labels[order[0]], labels[order[1]] if len(order) > 1 else None)
    supports = {name: float(added @ lead) for name, added in terms.items()}
    ordered = sorted(supports, key=lambda name: (-supports[name], name))
    return tuple(name for name in ordered if supports[name] > 0)[:MOST]
