"""From right labels and two models' answers to what the comparison reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from triage.labelling.evaluation.tallies import Answers
from triage.labelling.features.training_rows import flags_of
from triage.labelling.taxonomy import Head
from triage.learning.promotion.comparison.first import Labelled
from triage.learning.promotion.comparison.paired import Given, PairedHead, PairedRows
from triage.learning.promotion.judging.answers import Answered
from triage.learning.promotion.judging.labelled import LabelledRows

Flags = npt.NDArray[np.bool_]
Labels = Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class AskedHead:
    """A head that is compared."""

    head: Head
    multi: bool
    """Whether a mail may have several labels."""

    declared: bool
    """Whether only rows with labels of the head count; else labels that a model cannot give are its errors."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows with a right label that a model learnt from; of the head with most of them."""

    champion: int = 0
    challenger: int = 0


NONE_LEFT_OUT = LeftOut()
"""Of a comparison for which neither model learnt from a row."""


def known_rows(asked: AskedHead, rows: LabelledRows) -> Flags:
    """The rows with a right label [n]."""
    possible = set(asked.head.labels)
    given = rows.given[asked.head.name]
    known = [bool(labels) and (not asked.declared or possible >= set(labels)) for labels in given]
    return np.array(known, dtype=np.bool_)


def pair(
    heads: Sequence[AskedHead],
    rows: LabelledRows,
    champion: Mapping[str, Answered],
    challenger: Mapping[str, Answered],
) -> tuple[PairedRows | None, LeftOut]:
    """Both models' answers to the rows that neither learnt from, and how many were left out.

    A head without such rows is left out; None where all are. A head that only the champion has counts as the
    challenger's errors; one that only the challenger has is new.
    """
    pairs, left_champion, left_challenger = [], [0], [0]
    for asked in heads:
        old, new = (side.get(asked.head.name) or _silent(rows) for side in (champion, challenger))
        known = known_rows(asked, rows)
        left_champion.append(int((known & old.learnt).sum()))
        left_challenger.append(int((known & new.learnt).sum()))
        usable = known & ~old.learnt & ~new.learnt
        if usable.any():
            pairs.append(replace(_paired(asked, usable, rows, old, new), new=asked.head.name not in champion))
    left = LeftOut(max(left_champion), max(left_challenger))
    return (PairedRows(tuple(pairs), rows.slices, rows.groups).known() if pairs else None), left


def alone(heads: Sequence[AskedHead], rows: LabelledRows, model: Mapping[str, Answered]) -> list[Labelled]:
    """By head, right labels and the model's own, of the rows that it did not learn from; heads without any are out."""
    found = []
    for asked in heads:
        given = model.get(asked.head.name) or _silent(rows)
        usable = known_rows(asked, rows) & ~given.learnt
        if usable.any():
            truth, predicted = _encoded(asked, rows.given[asked.head.name], given.labels)[1]
            found.append((truth[usable], predicted[usable]))
    return found


def _paired(asked: AskedHead, usable: Flags, rows: LabelledRows, old: Answered, new: Answered) -> PairedHead:
    names, answers = _encoded(asked, rows.given[asked.head.name], old.labels, new.labels)
    # of stored answers only the threshold is known; so where some are stored, only the threshold counts, on both sides
    like = bool(old.stored.any() or new.stored.any())
    champion, challenger = (
        Given(labels, one.score, one.low if like else one.abstained)
        for labels, one in zip(answers[1:], (old, new), strict=True)
    )
    return PairedHead(asked.head.name, usable, answers[0], champion, challenger, names)


def _encoded(asked: AskedHead, *given: Labels) -> tuple[tuple[str, ...], list[Answers]]:
    """Label arrays; flags for several labels a mail, with the names of their columns."""
    if not asked.multi:
        return (), [np.array([one[0] if one else "" for one in labels], dtype=np.str_) for labels in given]
    names = tuple(sorted({*asked.head.labels, *(name for labels in given for one in labels for name in one)}))
    return names, [flags_of(labels, names) for labels in given]


def _silent(rows: LabelledRows) -> Answered:
    """The answers of a model without the head."""
    count = len(rows.numbers)
    no, yes = np.zeros(count, dtype=np.bool_), np.ones(count, dtype=np.bool_)
    return Answered([()] * count, np.zeros(count), yes, yes, no, no)
