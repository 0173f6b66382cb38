"""What the registry keeps of decisions on versions: tags of the version and of its name, and a run with the figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from triage.config import Settings
from triage.labelling.registry.mlflow_errors import translated_errors
from triage.monitoring.tracking import experiment_id, open_client

if TYPE_CHECKING:
    from mlflow import MlflowClient

GATE = "gate"
"""Tag of a version: what the gate decided. A version without it did not have to pass the gate."""

PENDING = "pending"
"""Value of `GATE` from the registration until the gate has decided."""

ON_TRIAL = "on_trial"
"""Value of `GATE` of a version that passed and is tried before it goes live."""

REFUSED = "refused"
"""Value of `GATE` of a version that did not pass."""

_WAITING = (PENDING, REFUSED, "awaits_approval", ON_TRIAL)
_DECISION = "promotion_id"
_LIMIT = 5_000
"""Characters of a tag that MLflow keeps."""


def may_go_live(tags: Mapping[str, str]) -> bool:
    """Whether a version with these tags may become champion without the gate."""
    return tags.get(GATE) not in _WAITING


def registered_model(client: MlflowClient, name: str) -> Any:
    """The registered model of this name; None where there is none."""
    from mlflow.exceptions import MlflowException

    try:
        return client.get_registered_model(name)
    except MlflowException as fault:
        if fault.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise


class DecisionLog:
    """Decisions in MLflow; every method may be repeated. Errors of MLflow are translated as those of the registry."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        with translated_errors():
            self._client: MlflowClient = open_client(settings)

    def is_open(self, name: str, decision_id: str) -> bool:
        """Whether this latest decision on a model was not carried out in full; never of a model that is gone."""
        with translated_errors():
            found = registered_model(self._client, name)
        return found is not None and found.tags.get(_DECISION) != decision_id

    def settle(self, name: str, decision_id: str) -> None:
        """Notes that a decision was carried out in full."""
        with translated_errors():
            self._client.set_registered_model_tag(name, _DECISION, decision_id)

    def tag(self, name: str, version: str, tags: Mapping[str, str]) -> None:
        """Sets tags of a version."""
        with translated_errors():
            for key, value in tags.items():
                self._client.set_model_version_tag(name, version, key, value[:_LIMIT])

    def log_run(
        self, decision_id: str, title: str, tags: Mapping[str, str], metrics: Mapping[str, float], evidence: str
    ) -> None:
        """A run with the figures of a decision, once; `evidence` becomes the artifact evidence.json."""
        with translated_errors():
            experiment = experiment_id(self._client, self._settings)
            if self._client.search_runs([experiment], f"tags.{_DECISION} = '{decision_id}'", max_results=1):
                return
            run_id = self._client.create_run(experiment, run_name=title).info.run_id
            for metric, figure in metrics.items():
                self._client.log_metric(run_id, metric, figure)
            self._client.log_text(run_id, evidence, "evidence.json")
            for key, value in {**tags, _DECISION: decision_id}.items():
                self._client.set_tag(run_id, key, value[:_LIMIT])
            self._client.set_terminated(run_id)
