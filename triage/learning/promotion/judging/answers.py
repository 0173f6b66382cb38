"""A model's answers to labelled rows that it did not learn from, and what it costs to get them.

A row that the weights were fitted on is no test of them. Where the model was fitted again on all rows after it had
been scored, its stored answers of the fit before that count for the rows that this fit had not seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
import numpy.typing as npt
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.config.learning.promotion import PromotionSettings
from triage.labelling.description import HeadDescription
from triage.labelling.models import LoadedModel
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.registry.seen_rows import SeenRows, read_seen_rows
from triage.labelling.serving.inference import decided
from triage.labelling.taxonomy import Head
from triage.learning.promotion.comparison.limits import Cost
from triage.learning.promotion.judging.labelled import LabelledRows
from triage.privacy.pseudonyms.keys import Keys

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

LIKELY = 0.5
"""Probability from which a label of several counts as given."""

_MOST_ROUNDS = 4


@dataclass(frozen=True)
class Side:
    """One of the two models, and what it learnt from where that is known."""

    model: LoadedModel
    seen: Mapping[str, SeenRows] | None
    file_bytes: int


@dataclass(frozen=True)
class Answered:
    """A head's answers to n rows."""

    labels: Sequence[tuple[str, ...]]
    score: Floats
    """Probability of the best label; of signs 1."""

    low: Flags
    """Whether the score is below the head's threshold [n]."""

    abstained: Flags
    """Whether the head abstained, for whatever reason [n]; of stored answers only the threshold is known."""

    stored: Flags
    """Whether the answer is a stored one [n]."""

    learnt: Flags
    """Whether the model learnt from the row, so that its answer tells nothing [n]."""


def load_side(registry: ModelRegistry, name: str, version: str, keys: Keys | None) -> Side:
    """A registered version. Raises ModelError where its files are not those that were registered."""
    model, folder = registry.load(name, version), registry.folder(name, version)
    seen = None if keys is None else read_seen_rows(folder, keys)
    return Side(model, seen, sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()))


def answers(side: Side, mail: DataFrame, heads: Sequence[Head], rows: LabelledRows) -> dict[str, Answered]:
    """By head, the answers to `rows`, which `mail` has the text of."""
    scored = decided(mail, side.model, heads, ("row",)).select(
        "row", "head", "score", "abstained", _low().alias("low"), _given(side.model, heads).alias("given")
    )
    place = {int(number): at for at, number in enumerate(rows.numbers)}
    found: dict[str, list[tuple[tuple[str, ...], float, bool, bool]]] = {
        head.name: [((), 0.0, True, True)] * len(rows.numbers) for head in heads
    }
    for row in scored.collect():
        found[row["head"]][place[row.row]] = tuple(row.given), row.score, row.low, row.abstained
    return {head.name: _answered(found[head.name], head, side, rows) for head in heads}


def costs_of(
    champion: tuple[Side, Sequence[Head]],
    challenger: tuple[Side, Sequence[Head]],
    mail: DataFrame,
    settings: PromotionSettings,
) -> tuple[Cost, Cost]:
    """Speed and size of both models, the speed on the same `speed_rows` mails, in turns; the fastest round counts.

    Rows are repeated until there are enough, so that the cost of starting a Spark job does not decide. Where the
    challenger seems too slow it is measured again, because another process may have taken the processor.
    """
    sides, count = (champion, challenger), settings.speed_rows
    if count == 0:
        return Cost(None, champion[0].file_bytes), Cost(None, challenger[0].file_bytes)
    sample, best = _sample(mail, count).persist(), [math.inf, math.inf]
    try:
        sample.count()
        for _ in range(_MOST_ROUNDS):
            best = [min(least, _seconds(side, sample, heads)) for least, (side, heads) in zip(best, sides, strict=True)]
            if best[0] >= settings.slowest * best[1]:
                break
    finally:
        sample.unpersist()
    old, new = (Cost(count / seconds, side.file_bytes) for seconds, (side, _) in zip(best, sides, strict=True))
    return old, new


def _sample(mail: DataFrame, count: int) -> DataFrame:
    held = mail.limit(count)
    times = -(-count // max(1, held.count()))
    return held.crossJoin(held.sparkSession.range(times).withColumnRenamed("id", "repetition")).limit(count)


def _seconds(side: Side, sample: DataFrame, heads: Sequence[Head]) -> float:
    begin = monotonic()
    decided(sample, side.model, heads, ("row",)).write.format("noop").mode("overwrite").save()
    return monotonic() - begin


def _low() -> Column:
    return f.coalesce(f.col("reason") == "LOW_SCORE", f.lit(False))


def _given(model: LoadedModel, heads: Sequence[Head]) -> Column:
    """The best label, or of a head with several labels a mail those that are likely."""
    multi = [head.name for head in heads if _about(model, head.name).multi]
    likely = f.map_keys(f.map_filter("scores", lambda _, p: p >= LIKELY))
    return f.when(f.col("head").isin(multi), likely).otherwise(f.array("best_label"))


def _about(model: LoadedModel, head: str) -> HeadDescription:
    return next(one for one in model.description.heads if one.name == head)


def _answered(
    scored: Sequence[tuple[tuple[str, ...], float, bool, bool]], head: Head, side: Side, rows: LabelledRows
) -> Answered:
    """The scored answers, and the stored ones in place of them where there are some."""
    labels = [one[0] for one in scored]
    score = np.array([one[1] for one in scored], dtype=np.float64)
    low, abstained = (np.array([one[at] for one in scored], dtype=np.bool_) for at in (2, 3))
    seen = (side.seen or {}).get(head.name)
    if seen is None or rows.fingerprints is None:
        return Answered(labels, score, low, abstained, *np.zeros((2, len(labels)), dtype=np.bool_))
    stored = np.isin(rows.fingerprints, seen.held_out)
    first = {int(one): at for at, one in enumerate(seen.held_out.tolist())}
    about = _about(side.model, head.name)
    for row in np.flatnonzero(stored):
        likely = seen.probabilities[first[int(rows.fingerprints[row])]].astype(np.float64)
        labels[row], score[row] = _stored(likely, about), likely.max()
        threshold = about.threshold.of(str(rows.languages[row])) if head.threshold is None else head.threshold
        low[row] = abstained[row] = score[row] < threshold
    return Answered(labels, score, low, abstained, stored, np.isin(rows.fingerprints, seen.learnt) & ~stored)


def _stored(likely: Floats, about: HeadDescription) -> tuple[str, ...]:
    if about.multi:
        return tuple(about.labels[at] for at in np.flatnonzero(likely >= LIKELY))
    return (about.labels[int(likely.argmax())],)
