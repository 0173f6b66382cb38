"""Two faults of labels that no label shows: scores that mean something else than before, and a worse model."""

from __future__ import annotations

from collections.abc import Iterator

from triage.monitoring.measurement import Measurement
from triage.monitoring.performance.content import content_moved
from triage.monitoring.performance.expected import METRIC as EXPECTED
from triage.monitoring.performance.expected import expected_accuracy, heads_of
from triage.monitoring.performance.notes import (
    CONTENT_MOVED,
    EXPECTED_ACCURACY_FELL,
    LABELS_MOVED,
    MODEL_CHANGED,
    NO_REFERENCE,
    TOO_FEW_MAILS,
)
from triage.monitoring.performance.reference import counts_moved, nearest_reference, score_distance
from triage.monitoring.view import Reference, RunView

SCORE_SHIFT = "score_shift"
MODEL_CHANGE = "model_change"


def score_shift(view: RunView) -> Iterator[Measurement]:
    """Of each head: how far its scores moved beyond chance, where neither terms nor labels did.

    Other mail explains other scores; the same mail with other scores says that they mean something else.
    """
    reference = nearest_reference(view)
    for head in heads_of(view.now.run):
        mails = view.now.run.numbers(f"score.{head}").total
        name, note = f"{SCORE_SHIFT}.{head}", _why_not(view, head, reference)
        if note or reference is None:
            yield Measurement(name, None, mails=mails, note=note)
        else:
            yield Measurement(name, _scores_moved(view, head, reference), mails=mails)


def model_change(view: RunView) -> Iterator[Measurement]:
    """How much worse or other the labels are, beyond chance, since another model gives them; 0 by the same model.

    Of each head the larger one of the fall of its expected accuracy and the part of the mails whose label changed; and
    the largest of all heads.
    """
    found = [_changed(view, head) for head in heads_of(view.now.run)]
    yield from found
    known = [one for one in found if one.value is not None]
    if known:
        worst = max(known, key=lambda one: one.value or 0.0)
        yield Measurement(MODEL_CHANGE, worst.value, mails=worst.mails, note=worst.note)


def is_another_model(view: RunView) -> bool:
    """Whether another model labelled the last run that had one."""
    before = next((record.model_version for record in reversed(view.past) if record.model_version), None)
    return None not in (before, view.record.model_version) and before != view.record.model_version


def _why_not(view: RunView, head: str, reference: Reference | None) -> str:
    """The code that says why moved scores say nothing; empty where they do."""
    limits, now = view.settings.monitoring.performance, view.now.run
    if reference is None or not reference.profile.run.numbers(f"score.{head}").total:
        return NO_REFERENCE
    if now.numbers(f"score.{head}").total < limits.min_mails:
        return TOO_FEW_MAILS
    versions = {record.model_version for record in view.past if record.run_id in reference.runs}
    if versions - {view.record.model_version, None}:
        return MODEL_CHANGED
    return CONTENT_MOVED if content_moved(view, head, reference) else ""


def _scores_moved(view: RunView, head: str, reference: Reference) -> float:
    feature = f"score.{head}"
    now, usual = (profile.run.numbers(feature) for profile in (view.now, reference.profile))
    return score_distance(now, usual, view.settings.monitoring.confidence, reference.dispersion.get(feature, 1.0))


def _changed(view: RunView, head: str) -> Measurement:
    name, mails = f"{MODEL_CHANGE}.{head}", view.now.run.numbers(f"score.{head}").total
    if not is_another_model(view):
        return Measurement(name, 0.0, mails=mails)
    if mails < view.settings.monitoring.performance.min_mails:
        return Measurement(name, None, mails=mails, note=TOO_FEW_MAILS)
    reference = nearest_reference(view)
    effects = {
        EXPECTED_ACCURACY_FELL: _fall(view, head),
        LABELS_MOVED: counts_moved(view, f"label.{head}", reference) if reference else 0.0,
    }
    note = max(effects, key=effects.__getitem__)
    return Measurement(name, effects[note], mails=mails, note=note if effects[note] > 0 else MODEL_CHANGED)


def _fall(view: RunView, head: str) -> float:
    """How far the upper bound of the expected accuracy is below what was expected in the last run; 0 where unknown."""
    name = f"{EXPECTED}.{head}"
    past = [one.value for one in view.history(name) if one.by == "run" and one.value is not None]
    now = next((one for one in expected_accuracy(view) if one.by == "run" and one.metric == name), None)
    if not past or now is None or now.high is None:
        return 0.0
    return max(0.0, past[-1] - now.high)
