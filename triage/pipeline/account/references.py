"""The references of a run, from the profiles in the lake that they need and the one stored with its label model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from triage.config import Settings
from triage.labelling.taxonomy import load_taxonomy
from triage.monitoring.drift.reference import References, chosen_baseline, references_of, wanted_runs
from triage.monitoring.profiles.profile_file import ModelProfile
from triage.monitoring.profiles.stored import taxonomy_version
from triage.pipeline.account.memory import Memory


@dataclass(frozen=True, slots=True)
class ReadReferences:
    """The references, the decision behind the chosen one, and the taxonomy that they are of."""

    references: References
    decision: Mapping[str, Any] | None
    taxonomy: str


def read_references(memory: Memory, settings: Settings, model: ModelProfile | None) -> ReadReferences:
    """The references of the run `memory.record`; `model` is the profile stored with its label model."""
    wanted = wanted_runs(memory.record, memory.past, memory.baselines, settings.monitoring)
    taxonomy = taxonomy_version({head.name: head.labels for head in load_taxonomy(settings)})
    found = references_of(wanted, memory.profiles(wanted), model, taxonomy)
    return ReadReferences(found, chosen_baseline(memory.baselines), taxonomy)
