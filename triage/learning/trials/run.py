"""Begins, judges and ends trials; each step is a row of ops/promotions.

The row is written first. What a killed process left out is done by the next: a trial whose end is written, but which is
still in the registry, is ended, and one whose start is written, but which is not there, has not begun.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from datetime import UTC, datetime

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.registry.champion import require_heads
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.registry.trial import Trial, TrialKind, end_trial, read_trial, set_trial
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, LEDGER, PROMOTIONS, SHADOW_LABELS
from triage.learning.promotion.records import promotion_row, write_decision
from triage.learning.trials.evidence import TrialVerdict, checked_answers, judge

BY_TRIAL = "trial"
"""Who decided, where nobody did but the sequential test."""

_SHADOW_COLUMNS = ("mail_key", "head", "model_version", "label", "other_version", "other_label")


def start_trial(
    settings: Settings, store: Store, version: str, kind: TrialKind, by: str, reason: str, evidence: str = "{}"
) -> Trial:
    """Tries a version of the bundle beside the champion, from the next batch on.

    Raises ConfigError where there is no champion, the version is the champion, or another trial goes on; ModelError
    where the version does not fit the taxonomy or its files are not those that were registered.
    """
    registry, name = ModelRegistry(settings), settings.mlflow.registered_model
    champion = _startable(registry, name, version)
    model = registry.load(name, version)
    require_heads(model, tuple(head for head in load_taxonomy(settings) if head.name in model.heads))
    options = settings.learning.trials
    share = {"shadow": 0.0, "canary": options.canary_share, "ab": options.ab_share}[kind]
    after = store.last_batch(LEDGER)
    now = datetime.now(UTC)
    trial = Trial(kind=kind, version=version, share=share, salt=uuid.uuid4().hex, after_batch=after, started_at=now)
    details = json.dumps({"kind": kind, "share": share, "after_batch": after, "gate": json.loads(evidence)})
    store.add(PROMOTIONS, [promotion_row((name, version), champion, "started", by, reason, details)])
    set_trial(registry, name, trial)
    return trial


def _startable(registry: ModelRegistry, name: str, version: str) -> str:
    champion, running = registry.champion_version(name), read_trial(registry, name)
    if champion is None:
        raise ConfigError("There is no champion to try it beside.", where=name, remedy="Run the nightly job first.")
    if champion == version:
        raise ConfigError("It is the champion.", where=f"{name} version {version}", remedy="Name another version.")
    if running is not None and running.version != version:
        raise ConfigError(
            f"Version {running.version} is on trial.",
            where=name,
            remedy="End it with jobs/trial.py stop --reason TEXT.",
        )
    return champion


def current_trial(settings: Settings) -> Trial | None:
    """The trial that goes on; None where there is none."""
    return read_trial(ModelRegistry(settings), settings.mlflow.registered_model)


def trial_verdict(settings: Settings, store: Store, trial: Trial) -> TrialVerdict:
    """What the mails say that people checked so far."""
    corrections = [
        row for row in store.rows(CORRECTIONS, CORRECTIONS.column_names) if row["corrected_at"] >= trial.started_at
    ]
    keys = sorted({row["mail_key"] for row in corrections})  # a trial labels every mail, and people check few
    rows = store.rows(SHADOW_LABELS, _SHADOW_COLUMNS, mail_key=keys) if keys else ()
    answers = checked_answers(rows, corrections, trial.version)
    return judge(answers, settings.learning.trials, with_arms=trial.kind == "ab")


def step_trial(settings: Settings, store: Store) -> tuple[Trial, TrialVerdict] | None:
    """Ends the trial where its test says so: the version goes live, or the champion decides alone again.

    None where there is no trial.
    """
    trial = current_trial(settings)
    if trial is None:
        return None
    verdict = trial_verdict(settings, store, trial)
    if verdict.outcome != "open":
        goes_live = verdict.outcome == "better" or (
            verdict.outcome == "enough" and not settings.learning.trials.must_be_better
        )
        _end(settings, store, trial, "promoted" if goes_live else "stopped", BY_TRIAL, verdict.reason, verdict)
    return trial, verdict


def stop_trial(settings: Settings, store: Store, by: str, reason: str) -> Trial:
    """Ends the trial; the champion decides alone from the next batch on. Raises ConfigError where there is none."""
    trial = current_trial(settings)
    if trial is None:
        raise ConfigError(
            "No model is on trial.",
            where=settings.mlflow.registered_model,
            remedy="Begin with jobs/trial.py start --version V --kind shadow --reason TEXT.",
        )
    _end(settings, store, trial, "stopped", by, reason, trial_verdict(settings, store, trial))
    return trial


def _end(
    settings: Settings, store: Store, trial: Trial, decision: str, by: str, reason: str, verdict: TrialVerdict
) -> None:
    registry, name = ModelRegistry(settings), settings.mlflow.registered_model
    evidence = json.dumps({"trial": trial.salt, "kind": trial.kind, **asdict(verdict)})
    champion = registry.champion_version(name)
    row = promotion_row((name, trial.version), champion, decision, by, reason, evidence)
    if decision == "promoted":
        write_decision(store, settings, row)
    else:
        store.add(PROMOTIONS, [row])
    end_trial(registry, name)
