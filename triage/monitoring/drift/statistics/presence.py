"""Features of which a mail has several values at once, such as its terms: each value is compared for itself.

Shares of occurrences would not do. What a new topic adds is a small share of all words, and a long mail would count for
many; and an absent subject takes its share from six other columns, which hides it. The share of mails that have a value
counts each mail once, as χ² needs it, and reads as what it is: the word is in 12 % of the mails, where it was in 2 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from triage.monitoring.drift.statistics.measures import PSEUDO_COUNT
from triage.monitoring.drift.statistics.verdict import Evidence, Floats, Limits, bounds, p_values, simes
from triage.monitoring.profiles.distributions import FEWEST_MAILS, MOST_TERMS
from triage.monitoring.profiles.profile import Slice

PRESENCE = frozenset({"marks", "present", "terms", "valid"})
"""Names of the features; all others have one value a mail."""

TERM = "term {}"
"""Name of a term that has no word."""

_FEWEST_SHARE = 0.02
"""Share of mails that a value has at least, now or before: of rarer ones none could move by a PSI that counts."""


@dataclass(frozen=True, slots=True)
class Presences:
    """Values with the mails that have them, in the reference and now, sorted by their PSI, the greatest first."""

    values: tuple[str, ...]
    was: Floats
    now: Floats
    psi: Floats


def presences(feature: str, part: Slice) -> dict[str, float]:
    """Mails by value."""
    if feature == "terms":
        return {TERM.format(term): float(count) for term, count in part.terms().mails.items()}
    return {value: float(count) for value, count in part.counts(feature).counts.items()}


def compared(feature: str, was: Slice, now: Slice, runs: int = 1) -> Presences:
    """The values that are frequent enough in either; `was` is the sum of this many runs.

    A term that is not among the stored ones of one side is there in anything between no mail and what would have been
    stored of it: half of that is taken.
    """
    before, present = presences(feature, was), presences(feature, now)
    left_out = [_left_out(feature, was, runs), _left_out(feature, now, 1)]
    values = [v for v in sorted(before.keys() | present.keys()) if _is_frequent(v, before, present, was, now)]
    counts = [
        np.array([found.get(v, rest) for v in values]) for found, rest in zip((before, present), left_out, strict=True)
    ]
    found = binary_psi(counts[0], was.published, counts[1], now.published)
    order = np.argsort(-found, kind="stable")
    return Presences(tuple(values[i] for i in order), counts[0][order], counts[1][order], found[order])


def binary_psi(was: Floats, was_mails: int, now: Floats, now_mails: int) -> Floats:
    """PSI of each value as present or absent: (q − p) · (logit q − logit p)."""
    p, q = ((c + PSEUDO_COUNT) / (n + 2 * PSEUDO_COUNT) for c, n in ((was, was_mails), (now, now_mails)))
    p, q = (np.clip(share, 1e-9, 1 - 1e-9) for share in (p, q))
    return np.asarray((q - p) * (np.log(q / (1 - q)) - np.log(p / (1 - p))), float)


def evidence_of(found: Presences, sizes: tuple[float, float], limits: Limits) -> Evidence:
    """Of the value that moved most, in view of how many values there are.

    Its interval is at the confidence that all intervals hold at once (Bonferroni), since it was chosen for its size.
    """
    if not found.values:
        return Evidence(0.0, 0.0, 0.0, 1.0, 1.0)
    unit, tail = 1 / sizes[0] + 1 / sizes[1], (1 - limits.confidence) / 2 / len(found.values)
    strongest = found.psi[:1]
    low, high = (float(bounds(strongest, unit, 1, chance)[0]) for chance in (1 - tail, tail))
    watch, alert = (simes(p_values(found.psi, unit, 1, limit)) for limit in (limits.watch, limits.alert))
    return Evidence(max(0.0, float(strongest[0]) - unit), low, high, watch, alert)


def unseen_terms_share(was: Slice, now: Slice, runs: int = 1) -> float:
    """Share of the occurrences now of terms that are new: the reference does not have them, and would if it knew them.

    A stored profile leaves rare terms out, so only those count that are at least twice as frequent as what it keeps.
    """
    before, present = was.terms().mails, now.terms()
    if not before or not present.total:
        return 0.0
    kept = 2 * _kept_from(was) * runs / max(1, was.published) * now.published
    return sum(n for term, n in present.mails.items() if term not in before and n >= kept) / present.total


def _left_out(feature: str, part: Slice, runs: int) -> float:
    return (_kept_from(part) - 1) * runs / 2 if feature == "terms" else 0.0


def _kept_from(part: Slice) -> int:
    """Mails of one run that a term must be in to be stored."""
    stored = part.terms().mails
    return max(FEWEST_MAILS, min(stored.values()) if len(stored) >= MOST_TERMS else 0)


def _is_frequent(value: str, before: Mapping[str, float], present: Mapping[str, float], was: Slice, now: Slice) -> bool:
    shares = (
        before.get(value, 0.0) / max(1, was.published),
        present.get(value, 0.0) / max(1, now.published),
    )
    return max(shares) >= _FEWEST_SHARE
