"""Expected accuracy without labels: confidence-based performance estimation (CBPE).

Where probabilities are calibrated, the probability of the label given is the chance that it is right, so the mean over
the mails decided is their expected accuracy (https://nannyml.readthedocs.io, Estimation of Performance of the
Monitored Model, CBPE). That holds as long as a score means on these mails what it meant on the held-out rows: labels
may be more or less frequent and scores higher or lower, but mail of a kind that the model has never seen breaks it.
Then nothing is estimated.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from triage.config.monitoring import PerformanceSettings
from triage.monitoring.intervals import Bounds, z_of
from triage.monitoring.measurement import Measurement
from triage.monitoring.performance.notes import MAIL_MOVED, NO_CALIBRATION, TOO_FEW_MAILS
from triage.monitoring.profiles.distributions import Counts, Numbers
from triage.monitoring.profiles.profile import Slice, SliceKey
from triage.monitoring.view import HeadFacts, PastValue, RunView

METRIC = "expected_accuracy"
KINDS = ("run", "language", "queue")
_ABSTAINED = "abstained."
_UNKNOWN = ("OUT_OF_DISTRIBUTION", "UNKNOWN_LANGUAGE")


def heads_of(part: Slice) -> list[str]:
    """The heads that have decisions in a slice, sorted."""
    return sorted(name.removeprefix(_ABSTAINED) for name in part.features if name.startswith(_ABSTAINED))


def decisions(part: Slice, head: str) -> Counts:
    """Mails of a slice by what became of a head: `decided`, or the reason to abstain."""
    return part.counts(_ABSTAINED + head)


def decided_scores(part: Slice, head: str) -> Numbers:
    """The calibrated probabilities of the labels that a head gave."""
    return part.numbers(f"decided_score.{head}")


@dataclass(frozen=True, slots=True)
class _Head:
    """A head in this run: what its model says of it, whether mail moved too far, what its slices had before."""

    name: str
    facts: HeadFacts | None
    moved: bool
    usual: Mapping[SliceKey, float]


def expected_accuracy(view: RunView) -> Iterator[Measurement]:
    """Of each head: for all mails, and by language and queue.

    Usual is the median of the slice in earlier runs by the same model; before there are any, the accuracy on held-out
    rows.
    """
    for name in heads_of(view.now.run):
        facts = view.model.heads.get(name) if view.model else None
        moved = scores_fell(view.now.run, name, facts, view.settings.monitoring.performance)
        head = _Head(name, facts, moved, _medians(by_the_same_model(view, f"{METRIC}.{name}")))
        for kind in KINDS:
            for value, part in view.now.of(kind):
                yield _measured(view, head, (kind, value), part)


def accuracy_bounds(scores: Numbers, facts: HeadFacts, confidence: float) -> Bounds:
    """Bounds of the true accuracy of the mails behind `scores`.

    Three errors: whether each mail is right is chance (Poisson-binomial variance, sum of p(1 − p)); the calibration
    was measured on a limited number of held-out rows; and it was off by `calibration_error` there (ECE, which bounds
    the difference between mean probability and accuracy from above).
    """
    share = scores.mean
    sampling = max(0.0, share - scores.squares / scores.total) / scores.total
    spread = 0.25 if facts.accuracy is None else facts.accuracy * (1 - facts.accuracy)
    # chance adds up as variances do; the calibration's own error has one direction for all mails, so it is added whole
    half = z_of(confidence) * math.sqrt(sampling + spread / facts.rows) + (facts.calibration_error or 0.0)
    return max(0.0, share - half), min(1.0, share + half)


def why_unknown(part: Slice, head: str, facts: HeadFacts | None, limits: PerformanceSettings) -> str:
    """The code that says why nothing can be estimated for a slice; empty where it can."""
    if decided_scores(part, head).total < limits.min_mails:
        return TOO_FEW_MAILS
    if facts is None or facts.calibration_error is None or facts.rows < limits.min_calibration_rows:
        return NO_CALIBRATION
    unknown = sum(decisions(part, head).share(reason) for reason in _UNKNOWN)
    return MAIL_MOVED if unknown > limits.max_unknown_share else ""


def is_known(view: RunView, head: str) -> bool:
    """Whether the accuracy of a head can be estimated for all mails of the run."""
    facts = view.model.heads.get(head) if view.model else None
    limits, run = view.settings.monitoring.performance, view.now.run
    return not why_unknown(run, head, facts, limits) and not scores_fell(run, head, facts, limits)


def scores_fell(part: Slice, head: str, facts: HeadFacts | None, limits: PerformanceSettings) -> bool:
    """Whether the scores of all mails are lower than those of held-out rows, decided or not.

    On held-out rows a calibrated model's mean score is its accuracy. Mail of a kind that it has not learnt gets lower
    scores, but not low enough: the fall shows that there is such mail, not how often its labels are wrong.
    """
    if facts is None or facts.accuracy is None:
        return False
    return facts.accuracy - part.numbers(f"score.{head}").mean > limits.max_score_fall


def by_the_same_model(view: RunView, metric: str) -> list[PastValue]:
    """Earlier values of a metric in runs that the model in force labelled: another model has another level."""
    versions = {record.run_id: record.model_version for record in view.past}
    version = view.record.model_version
    return [one for one in view.history(metric) if versions.get(one.run_id, version) == version]


def _medians(past: Sequence[PastValue]) -> dict[SliceKey, float]:
    """The median of each slice's values."""
    values: dict[SliceKey, list[float]] = defaultdict(list)
    for one in past:
        if one.value is not None:
            values[one.by, one.slice].append(one.value)
    return {key: median(own) for key, own in values.items()}


def _measured(view: RunView, head: _Head, key: SliceKey, part: Slice) -> Measurement:
    settings, facts, scores = view.settings.monitoring, head.facts, decided_scores(part, head.name)
    # a slice may be harder than others, which its lower scores say rightly; only those of all mails say that mail moved
    note = why_unknown(part, head.name, facts, settings.performance) or (MAIL_MOVED if head.moved else "")
    name, usual = f"{METRIC}.{head.name}", head.usual.get(key, facts.accuracy if facts else None)
    if note or facts is None:
        return Measurement(name, None, *key, usual=usual, mails=scores.total, note=note)
    low, high = accuracy_bounds(scores, facts, settings.confidence)
    return Measurement(name, scores.mean, *key, low, high, usual, scores.total)
