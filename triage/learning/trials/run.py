"""Begins, judges and ends trials; each step is a row of ops/promotions.

The row is written first. What a killed process left out `finish_trial` does: a trial whose end is written, but which
is still in the registry, is ended, and one whose start is written, but which is not there, begins.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.registry.champion import require_heads
from triage.labelling.registry.decisions import GATE, ON_TRIAL, PENDING, REFUSED, DecisionLog
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.registry.trial import Trial, TrialKind, end_trial, read_trial, set_trial
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, LEDGER, PROMOTIONS, SHADOW_LABELS
from triage.learning.promotion.records import GO_LIVE, promotion_row, read_decisions, write_decision
from triage.learning.relabel.models import bundle_heads
from triage.learning.trials.evidence import TrialVerdict, checked_answers, judge

_BEGUN, _PASSED = "begun", "passed"
"""Where the evidence of a row `started` holds the trial, and whether the gate let its version pass."""

BY_TRIAL = "trial"
"""Who decided, where nobody did but the sequential test."""

_SHADOW_COLUMNS = ("mail_key", "head", "model_version", "label", "other_version", "other_label")


def start_trial(
    settings: Settings,
    store: Store,
    version: str,
    kind: TrialKind,
    by: str,
    reason: str,
    evidence: str = "{}",
    *,
    passed: bool = False,
) -> Trial:
    """Tries a version of the bundle beside the champion, from the next batch on; `passed` notes that the gate let it.

    Raises ConfigError where there is no champion, the version is the champion, or another trial goes on; ModelError
    where the version does not fit the taxonomy or its files are not those that were registered.
    """
    registry, name = ModelRegistry(settings), settings.mlflow.registered_model
    _startable(registry, name, version)
    model = registry.load(name, version)
    require_heads(model, bundle_heads(registry, settings, load_taxonomy(settings)))
    options = settings.learning.trials
    share = {"shadow": 0.0, "canary": options.canary_share, "ab": options.ab_share}[kind]
    after = store.last_batch(LEDGER)
    now = datetime.now(UTC)
    trial = Trial(kind=kind, version=version, share=share, salt=uuid.uuid4().hex, after_batch=after, started_at=now)
    begun = {_BEGUN: trial.model_dump(mode="json"), _PASSED: passed}
    details = json.dumps({**begun, "gate": json.loads(evidence)})
    with store.alone(PROMOTIONS):
        champion = _startable(registry, name, version)
        store.add(PROMOTIONS, [promotion_row((name, version), champion, "started", by, reason, details)])
        _set(settings, trial, passed=passed)
    return trial


def _set(settings: Settings, trial: Trial, *, passed: bool) -> None:
    name = settings.mlflow.registered_model
    if passed:
        DecisionLog(settings).tag(name, trial.version, {GATE: ON_TRIAL})
    set_trial(ModelRegistry(settings), name, trial)


def _startable(registry: ModelRegistry, name: str, version: str) -> str:
    registry.require_version(name, version)
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


def champion_of(settings: Settings) -> str | None:
    """The version that the one on trial is compared with."""
    return ModelRegistry(settings).champion_version(settings.mlflow.registered_model)


def trial_verdict(settings: Settings, store: Store, trial: Trial, champion: str | None) -> TrialVerdict:
    """What the mails say that people checked so far, of the version on trial and this champion."""
    corrections = [
        row for row in store.rows(CORRECTIONS, CORRECTIONS.column_names) if row["corrected_at"] >= trial.started_at
    ]
    keys = sorted({row["mail_key"] for row in corrections})  # a trial labels every mail, and people check few
    rows = store.rows(SHADOW_LABELS, _SHADOW_COLUMNS, mail_key=keys) if keys else ()
    answers = checked_answers(rows, corrections, trial.version, champion)
    days = (datetime.now(UTC) - trial.started_at).days
    return judge(answers, settings.learning.trials, with_arms=trial.kind == "ab", days=days)


def step_trial(settings: Settings, store: Store) -> tuple[Trial, TrialVerdict] | None:
    """Ends the trial where its test says so: the version goes live, or the champion decides alone again.

    Finishes first what a killed process left. None where there is no trial.
    """
    finish_trial(settings, store)
    trial = current_trial(settings)
    if trial is None:
        return None
    champion = champion_of(settings)
    verdict = trial_verdict(settings, store, trial, champion)
    if verdict.outcome != "open":
        decision = _decision(settings, trial, verdict)
        _end(settings, store, trial, decision, BY_TRIAL, verdict.reason, verdict, compared_with=champion)
    return trial, verdict


def _decision(settings: Settings, trial: Trial, verdict: TrialVerdict) -> str:
    """What a trial that is over comes to. A version that is not better goes live only if the gate let it pass."""
    tags = ModelRegistry(settings).version_tags(settings.mlflow.registered_model, trial.version)
    passed = tags.get(GATE) not in (PENDING, REFUSED)
    enough = verdict.outcome == "enough" and passed and not settings.learning.trials.must_be_better
    if verdict.outcome != "better" and not enough:
        return "stopped"
    return "awaits_approval" if settings.learning.promotion.approval else "promoted"


def finish_trial(settings: Settings, store: Store) -> None:
    """Begins or ends the trial where a killed process had only written that it begins or ends."""
    registry, name = ModelRegistry(settings), settings.mlflow.registered_model
    with store.alone(PROMOTIONS):
        rows = read_decisions(store, model=[name])
        begun = max((at for at, row in enumerate(rows) if row["decision"] == "started"), default=None)
        details = {} if begun is None else json.loads(rows[begun]["evidence"])
        if begun is None or _BEGUN not in details:  # rows of earlier versions do not hold the trial
            return
        trial, running = Trial.model_validate(details[_BEGUN]), read_trial(registry, name)
        over = any(_ends(row, trial) for row in rows[begun + 1 :])
        if over and running == trial:
            end_trial(registry, name)
        elif not over and running is None:
            _set(settings, trial, passed=details[_PASSED])


def _ends(row: Mapping[str, Any], trial: Trial) -> bool:
    """Whether a later decision ends the trial: on its own version, a rollback, or another champion.

    The version was compared with the champion of then, by the gate and by the trial, and with no other.
    """
    return bool(row["version"] == trial.version or row["decision"] in ("rolled_back", *GO_LIVE))


def stop_trial(settings: Settings, store: Store, by: str, reason: str) -> Trial:
    """Ends the trial; the champion decides alone from the next batch on. Raises ConfigError where there is none."""
    trial = current_trial(settings)
    if trial is None:
        raise ConfigError(
            "No model is on trial.",
            where=settings.mlflow.registered_model,
            remedy="Begin with jobs/trial.py start --version V --kind shadow --reason TEXT.",
        )
    _end(settings, store, trial, "stopped", by, reason, trial_verdict(settings, store, trial, champion_of(settings)))
    return trial


def _end(
    settings: Settings,
    store: Store,
    trial: Trial,
    decision: str,
    by: str,
    reason: str,
    verdict: TrialVerdict,
    *,
    compared_with: str | None = None,
) -> None:
    """Does nothing where the trial is over meanwhile, or another champion in force than it was `compared_with`."""
    registry, name = ModelRegistry(settings), settings.mlflow.registered_model
    evidence = json.dumps({"trial": trial.salt, "kind": trial.kind, **asdict(verdict)})
    with store.alone(PROMOTIONS):
        champion = registry.champion_version(name)
        if read_trial(registry, name) != trial or compared_with not in (None, champion):
            return
        row = promotion_row((name, trial.version), champion, decision, by, reason, evidence)
        if decision == "stopped":
            store.add(PROMOTIONS, [row])
        else:
            write_decision(store, settings, row)
        end_trial(registry, name)
