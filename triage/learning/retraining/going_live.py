"""What becomes of a new version: the gate decides, and a version that passes goes live or on trial."""

from __future__ import annotations

from dataclasses import replace

from pyspark.sql import DataFrame

from triage.learning.promotion.decide import act, promote_if_better
from triage.learning.promotion.gate import judge
from triage.learning.promotion.records import finish_promotions
from triage.learning.retraining.step import Learnt, Step
from triage.learning.trials.run import BY_TRIAL, current_trial, start_trial


def go_live(step: Step, so_far: Learnt, rows: DataFrame) -> Learnt:
    """The step with the verdict, carried out.

    A trial is one more test after the gate; while another one goes on, a version that passes waits for its end.
    """
    settings, store = step.settings, step.store
    name, version = settings.mlflow.registered_model, so_far.version or ""
    kind = settings.learning.trials.first
    if kind == "none":
        return replace(so_far, verdict=promote_if_better(settings, store, (name, version), rows))
    finish_promotions(settings, store)
    verdict = judge(settings, (name, version), rows)
    if not verdict.passed or verdict.champion is None:
        act(settings, store, verdict)
        return replace(so_far, verdict=verdict)
    if current_trial(settings) is None:
        start_trial(settings, store, version, kind, BY_TRIAL, " ".join(verdict.reasons), verdict.evidence())
        return replace(so_far, verdict=verdict, began_trial=kind)
    return replace(so_far, verdict=verdict)
