"""The profile of the rows that a model was trained and held back on: what mails are compared with later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.labelling.description import ModelDescription
from triage.labelling.evaluation.evaluated_rows import Evaluated
from triage.mail.word_terms import word_facts
from triage.monitoring.profiles.distributions import Counts, Distribution, Numbers, Terms
from triage.monitoring.profiles.profile import RUN, Profile, Slice, SliceKey
from triage.routing.attributes import ABSTAINED
from triage.spark.arrow import batches, redact_errors

_SCHEMA = t.StructType(
    [
        t.StructField("by", t.StringType()),
        t.StructField("slice", t.StringType()),
        t.StructField("packed", t.BinaryType()),
    ]
)
_UNKNOWN = "und"


def model_profile(labelled: DataFrame, evaluated: Mapping[str, Evaluated], about: ModelDescription) -> Profile:
    """Words, lengths and languages of all rows, and what the model says of those that were held back.

    What it says of rows that it was trained on would be too good. A head with several labels a mail has none.
    """
    profile = text_profile(labelled)
    run = profile.run
    features = {**run.features, **_of_heads(evaluated, about)}
    return Profile({**profile.slices, RUN: Slice(run.published, 0, features)})


def text_profile(labelled: DataFrame) -> Profile:
    """The profile of subject, body and language of all rows, of all mails and by language.

    In one task, since terms are pruned where all are counted.
    """
    columns = [_column(name, labelled.columns) for name in ("language", "subject", "body")]
    rows = labelled.select(*columns).coalesce(1).mapInArrow(_count, _SCHEMA).collect()
    return Profile({(row["by"], row["slice"]): Slice.decode(bytes(row["packed"])) for row in rows})


@dataclass(slots=True)
class _Tally:
    """The texts of a slice, counted."""

    mails: int = 0
    terms: Counter[int] = field(default_factory=Counter)
    body_chars: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)
    rare_share: list[float] = field(default_factory=list)

    def add(self, subject: str, body: str, is_rare: Callable[[str], bool] | None) -> None:
        facts = word_facts(subject, body, is_rare)
        self.mails += 1
        self.terms.update(facts.terms)
        self.body_chars.append(len(body))
        self.words.append(facts.words)
        known = facts.rare_words is not None and facts.words > 0
        self.rare_share.append((facts.rare_words or 0) / facts.words if known else np.nan)

    def slice(self) -> Slice:
        numbers = {name: Numbers.of(getattr(self, name)) for name in ("body_chars", "words", "rare_share")}
        return Slice(self.mails, 0, {**numbers, "terms": Terms(dict(self.terms))})


def _count(given: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from redact_errors(_counted(given))


def _counted(given: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    from triage.privacy.lexicon.frequency import rarity_test

    tallies: dict[SliceKey, _Tally] = {}
    for row in (row for batch in given for row in batch.to_pylist()):
        language = row["language"] or _UNKNOWN
        for key in (RUN, ("language", language)):
            tally = tallies.setdefault(key, _Tally())
            tally.add(row["subject"] or "", row["body"] or "", rarity_test(language))
    languages = Counts.of({value: tally.mails for (kind, value), tally in tallies.items() if kind == "language"})
    for (by, value), tally in tallies.items():
        part = tally.slice()
        if (by, value) == RUN:
            part = Slice(part.published, 0, {**part.features, "language": languages})
        yield from batches([{"by": by, "slice": value, "packed": part.encode()}], _SCHEMA)


def _of_heads(evaluated: Mapping[str, Evaluated], about: ModelDescription) -> dict[str, Distribution]:
    found: dict[str, Distribution] = {}
    for head in about.heads:
        rows = evaluated.get(head.name)
        if rows is None or head.multi or not len(rows.after):
            continue
        best, scores = rows.after.argmax(axis=1), rows.after.max(axis=1)
        decided = scores >= np.array([head.threshold.of(language) for language in rows.languages])
        labels = [head.labels[i] if sure else ABSTAINED for i, sure in zip(best, decided, strict=True)]
        found |= {
            f"label.{head.name}": Counts.of(Counter(labels)),
            f"best_label.{head.name}": Counts.of(Counter(head.labels[i] for i in best)),
            f"score.{head.name}": Numbers.of(scores),
            f"decided_score.{head.name}": Numbers.of(scores[decided]),
        }
    return found


def _column(name: str, columns: Iterable[str]) -> Any:
    return f.col(name) if name in columns else f.lit(None).cast("string").alias(name)
