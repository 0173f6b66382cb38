"""Tests that may be looked at after every mail: e-processes for two shares, and for pairs.

An e-process starts at 1, and under the null hypothesis its expectation is at most 1 at any stopping time. By Ville's
inequality it ever reaches 1/α with probability at most α, however often somebody looks. So a trial may be stopped at
the first look at which it does, and the stated error rate holds.

Soundness of `TwoShares`: for a block of n_a and n_b answers the likelihood ratio of (p_a, p_b) against the common share
p_0 = (n_a p_a + n_b p_b)/(n_a + n_b) has expectation 1 under every common share, and at most 1 wherever the second
share is not below the first, if p_b < p_a (Turner, Ly & Grünwald 2024, "Generic E-variables for exact sequential
k-sample tests that allow for optional stopping"). The alternative (p_a, p_b) of a block is estimated from earlier
blocks only, and the product of such ratios is then an e-process. Where it does not say `worse`, the ratio is 1.

Soundness of `Pairs`: where both models answered the same mail, only mails on which exactly one was right tell them
apart. Under the null the second one is right on at least half of these; the likelihood ratio of a share below one half
against one half has expectation at most 1 then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp, log

_PRIOR = 1.0
"""Right and wrong answers that each share begins with (Laplace): no estimate is 0 or 1."""


@dataclass(slots=True)
class Share:
    """Answers of one model so far."""

    right: float = _PRIOR
    wrong: float = _PRIOR

    @property
    def value(self) -> float:
        """Estimated share of right answers."""
        return self.right / (self.right + self.wrong)

    def add(self, right: int, wrong: int) -> None:
        """Counts a block."""
        self.right += right
        self.wrong += wrong


@dataclass(slots=True)
class TwoShares:
    """Evidence that the second model is right less often than the first, each on mails of its own."""

    log_e: float = 0.0
    peak: float = 0.0
    """Highest logarithm so far; a trial that reached the limit once stays stopped."""
    first: Share = field(default_factory=Share)
    second: Share = field(default_factory=Share)

    def add(self, first_right: int, first_wrong: int, second_right: int, second_wrong: int) -> None:
        """Takes the next block; blocks must not be chosen by their answers."""
        a, b = self.first.value, self.second.value
        n_a, n_b = first_right + first_wrong, second_right + second_wrong
        if b < a and n_a and n_b:
            common = (n_a * a + n_b * b) / (n_a + n_b)
            self.log_e += first_right * log(a / common) + first_wrong * log((1 - a) / (1 - common))
            self.log_e += second_right * log(b / common) + second_wrong * log((1 - b) / (1 - common))
            self.peak = max(self.peak, self.log_e)
        self.first.add(first_right, first_wrong)
        self.second.add(second_right, second_wrong)

    @property
    def p_value(self) -> float:
        """An always-valid p-value of `not worse`."""
        return exp(-self.peak)


@dataclass(slots=True)
class Pairs:
    """Evidence that the second model is right less often than the first on the same mails."""

    log_e: float = 0.0
    peak: float = 0.0
    only: Share = field(default_factory=Share)
    """Mails on which only the second was right, and on which only the first was."""

    def add(self, second_alone: bool) -> None:
        """Takes the next mail on which exactly one was right."""
        share = self.only.value
        if share < 1 / 2:
            self.log_e += log(2 * (share if second_alone else 1 - share))
            self.peak = max(self.peak, self.log_e)
        self.only.add(int(second_alone), int(not second_alone))

    @property
    def p_value(self) -> float:
        """An always-valid p-value of `not worse`."""
        return exp(-self.peak)


def worse_share(blocks: Iterable[tuple[int, int, int, int]]) -> TwoShares:
    """Evidence after blocks of (first right, first wrong, second right, second wrong)."""
    found = TwoShares()
    for block in blocks:
        found.add(*block)
    return found


def worse_pairs(second_alone: Iterable[bool]) -> Pairs:
    """Evidence after mails on which exactly one model was right, in the order in which they were checked."""
    found = Pairs()
    for one in second_alone:
        found.add(one)
    return found
