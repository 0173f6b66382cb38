"""What a better challenger may still not be: much worse calibrated, more hesitant, slower or larger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import binom

from triage.config.learning.promotion import PromotionSettings
from triage.labelling.evaluation.intervals import Floats
from triage.labelling.evaluation.reliability import ece
from triage.learning.promotion.comparison.paired import PairedHead

_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Cost:
    """What a model takes; None where it was not measured."""

    mails_per_second: float | None = None
    file_bytes: int | None = None


NOT_MEASURED = Cost()
"""Of a model of which neither is known."""


LimitName = Literal["calibration error", "share of abstained mails", "speed", "size"]


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure of both models, and whether the challenger's is within its limit."""

    name: LimitName
    head: str
    """Empty for figures of the whole model."""

    champion: float
    challenger: float
    allowed: float
    """The highest figure that passes; the lowest for mails a second."""

    passed: bool

    @property
    def in_words(self) -> str:
        """The challenger's figure, the limit and the champion's figure."""
        new, allowed, old = (self.shown(value) for value in (self.challenger, self.allowed, self.champion))
        of = f"{self.name} of {self.head}" if self.head else self.name
        return f"{of} is {new}, beyond the limit of {allowed} (champion {old})"

    def shown(self, value: float) -> str:
        """A figure with its unit."""
        if self.name == "size":
            return f"{value / 1e6:.2f} MB"
        return f"{value:,.0f} mails/s" if self.name == "speed" else f"{value:.1%}"


def head_limits(head: PairedHead, settings: PromotionSettings, seed: int = 0) -> Iterator[Limit]:
    """Calibration (of heads with one label a mail) and abstention, over the rows whose label is known.

    Both refuse only what is beyond the margin and beyond chance.
    """
    if head.truth.ndim == 1:
        yield _calibration(head, settings, seed)
    yield _abstention(head, settings)


def cost_limits(champion: Cost, challenger: Cost, settings: PromotionSettings) -> Iterator[Limit]:
    """Speed and size, where both models have them."""
    old, new = champion.mails_per_second, challenger.mails_per_second
    if old is not None and new is not None:
        allowed = old * settings.slowest
        yield Limit("speed", "", old, new, allowed, new >= allowed)
    if champion.file_bytes is not None and challenger.file_bytes is not None:
        most = champion.file_bytes * settings.largest
        sizes = float(champion.file_bytes), float(challenger.file_bytes)
        yield Limit("size", "", *sizes, most, challenger.file_bytes <= most)


def _calibration(head: PairedHead, settings: PromotionSettings, seed: int) -> Limit:
    """By the ECE; the lower bound of a paired bootstrap decides whether a difference is more than chance."""
    correct = [found[head.known].astype(np.float64) for found in head.right]
    scores = [given.score[head.known] for given in (head.champion, head.challenger)]
    old, new = (ece(score, right) for score, right in zip(scores, correct, strict=True))
    allowed = old + settings.calibration_margin
    passed = new <= allowed or _least_increase(scores, correct, settings, seed) <= 0
    return Limit("calibration error", head.head, old, new, allowed, bool(passed))


def _least_increase(scores: list[Floats], correct: list[Floats], settings: PromotionSettings, seed: int) -> float:
    random, rows = np.random.default_rng(seed), len(scores[0])
    drawn = (random.integers(0, rows, rows) for _ in range(_RESAMPLES))
    increases = [ece(scores[1][d], correct[1][d]) - ece(scores[0][d], correct[0][d]) for d in drawn]
    return float(np.quantile(increases, 0.5 - settings.confidence / 2))


def _abstention(head: PairedHead, settings: PromotionSettings) -> Limit:
    before, after = (given.abstained[head.known] for given in (head.champion, head.challenger))
    more, fewer = int((after & ~before).sum()), int((before & ~after).sum())
    by_chance = binom.sf(more - 1, more + fewer, 0.5) >= 1 - settings.confidence
    old, new = float(before.mean()), float(after.mean())
    allowed = old + settings.abstention_margin
    return Limit("share of abstained mails", head.head, old, new, allowed, bool(new <= allowed or by_chance))
