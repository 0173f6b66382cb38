"""Tail probabilities and the CUSUM that the tests for attacks use."""

from __future__ import annotations

import math
from collections.abc import Sequence


def binomial_tail(hits: int, rows: int, share: float) -> float:
    """Probability of at least `hits` among `rows`, each with probability `share`."""
    from scipy.stats import binom

    return float(binom.sf(hits - 1, rows, min(max(share, 1e-9), 1.0)))


def excess_tail(hits: int, rows: int, other_hits: int, other_rows: int) -> float:
    """Probability of at least `hits` among `rows` if hits fall alike here and elsewhere (Fisher's exact test)."""
    from scipy.stats import hypergeom

    return float(hypergeom.sf(hits - 1, rows + other_rows, hits + other_hits, rows))


def combined(one: float, other: float) -> float:
    """Probability of two independent tails whose product is as small (Fisher 1925): q (1 - ln q), q their product."""
    product = max(one * other, 1e-300)
    return product * (1 - math.log(product))


def cusum_alarm(hits: Sequence[bool], usual: float, raised: float, false_alarm: float) -> int | None:
    """Place at which a CUSUM of hits (Page 1954) alarms for a rate that rose from `usual` to `raised`; None without.

    It sums log-likelihood ratios, never below 0, and alarms at h = log(n / false_alarm). An alarm means that the sum
    from some start reached h. From one start that has probability of at most e^-h at the usual rate (Wald 1945: the
    likelihood ratio is a martingale of mean 1), so from any of the n starts at most n e^-h, which is `false_alarm`.
    """
    if not hits:
        return None
    limit = math.log(len(hits) / false_alarm)
    up, down = math.log(raised / usual), math.log((1 - raised) / (1 - usual))
    total = 0.0
    for place, hit in enumerate(hits):
        total = max(0.0, total + (up if hit else down))
        if total >= limit:
            return place
    return None
