"""What the lake and the registry say on whether a training is due, and on one that was not finished."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from triage.config import Settings
from triage.labelling.registry.champion import head_model_name
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.registry.registered_models import registered_models
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import ALERTS, MEASURES, PROMOTIONS, RUNS
from triage.learning.guards.outcome import Example
from triage.learning.retraining.due import ACCURACIES, State
from triage.learning.retraining.fit import DATA

_MEASURES = ("run_id", "metric", "by", "slice", "value", "high", "usual", "note")


def new_examples(
    examples: Sequence[Example],
    used: Sequence[Mapping[str, Any]],
    trainings: Collection[str],
    mails: Container[str],
) -> list[Example]:
    """Examples with weight that no model learnt with this label; `used` are rows of gold/training_sets.

    Only those of `mails`, the ones that the lake still has: others go into no set, and would be new for ever.
    Only sets named in `trainings` count. Of another one no model was registered, because its step was killed: if it
    counted, its corrections would wait for nobody.
    """
    known = {(row["mail_key"], row["head"], row["label"]) for row in used if row["training_id"] in trainings}
    left = [one for one in examples if one.weight > 0 and one.mail_key in mails]
    return [one for one in left if (one.mail_key, one.head, one.label) not in known]


def read_state(store: Store, used: Sequence[Mapping[str, Any]], trainings: Mapping[str, str], new: int) -> State:
    """Reads the measures of the latest run and alerts; `used` are rows of gold/training_sets, `trainings` by version.

    A set of which no model was registered is of a killed step, and no training.
    """
    built = {row["training_id"]: row["built_at"] for row in used}
    return State(
        new_corrections=new,
        trained_at=[built[name].astimezone(UTC) for name in trainings.values() if name in built],
        measures=_latest_measures(store),
        alerts=list(store.rows(ALERTS, ("rule", "held_at"))),
    )


def trainings_by_version(settings: Settings) -> dict[str, str]:
    """Version → name of its training, of the registered bundles that learnt from corrections."""
    name = settings.mlflow.registered_model
    found = {}
    for version in registered_models(settings, ()).versions:
        data = version.tags.get("data", "")
        if version.name == name and data.startswith(DATA):
            found[version.version] = data.removeprefix(DATA).split(" ")[0]
    return found


def unfinished(settings: Settings, store: Store, trainings: Mapping[str, str]) -> tuple[str, str] | None:
    """Name of the training and version of the latest model that nobody decided on; None where there is none."""
    if not trainings:
        return None
    latest = max(trainings, key=int)
    name = settings.mlflow.registered_model
    decided = {row["version"] for row in store.rows(PROMOTIONS, ("model", "version"), model=[name])}
    return None if latest in decided else (trainings[latest], latest)


def heads_apart(settings: Settings) -> tuple[str, ...]:
    """Heads of the taxonomy with a model of their own."""
    registry = ModelRegistry(settings)
    names = (head.name for head in load_taxonomy(settings))
    return tuple(name for name in names if registry.champion_version(head_model_name(settings, name)) is not None)


def _latest_measures(store: Store) -> list[dict[str, Any]]:
    runs: list[tuple[datetime, str]] = [
        (r["started_at"], r["run_id"]) for r in store.rows(RUNS, ("started_at", "run_id"))
    ]
    if not runs:
        return []
    rows = store.rows(MEASURES, _MEASURES, run_id=[max(runs)[1]])
    return [row for row in rows if row["metric"].partition(".")[0] in ACCURACIES]
