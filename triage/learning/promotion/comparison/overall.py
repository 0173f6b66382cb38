"""The challenger's gain over all rows: macro-F1 by a paired bootstrap, accuracy by McNemar's test, rows needed.

The bootstrap draws rows (whole threads where they are known) and measures both models on each draw, so that what makes
a row hard for both cancels out (Efron & Tibshirani 1993, chapter 16; Koehn 2004). With several heads the gain is the
mean of theirs, and one draw serves all heads, because their errors go together.

Rows needed to see a gain g with probability `power`: the interval's half-width is z·s with the standard error s of the
bootstrap, which falls with the square root of the rows, so n·((z + z_power)·s / g)². For accuracy, with s² = d/n for
two models that differ in being right on a share d of the rows, it is Connor's number (1987) but for its g² term.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist

import numpy as np
from scipy.sparse import csr_matrix
from scipy.stats import binomtest

from triage.config.learning.promotion import PromotionSettings
from triage.labelling.evaluation.intervals import Floats, Interval, Ints, percentile_interval, resampled_counts
from triage.labelling.evaluation.tallies import Cells, cells_of, figures_of, whole_sample
from triage.learning.promotion.comparison.paired import PairedHead, PairedRows

RESAMPLES, MOST_RESAMPLES = 2_000, 20_000
_IN_TAILS = 20
"""Draws outside of the interval, at least, up to `MOST_RESAMPLES` in all."""

_CHAMPION, _CHALLENGER = 0, 1


@dataclass(frozen=True, slots=True)
class HeadFigures:
    """Both models on one head: macro-F1, share of right answers, and McNemar's exact p-value, two-sided."""

    head: str
    rows: int
    champion_macro_f1: float
    challenger_macro_f1: float
    champion_accuracy: float
    challenger_accuracy: float
    only_champion_right: int
    only_challenger_right: int
    mcnemar_p: float


@dataclass(frozen=True, slots=True)
class Overall:
    """The gain in mean macro-F1 over the heads, its interval, and how many rows would be needed."""

    rows: int
    champion: float
    challenger: float
    gain: Interval
    rows_needed: int
    """To see a gain of `smallest_gain` with probability `power`."""

    heads: tuple[HeadFigures, ...]

    confidence: float
    """Of the interval."""


def overall(rows: PairedRows, settings: PromotionSettings, seed: int = 0, look: int | None = None) -> Overall:
    """The comparison over all rows; every head must have a row whose label is known. `look`: see `confidence_at`."""
    confidence = confidence_at(look, settings)
    heads = tuple(map(head_figures, rows.heads))
    champion, challenger = (
        float(np.mean([getattr(head, f"{model}_macro_f1") for head in heads])) for model in ("champion", "challenger")
    )
    drawn = _resampled_gains(rows, confidence, seed)
    return Overall(
        len(rows),
        champion,
        challenger,
        percentile_interval(challenger - champion, drawn, confidence),
        rows_needed(len(rows), float(np.std(drawn)), settings, confidence),
        heads,
        confidence,
    )


def confidence_at(look: int | None, settings: PromotionSettings) -> float:
    """The confidence at the `look`-th comparison of a champion on rows that come back; None: they come once.

    Many looks at the same rows would find some equal challenger better by chance. So look k may err with probability
    alpha / (k (k + 1)), which over all looks sums to alpha = 1 - `confidence` (alpha spending, Lan & DeMets 1983).
    """
    return settings.confidence if look is None else 1 - (1 - settings.confidence) / (look * (look + 1))


def head_figures(head: PairedHead) -> HeadFigures:
    """Both models on the rows whose label is known."""
    cells = _cells(head)
    champion, challenger = (figures_of(cells, whole_sample(cells), model) for model in (_CHAMPION, _CHALLENGER))
    before, after = (found[head.known] for found in head.right)
    lost, won = int((before & ~after).sum()), int((after & ~before).sum())
    return HeadFigures(
        head.head,
        int(head.known.sum()),
        float(champion.macro_f1[0]),
        float(challenger.macro_f1[0]),
        float(before.mean()),
        float(after.mean()),
        lost,
        won,
        float(binomtest(won, won + lost).pvalue) if won + lost else 1.0,
    )


def rows_needed(rows: int, standard_error: float, settings: PromotionSettings, confidence: float) -> int:
    """Rows like these that show a gain of `smallest_gain`, from the standard error that `rows` of them have."""
    normal = NormalDist()
    z = normal.inv_cdf(0.5 + confidence / 2) + normal.inv_cdf(settings.power)
    return math.ceil(rows * (z * standard_error / settings.smallest_gain) ** 2)


def _cells(head: PairedHead) -> Cells:
    answers = (head.truth, head.champion.predicted, head.challenger.predicted)
    return cells_of(*(given[head.known] for given in answers))


def _resampled_gains(rows: PairedRows, confidence: float, seed: int) -> Floats:
    """The gain in each draw [resamples]."""
    resamples = min(MOST_RESAMPLES, max(RESAMPLES, math.ceil(_IN_TAILS / (1 - confidence))))
    cells = [_cells(head) for head in rows.heads]
    kinds, of_row = np.unique(_numbers(rows, cells), axis=0, return_inverse=True)
    counters = [_counter(kinds[:, number], one) for number, one in enumerate(cells)]
    blocks = resampled_counts(of_row.reshape(-1), rows.groups, resamples=resamples, seed=seed)
    return np.concatenate([_gains(block, cells, counters) for block in blocks])


def _numbers(rows: PairedRows, cells: list[Cells]) -> Ints:
    """The cell of each row in each head [n × heads]; -1 where its label is not known."""
    numbers = np.full((len(rows), len(cells)), -1, dtype=np.int64)
    for column, (head, found) in enumerate(zip(rows.heads, cells, strict=True)):
        numbers[head.known, column] = found.of_row
    return numbers


def _counter(cell_of_kind: Ints, cells: Cells) -> csr_matrix:
    """Turns counts of kinds of rows into counts of one head's cells: kinds × cells."""
    known = np.flatnonzero(cell_of_kind >= 0)
    shape = (len(cell_of_kind), len(cells.truth))
    return csr_matrix((np.ones(len(known)), (known, cell_of_kind[known])), shape=shape)


def _gains(block: Floats, cells: list[Cells], counters: list[csr_matrix]) -> Floats:
    gains = []
    with np.errstate(invalid="ignore"):  # a draw may hold no row of a head
        for one, counter in zip(cells, counters, strict=True):
            champion, challenger = map(partial(figures_of, one, np.asarray(block @ counter)), (_CHAMPION, _CHALLENGER))
            gains.append(challenger.macro_f1 - champion.macro_f1)
    return np.asarray(np.mean(gains, axis=0))
