"""What becomes of a new version: the gate decides, and a version that passes goes live, on trial, or waits."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from pyspark.sql import DataFrame

from triage.config import Settings
from triage.lake.store import Store
from triage.learning.promotion.decide import Override, promote_if_better
from triage.learning.promotion.judging.case import Version
from triage.learning.promotion.verdict import Verdict
from triage.learning.trials.run import BY_TRIAL, current_trial, start_trial


def go_live(
    settings: Settings,
    store: Store,
    challenger: Version,
    rows: DataFrame,
    *,
    override: Override | None = None,
    look: int | None = None,
) -> Verdict:
    """The verdict, carried out; `look` is as in `judge`.

    Where `learning.trials.first` says so, a bundle that passes is tried before it goes live; who overrides the gate
    overrides the trial, too. While another trial goes on, it waits for a person.
    """
    is_tried = settings.learning.trials.first != "none" and challenger[0] == settings.mlflow.registered_model
    first = partial(_tried, settings, store) if is_tried and override is None else None
    return promote_if_better(settings, store, challenger, rows, override, look, first)


def _tried(settings: Settings, store: Store, verdict: Verdict) -> Verdict:
    """The verdict of a version that passes: its trial begins, or it waits while another one goes on."""
    running, kind = current_trial(settings), settings.learning.trials.first
    assert kind != "none"
    if running is None:
        reason = " ".join(verdict.reasons)
        start_trial(settings, store, verdict.version, kind, BY_TRIAL, reason, verdict.evidence(), passed=True)
        return replace(verdict, decision="on_trial")
    why = f"Version {running.version} is on trial: end that trial, then approve this one or start its trial."
    return replace(verdict, decision="awaits_approval", reasons=(*verdict.reasons, why))
