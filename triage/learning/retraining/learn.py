"""The whole step of `jobs/learn.py`: a trial's verdict, then corrections, guards, training, gate.

Killed at any moment it leaves no half-promoted model: the training set is stored before the model is registered, the
gate's decision before the alias moves, and a version that is registered but not decided on is what the next start goes
on with.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from triage.config import Settings
from triage.labelling.registry.trial import Trial
from triage.lake.store import Store
from triage.lake.tables import TRAINING_SETS
from triage.learning.guards.outcome import Example
from triage.learning.promotion.records import finish_promotions
from triage.learning.retraining.due import Due, find_due
from triage.learning.retraining.fit import fit, register
from triage.learning.retraining.judged import look_at, too_few
from triage.learning.retraining.sets.gate import GateMail, gate_frame, gate_mails
from triage.learning.retraining.sets.material import Material, read_material
from triage.learning.retraining.sets.parts import draw_parts
from triage.learning.retraining.sets.training_set import TrainingSet, make_set, stored_set
from triage.learning.retraining.state import heads_apart, new_examples, read_state, trainings_by_version, unfinished
from triage.learning.retraining.step import Learnt, Step
from triage.learning.retraining.weighing import weighed
from triage.learning.trials.evidence import TrialVerdict
from triage.learning.trials.going_live import go_live
from triage.learning.trials.run import step_trial
from triage.learning.unerased import add_unerased
from triage.privacy.pseudonyms.keys import Keys
from triage.progress import Progress
from triage.spark.session import spark_session


def learn(settings: Settings, keys: Keys, progress: Progress, *, force: bool = False) -> Learnt:
    """One step; `force` trains even where nothing says so, if there is any new correction.

    Raises as training and the gate do.
    """
    store = Store(lambda: spark_session(settings, "learn"), settings.lake.root)
    step = Step(settings, store, keys, progress, datetime.now(UTC))
    finish_promotions(settings, store)
    trial = step_trial(settings, store)
    with progress.stage("read", "corrections"):
        material = read_material(store)
    with progress.stage("guards", f"{len(material.corrections)} corrections"):
        found = weighed(store, settings, material, step.now)
    trainings = trainings_by_version(settings)
    new = new_examples(found.examples, material.used, set(trainings.values()), material.facts)
    state = read_state(store, material.used, trainings, len(new))
    due = _while_tried(find_due(state, settings.learning.retraining, step.now), trial)
    chosen = _set(step, material, found.examples)
    lacking = too_few(settings, _gate_mails(step, chosen, material))
    due = replace(due, obstacles=tuple(filter(None, (*due.obstacles, lacking))))
    so_far = Learnt(due, found, len(new), trial, heads_apart=heads_apart(settings), lacking=lacking)
    left = unfinished(settings, store, trainings)
    if left is not None:
        training_id, version = left
        so_far = replace(so_far, training_id=training_id, version=version)
        return _decided(step, so_far, stored_set(store, training_id), material)
    if not (due.is_due or (force and new)):
        return so_far
    return _trained(step, so_far, material, chosen)


def _while_tried(due: Due, trial: tuple[Trial, TrialVerdict] | None) -> Due:
    """A training waits for the end of a trial: a model is compared with the champion, which the trial may replace."""
    if trial is None or trial[1].outcome != "open":
        return due
    return replace(due, obstacles=(*due.obstacles, f"Version {trial[0].version} is on trial."))


def _trained(step: Step, so_far: Learnt, material: Material, chosen: TrainingSet) -> Learnt:
    with step.progress.stage("train", f"{len(chosen.rows)} corrected labels"):
        made = fit(step.spark, step.store, chosen, step.settings, step.progress.log)
    # before the registration: a model that is registered has a set from which it can be rebuilt
    chosen = replace(chosen, rows=add_unerased(step.store, TRAINING_SETS, chosen.rows, step.keys))
    version = register(made, step.settings)
    so_far = replace(so_far, training_id=chosen.training_id, version=version, not_learnt=made.not_learnt)
    return _decided(step, so_far, chosen, material)


def _set(step: Step, material: Material, examples: Sequence[Example]) -> TrainingSet:
    share = step.settings.learning.retraining.gate_share
    parts = draw_parts(
        material.facts, material.used, share, step.keys, apart=material.apart, at_random=material.at_random
    )
    return make_set(f"{step.now:%Y%m%d}-{uuid.uuid4().hex[:8]}", step.now, examples, parts)


def _decided(step: Step, so_far: Learnt, chosen: TrainingSet, material: Material) -> Learnt:
    """The gate, on mails that were chosen whatever the models say of them and that no model learnt from."""
    settings, store, version = step.settings, step.store, so_far.version or ""
    mails = _gate_mails(step, chosen, material)
    with step.progress.stage("gate", f"version {version}, {len(mails)} mails"):
        challenger, look = (settings.mlflow.registered_model, version), look_at(settings, store, version)
        verdict = go_live(settings, store, challenger, gate_frame(store, mails), look=look)
    return replace(so_far, verdict=verdict)


def _gate_mails(step: Step, chosen: TrainingSet, material: Material) -> list[GateMail]:
    return gate_mails(material, [*material.used, *chosen.rows], step.settings.learning.guards, step.now)
