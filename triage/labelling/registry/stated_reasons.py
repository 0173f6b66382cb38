"""Reasons that people stated for decisions on models, in MLflow's tags; blanked where they name an erased person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from triage.config import Settings
from triage.labelling.registry.mlflow_errors import translated_errors
from triage.labelling.registry.registered_models import pages
from triage.monitoring.tracking import experiment_id, open_client

if TYPE_CHECKING:
    from mlflow import MlflowClient

REASON = "gate_reason"
"""Tag of a version, and of the run of a decision."""


def blank_reasons(settings: Settings, is_naming: Callable[[str], bool], instead: str) -> int:
    """Puts `instead` in the place of each reason of which `is_naming` is true; how many. May be repeated.

    Errors of MLflow are translated as those of the registry.
    """
    blanked = 0
    with translated_errors():
        client: MlflowClient = open_client(settings)
        for tags, write in _tagged(client, settings):
            if is_naming(tags.get(REASON, "")):
                write(REASON, instead)
                blanked += 1
    return blanked


def _tagged(client: MlflowClient, settings: Settings) -> Iterator[tuple[dict[str, str], Callable[[str, str], Any]]]:
    """The tags of each version and run, and what sets one of them."""
    for version in pages(client.search_model_versions):
        yield version.tags, partial(client.set_model_version_tag, version.name, version.version)
    for run in pages(partial(client.search_runs, [experiment_id(client, settings)])):
        yield run.data.tags, partial(client.set_tag, run.info.run_id)
