"""Two models' answers to made-up rows, whose true difference is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.learning.promotion.comparison.paired import Given, PairedHead, PairedRows

LABELS = np.array(["billing", "hr", "legal", "support"])
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two models over `rows` rows: the champion is right on a share `accuracy` of them.

    The challenger turns a share `won` of all rows from wrong to right, and `lost` from right to wrong; in German rows
    (a share `german`) it turns `lost_german` instead.
    """

    rows: int
    won: float
    lost: float
    accuracy: float = 0.8
    german: float = 0.3
    lost_german: float | None = None

    def draw(self, seed: int) -> PairedRows:
        """Rows with the slice kinds language and length, and calibrated scores of both models."""
        random = np.random.default_rng(seed)
        truth = random.choice(LABELS, self.rows)
        language = np.where(random.random(self.rows) < self.german, "de", "en")
        before = random.random(self.rows) < self.accuracy
        lost = np.where((language == "de") & (self.lost_german is not None), self.lost_german or 0.0, self.lost)
        change = random.random(self.rows)
        after = np.where(before, change >= lost / self.accuracy, change < self.won / (1 - self.accuracy))
        head = PairedHead(
            "category",
            np.ones(self.rows, dtype=np.bool_),
            truth,
            _given(truth, before, random),
            _given(truth, after.astype(np.bool_), random),
        )
        length = random.choice(["short", "long"], self.rows)
        return PairedRows((head,), {"language": language, "length": length})


def _given(truth: npt.NDArray[np.str_], right: npt.NDArray[np.bool_], random: np.random.Generator) -> Given:
    """Wrong rows get one of the other labels; every score is the share of right rows."""
    place = np.searchsorted(LABELS, truth)
    other = LABELS[(place + random.integers(1, len(LABELS), len(truth))) % len(LABELS)]
    score = np.full(len(truth), right.mean())
    return Given(np.where(right, truth, other), score, np.zeros(len(truth), dtype=np.bool_))
