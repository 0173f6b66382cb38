"""Slices in which a challenger is worse: McNemar's exact test, one-sided, with Holm's correction over all slices.

A slice blocks a challenger where fewer rows are right by more than a margin, and by more than chance gives. Holm (1979)
bounds the probability that any slice of an equally good challenger blocks it, however the slices overlap. The test
takes rows as independent; in slices of few long threads it is somewhat too strict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import binom

from triage.config.learning.promotion import PromotionSettings
from triage.labelling.evaluation.intervals import Floats
from triage.labelling.evaluation.tallies import Flags
from triage.learning.promotion.comparison.paired import NO_SLICE, PairedHead, PairedRows

WHOLE = "head"
"""The kind of slice that holds all rows of a head."""

LABEL = "label"
"""The kind of slice that holds the rows with one right label."""


@dataclass(frozen=True, slots=True)
class SliceFigures:
    """Both models' shares of right answers in a slice."""

    head: str
    kind: str
    slice: str
    rows: int
    champion: float
    challenger: float
    p: float
    """Of losing so many rows by chance, corrected for all slices."""

    worse: bool
    """Whether the slice blocks the challenger."""

    @property
    def name(self) -> str:
        """Such as `category, language de`."""
        return self.head if self.kind == WHOLE else f"{self.head}, {self.kind} {self.slice}"


def slice_figures(rows: PairedRows, settings: PromotionSettings) -> tuple[SliceFigures, ...]:
    """The slices with `slice_rows` rows or more, and each head as a whole."""
    found = [one for head in rows.heads for one in _of_head(head, rows, settings.slice_rows)]
    corrected = holm(np.array([one.p for one in found]))
    return tuple(_judged(one, float(p), settings) for one, p in zip(found, corrected, strict=True))


def holm(p: Floats) -> Floats:
    """p-values corrected for their number (Holm 1979)."""
    order = np.argsort(p, kind="stable")
    scaled = p[order] * np.arange(len(p), 0, -1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(scaled))
    return corrected


def _judged(one: SliceFigures, p: float, settings: PromotionSettings) -> SliceFigures:
    lost = one.champion - one.challenger
    return replace(one, p=p, worse=bool(p < settings.slice_risk and lost > settings.slice_margin))


def _of_head(head: PairedHead, rows: PairedRows, least: int) -> Iterator[SliceFigures]:
    yield _figures(head.head, WHOLE, "", head.known, head.right)
    for kind, values in rows.slices.items():
        for value in _large(values[head.known].tolist(), least):
            yield _figures(head.head, kind, value, head.known & (values == value), head.right)
    yield from _of_labels(head, least)


def _of_labels(head: PairedHead, least: int) -> Iterator[SliceFigures]:
    """The rows with each label; of several labels a mail, right is who gave this one."""
    if head.truth.ndim == 1:
        for label in _large(head.truth[head.known].tolist(), least):
            yield _figures(head.head, LABEL, label, head.known & (head.truth == label), head.right)
        return
    for column, label in enumerate(head.labels):
        chosen = head.known & head.truth[:, column].astype(np.bool_)
        if chosen.sum() >= least:
            given = [one.predicted[:, column].astype(np.bool_) for one in (head.champion, head.challenger)]
            yield _figures(head.head, LABEL, label, chosen, given)


def _large(values: Sequence[str], least: int) -> list[str]:
    names, counts = np.unique(np.array(values, dtype=np.str_), return_counts=True)
    return [str(name) for name in names[counts >= least] if name != NO_SLICE]


def _figures(head: str, kind: str, name: str, chosen: Flags, right: Sequence[Flags]) -> SliceFigures:
    before, after = (given[chosen] for given in right)
    lost, won = int((before & ~after).sum()), int((after & ~before).sum())
    p = float(binom.sf(lost - 1, lost + won, 0.5))
    return SliceFigures(head, kind, name, int(chosen.sum()), float(before.mean()), float(after.mean()), p, worse=False)
