"""What each term of a mail adds to a head's logits: exact for linear heads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as f

from triage.labelling.features import with_text
from triage.labelling.linear_parts import Floats, LinearPart, Source, linear_parts
from triage.labelling.models import LoadedModel
from triage.labelling.words import readable

WORDS = "words"
"""The pipeline's column of words, before grams are added."""


@dataclass(frozen=True)
class Contributions:
    """Logits = bias + the sum over the terms; `terms` holds, by name, one figure a label.

    `exact` is false where the figures are effects of leaving a term out, which need not add up; `bias` then
    holds the rest.
    """

    labels: tuple[str, ...]
    terms: Mapping[str, Floats]
    bias: Floats
    exact: bool = True

    @property
    def logits(self) -> Floats:
        """One a label."""
        return np.asarray(np.sum([self.bias, *self.terms.values()], axis=0))


def contributions(model: LoadedModel, mail: DataFrame, head: str) -> Contributions | None:
    """The terms of one mail, a row of silver/mail, and what each adds to the head's logits.

    A place of the features that several terms of the mail share, by hash, is divided by how often each
    occurs. None where the head is not linear in terms.
    """
    parts = linear_parts(model.pipeline, head)
    if not parts:
        return None
    columns = dict.fromkeys(
        [*(source.terms for part in parts for source in part.sources), *(part.features for part in parts)]
    )
    transformed = model.pipeline.transform(with_text(mail, ("mail_key",)))
    extra = [WORDS] if WORDS in transformed.columns and WORDS not in columns else []
    row = transformed.select(*columns, *extra).first()
    if row is None:
        return None
    bias = np.asarray(np.sum([part.bias for part in parts], axis=0))
    return Contributions(model.heads[head], _terms(parts, row, mail), bias)


def _terms(parts: Sequence[LinearPart], row: Row, mail: DataFrame) -> dict[str, Floats]:
    found: dict[str, Floats] = {}
    for part in parts:
        added = _added(part, row)
        for source in part.sources:
            terms = row[source.terms]
            names = readable(terms, row.asDict().get(WORDS, []))
            for name, place, share in _shares(names, _places(terms, source, mail)):
                if place in added:
                    found[name] = found.get(name, 0.0) + added[place] * share
    return found


def _added(part: LinearPart, row: Row) -> dict[int, Floats]:
    """What each place of the features adds to the logits."""
    features = row[part.features]
    places = [int(place) for place in features.indices]
    products = part.weights(places) * features.values
    return {place: products[:, column] for column, place in enumerate(places)}


def _shares(names: Sequence[str], places: Sequence[int]) -> list[tuple[str, int, float]]:
    """Each name with a place that it feeds, and its share of what stands there."""
    whole = Counter(places)
    return [
        (name, place, count / whole[place])
        for (name, place), count in Counter(zip(names, places, strict=True)).items()
    ]


def _places(terms: Sequence[str], source: Source, mail: DataFrame) -> list[int]:
    """Where Spark's own hashing puts each term."""
    different = list(dict.fromkeys(terms))
    rows = mail.sparkSession.createDataFrame(
        [(t, [t]) for t in different], f"term string, {source.terms} array<string>"
    )
    hashed = source.hashing.transform(rows.coalesce(1)).select("term", f.col(source.hashing.getOutputCol()))
    place = {row.term: int(row[1].indices[0]) + source.offset for row in hashed.collect()}
    return [place[term] for term in terms]
