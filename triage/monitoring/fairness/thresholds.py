"""What thresholds by slice would change: abstention and expected errors of each slice, before and after.

A calculation only. Languages have thresholds of their own where training finds them cheaper
(triage/labelling/evaluation/abstention.py); a threshold by length, style or sender is applied nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from triage.monitoring.performance.expected import decided_scores, decisions, is_known
from triage.monitoring.profiles.profile import Slice
from triage.monitoring.view import RunView

Floats = npt.NDArray[np.float64]
Aim = Literal["error", "abstention"]

_RANKS = [(rank + 0.5) / 400 for rank in range(400)]
_DECIDED, _LOW_SCORE = "decided", "LOW_SCORE"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shares of a slice: mails left to people, and labels that are expected to be wrong (None without labels)."""

    abstention: float
    error: float | None


@dataclass(frozen=True, slots=True)
class SliceThreshold:
    """A slice with the threshold that makes it equal to all mails."""

    by: str
    slice: str
    mails: int
    threshold: float
    before: Outcome
    after: Outcome


def equalized(view: RunView, head: str, kind: str, aim: Aim = "error") -> Iterator[SliceThreshold]:
    """Each slice of a kind with enough mails, with the threshold that gives it the error, or abstention, of all mails.

    Nothing where errors cannot be estimated. Reasons to abstain other than a low score stay as they are; scores are
    taken from sketches, so shares are right to within 2 points.
    """
    if not is_known(view, head):
        return
    target, least = outcome_of(view.now.run, head), view.settings.monitoring.fairness.min_mails
    for value, part in view.now.of(kind):
        outcomes, scores = decisions(part, head), _scores(part, head)
        if outcomes.total < least or not scores.size or target.error is None:
            continue
        other = 1 - outcomes.share(_DECIDED) - outcomes.share(_LOW_SCORE)
        threshold = _for_error(scores, target.error) if aim == "error" else _for_share(scores, target.abstention, other)
        after = _at(scores, threshold, other)
        yield SliceThreshold(kind, value, outcomes.total, threshold, outcome_of(part, head), after)


def outcome_of(part: Slice, head: str) -> Outcome:
    """Abstention and expected error of a slice as it was decided."""
    scores = decided_scores(part, head)
    return Outcome(1 - decisions(part, head).share(_DECIDED), 1 - scores.mean if scores.total else None)


def _scores(part: Slice, head: str) -> Floats:
    """Scores that stand for equally many mails each, the lowest first."""
    return np.array(part.numbers(f"score.{head}").quantiles(_RANKS), dtype=np.float64)


def _for_error(scores: Floats, error: float) -> float:
    """The lowest threshold at which the labels given are no more often wrong than `error`; 1 where none is."""
    means = np.cumsum(scores[::-1])[::-1] / np.arange(len(scores), 0, -1)
    reached = np.flatnonzero(1 - means <= error)
    return float(scores[reached[0]]) if reached.size else 1.0


def _for_share(scores: Floats, abstention: float, other: float) -> float:
    """The threshold below which, with `other` reasons, the share `abstention` of the mails is left to people."""
    below = 0.0 if other >= 1 else max(0.0, (abstention - other) / (1 - other))
    return float(scores[min(len(scores) - 1, round(below * len(scores)))])


def _at(scores: Floats, threshold: float, other: float) -> Outcome:
    decided = scores[scores >= threshold]
    share = decided.size / scores.size * (1 - other)
    return Outcome(1 - share, float(1 - decided.mean()) if decided.size else None)
