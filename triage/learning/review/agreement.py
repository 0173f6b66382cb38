"""How far reviewers agree: Cohen's kappa of pairs and Krippendorff's alpha of all, with bootstrap intervals.

Kappa (Cohen 1960) is scikit-learn's. Alpha for labels without an order, with mails that not everybody saw, is
Krippendorff's ("Computing Krippendorff's alpha-reliability", 2011). Its few lines are here and not from the package
`krippendorff` because the bootstrap then needs one product of matrices instead of a thousand calls.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from triage.learning.review.answers import Answers
from triage.monitoring.performance.corrections import MOVE

Floats = npt.NDArray[np.float64]
Seen = Mapping[str, Mapping[str, str]]
"""By mail the label that each person gave."""

RESAMPLES = 1_000
CONFIDENCE = 0.95
FEWEST = 10
"""Mails that two people both saw, from which their kappa is shown."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient, 1 for full agreement and 0 for what chance gives, with its interval (percentile bootstrap).

    `who` names the two people of a kappa and is empty for the alpha of all. `share` is that of equal pairs of labels.
    `value` is None where everybody gave the same label to everything, since chance would do so, too; `low` and `high`
    are None where the resamples do not give them.
    """

    head: str
    who: tuple[str, ...]
    mails: int
    share: float
    value: float | None
    low: float | None
    high: float | None


def agreements(answers: Answers, seed: int = 0) -> list[Agreement]:
    """By head the alpha of all reviewers, then the kappa of each pair with FEWEST mails or more in common."""
    found = []
    for head, seen in sorted(_seen_twice(answers).items()):
        found.append(_alpha_of(head, seen, np.random.default_rng(seed)))
        for pair in combinations(sorted({who for own in seen.values() for who in own}), 2):
            both = [(own[pair[0]], own[pair[1]]) for own in seen.values() if pair[0] in own and pair[1] in own]
            if len(both) >= FEWEST:
                found.append(_kappa_of(head, pair, both, np.random.default_rng(seed)))
    return found


def _seen_twice(answers: Answers) -> dict[str, dict[str, dict[str, str]]]:
    """By head and mail the label of each person, where two or more stated one."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for (mail_key, head), own in answers.items():
        stated = {one.who: one.label for one in own if one.source != MOVE}
        if len(stated) > 1:
            found.setdefault(head, {})[mail_key] = stated
    return found


def alpha(counts: Floats, weights: Floats | None = None) -> Floats:
    """Krippendorff's alpha for labels without an order; NaN where only one label occurs.

    `counts`: units × labels, how often each unit was given each label; units with one value do not count. `weights`:
    samples × units, how often each unit is in a sample, one alpha for each; by default one sample with all.
    """
    counts = counts[counts.sum(axis=1) > 1]
    if weights is None:
        weights = np.ones((1, len(counts)))
    sizes = counts.sum(axis=1)
    disagreeing = (counts * (sizes[:, None] - counts)).sum(axis=1) / (sizes - 1)
    totals = weights @ counts
    values = totals.sum(axis=1)
    expected = (totals * (values[:, None] - totals)).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(expected > 0, 1 - (values - 1) * (weights @ disagreeing) / expected, np.nan))


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa of two people's labels; NaN where both gave one label to everything."""
    from sklearn.metrics import cohen_kappa_score

    if len({label for pair in pairs for label in pair}) < 2:
        return float("nan")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(cohen_kappa_score(*zip(*pairs, strict=True)))


def _alpha_of(head: str, seen: Seen, rng: np.random.Generator) -> Agreement:
    labels = sorted({label for own in seen.values() for label in own.values()})
    rows = [list(own.values()) for own in seen.values()]
    counts = np.array([[row.count(label) for label in labels] for row in rows], dtype=np.float64)
    draws = rng.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=RESAMPLES).astype(np.float64)
    sizes = counts.sum(axis=1)
    share = (counts * (counts - 1)).sum() / (sizes * (sizes - 1)).sum()
    low, high = _interval(alpha(counts, draws))
    return Agreement(head, (), len(seen), float(share), _known(float(alpha(counts)[0])), low, high)


def _kappa_of(head: str, who: tuple[str, str], pairs: Sequence[tuple[str, str]], rng: np.random.Generator) -> Agreement:
    draws = rng.integers(len(pairs), size=(RESAMPLES, len(pairs)))
    low, high = _interval(_kappas(pairs, draws))
    share = sum(one == other for one, other in pairs) / len(pairs)
    return Agreement(head, who, len(pairs), share, _known(kappa(pairs)), low, high)


def _kappas(pairs: Sequence[tuple[str, str]], draws: npt.NDArray[np.int64]) -> Floats:
    """The kappa of each resample, by the formula that `kappa` calls."""
    labels = sorted({label for pair in pairs for label in pair})
    ones, others = (np.array([labels.index(pair[side]) for pair in pairs]) for side in (0, 1))
    observed = (ones == others)[draws].mean(axis=1)
    shares = [
        np.stack([(side == n)[draws].mean(axis=1) for n in range(len(labels))], axis=1) for side in (ones, others)
    ]
    chance = (shares[0] * shares[1]).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(chance < 1, (observed - chance) / (1 - chance), np.nan))


def _interval(values: Iterable[float]) -> tuple[float | None, float | None]:
    known = np.array([value for value in values if not np.isnan(value)])
    if not len(known):
        return None, None
    low, high = np.quantile(known, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
