"""The contribution of each term of a mail to the logits of a linear head, which is exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pyspark.ml import PipelineModel
from pyspark.ml.feature import HashingTF
from pyspark.sql import DataFrame, Row

from triage.labelling.explanation.term_names import term_names
from triage.labelling.features.terms import with_text
from triage.labelling.linear.pipeline_weights import Floats, LinearPart, linear_parts
from triage.labelling.models import LoadedModel

WORDS = "words"
"""The pipeline's column of words, before grams are added."""


@dataclass(frozen=True)
class Contributions:
    """Logits = bias + the sum over the terms; `terms` has by name one figure for each label.

    `exact` is false where the figures are effects of removing a term, which need not add up; `bias` is then
    the remainder.
    """

    labels: tuple[str, ...]
    terms: Mapping[str, Floats]
    bias: Floats
    exact: bool = True

    @property
    def logits(self) -> Floats:
        """One for each label."""
        return np.asarray(np.sum([self.bias, *self.terms.values()], axis=0))


def contributions(model: LoadedModel, mail: DataFrame, head: str) -> Contributions | None:
    """The terms of one mail, a row of silver/mail, and the contribution of each to the head's logits.

    Where several terms have the same hash, its contribution is divided among them by how often each occurs: the
    sum stays exact. None where the head is not linear in terms.
    """
    return MailTerms(model, mail, (head,)).contributions(head)


class MailTerms:
    """The terms of one mail and the features that the pipeline makes of them, computed once for all heads."""

    def __init__(self, model: LoadedModel, mail: DataFrame, heads: Sequence[str]) -> None:
        self._labels = model.heads
        self._parts = {head: linear_parts(model, head) for head in heads}
        self._row = self._read(model, mail)
        self._spark = mail.sparkSession
        self._places: dict[str, list[int]] = {}

    def contributions(self, head: str) -> Contributions | None:
        """See `contributions`."""
        parts = self._parts[head]
        if not parts or self._row is None:
            return None
        found: dict[str, Floats] = {}
        for part in parts:
            for name, added in self._terms(part, self._row):
                found[name] = found.get(name, 0.0) + added
        bias = np.asarray(np.sum([part.bias for part in parts], axis=0))
        return Contributions(self._labels[head], found, bias)

    def _read(self, model: LoadedModel, mail: DataFrame) -> Row | None:
        parts = [part for own in self._parts.values() for part in own]
        columns = {column for part in parts for column in (part.features, part.terms)}
        if not columns:
            return None
        about = model.description
        stages = list(model.pipeline.stages)[: about.embeddings_from]
        transformed = PipelineModel(stages).transform(with_text(mail, ("mail_key",), about.fields))
        extra = {WORDS} & set(transformed.columns)
        return transformed.select(*sorted(columns | extra)).first()

    def _terms(self, part: LinearPart, row: Row) -> Iterator[tuple[str, Floats]]:
        added = _added(part, row)
        terms = row[part.terms]
        names = term_names(terms, row.asDict().get(WORDS, []))
        for name, place, share in shares(names, self._hashed(part.hashing, terms)):
            if place in added:
                yield name, added[place] * share

    def _hashed(self, hashing: HashingTF, terms: Sequence[str]) -> list[int]:
        """The index of each term, from Spark's own HashingTF."""
        if hashing.uid not in self._places:
            different = [(term, [term]) for term in dict.fromkeys(terms)]
            rows = self._spark.createDataFrame(different, f"term string, {hashing.getInputCol()} array<string>")
            hashed = hashing.transform(rows.coalesce(1)).select("term", hashing.getOutputCol())
            place = {row[0]: int(row[1].indices[0]) for row in hashed.collect()}
            self._places[hashing.uid] = [place[term] for term in terms]
        return self._places[hashing.uid]


def _added(part: LinearPart, row: Row) -> dict[int, Floats]:
    """The contribution of each feature index to the logits."""
    features = row[part.features]
    places = [int(place) for place in features.indices]
    products = part.weights(places) * features.values
    return {place: products[:, column] for column, place in enumerate(places)}


def shares(names: Sequence[str], places: Sequence[int]) -> list[tuple[str, int, float]]:
    """Each name with an index that it hashes to, and its share of that index's count."""
    whole = Counter(places)
    return [
        (name, place, count / whole[place]) for (name, place), count in Counter(zip(names, places, strict=True)).items()
    ]
