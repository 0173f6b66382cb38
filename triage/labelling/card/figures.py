"""Computes the figures of a head for its card, with confidence intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from triage.labelling.card.inputs import Head
from triage.labelling.evaluation.abstention import precision_threshold
from triage.labelling.evaluation.intervals import Interval, Ints, wilson
from triage.labelling.evaluation.metrics import ClassFigures, Measured, class_figures, measured
from triage.labelling.evaluation.reliability import Bin, answers, ece_interval, reliability

Mask = npt.NDArray[np.bool_]

LENGTHS = (200, 1000, 5000)
"""Bounds between the slices by length, in characters."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Figures of a part of the rows: quality of the best labels, share labelled, and precision of those."""

    kind: str
    name: str
    rows: int
    accuracy: Interval
    macro_f1: Interval
    labelled: Interval
    precision: Interval


@dataclass(frozen=True, slots=True)
class Confusion:
    """The number of rows of one label that were given another."""

    truth: str
    predicted: str
    rows: int


@dataclass(frozen=True, slots=True)
class HeadFigures:
    """All of a head's figures; `whole` is the slice of all rows."""

    head: Head
    measured: Measured
    classes: tuple[ClassFigures, ...]
    whole: Slice
    slices: tuple[Slice, ...]
    confusions: tuple[Confusion, ...]
    """Most frequent first; none where a mail may have several labels."""
    bins_before: tuple[Bin, ...]
    bins_after: tuple[Bin, ...]
    ece_before: Interval
    ece_after: Interval
    ece_equal_mass: Interval
    """After calibration, over bins of equally many rows."""
    at_95: float | None
    """The smallest threshold with 95 % precision; None where there is none."""


def head_figures(head: Head) -> HeadFigures:
    """The figures of a head; equal rows give equal figures."""
    truth, predicted, groups = head.truth, head.predicted, head.rows.groups
    before, after = answers(head.rows.before, head.rows.truth), answers(head.rows.after, head.rows.truth)
    return HeadFigures(
        head=head,
        measured=measured(truth, predicted, groups=groups),
        classes=tuple(class_figures(truth, predicted, head.description.labels, groups=groups)),
        whole=_slice(head, "all", "all rows", np.ones(len(truth), dtype=np.bool_)),
        slices=tuple(_slice(head, *named) for named in _masks(head)),
        confusions=() if head.description.multi else confusions_of(head),
        bins_before=tuple(reliability(*before)),
        bins_after=tuple(reliability(*after)),
        ece_before=ece_interval(*before),
        ece_after=ece_interval(*after),
        ece_equal_mass=ece_interval(*after, equal_mass=True),
        at_95=precision_threshold(head.top, head.top_right),
    )


def confusions_of(head: Head) -> tuple[Confusion, ...]:
    """Confused pairs of labels of a head with one label per mail, the most frequent first."""
    truth, best = head.rows.truth, head.rows.after.argmax(axis=1)
    pairs, counts = np.unique(np.stack([truth, best], axis=1)[truth != best], axis=0, return_counts=True)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -counts))
    names = head.description.labels
    return tuple(Confusion(names[pairs[i, 0]], names[pairs[i, 1]], int(counts[i])) for i in order)


def _masks(head: Head) -> Iterator[tuple[str, str, Mask]]:
    rows = head.rows
    for language in sorted(set(rows.languages.tolist())):
        yield "language", language, rows.languages == language
    for name, mask in _lengths(rows.lengths):
        yield "length", name, mask
    for sender in sorted(set(rows.senders.tolist())):
        yield "sender", sender, rows.senders == sender


def _lengths(lengths: Ints) -> Iterator[tuple[str, Mask]]:
    edges = (0, *LENGTHS, np.inf)
    for low, high in pairwise(edges):
        mask = (lengths >= low) & (lengths < high)
        if mask.any():
            yield (
                (f"{low} characters and more" if high == np.inf else f"{low} to {high - 1} characters"),
                mask,
            )


def _slice(head: Head, kind: str, name: str, mask: Mask) -> Slice:
    truth, predicted, labelled = head.truth[mask], head.predicted[mask], head.labelled[mask]
    same = truth == predicted
    right = same.all(axis=1) if same.ndim == 2 else same
    rows, taken = int(mask.sum()), int(labelled.sum())
    return Slice(
        kind=kind,
        name=name,
        rows=rows,
        accuracy=wilson(int(right.sum()), rows),
        macro_f1=measured(
            truth, predicted, groups=None if head.rows.groups is None else head.rows.groups[mask]
        ).macro_f1,
        labelled=wilson(taken, rows),
        precision=wilson(int(head.top_right[mask][labelled].sum()), taken),
    )
