"""Reads the references of a run from the lake: only the profiles that they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from triage.config import Settings
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import BASELINES, PROFILES, RUNS
from triage.monitoring.drift.reference import (
    COLUMNS,
    KINDS,
    References,
    WantedRuns,
    chosen_baseline,
    references_of,
    wanted_runs,
)
from triage.monitoring.profiles.profile_file import ModelProfile
from triage.monitoring.profiles.stored import taxonomy_version
from triage.monitoring.record import RunRecord

_OF_RUN = ("run_id", "started_at", "messages_published")
_NO_RUN = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The run that references are for, and the profile that is stored with its label model."""

    run_id: str
    started_at: datetime
    model: ModelProfile | None = None

    @classmethod
    def next_run(cls, at: datetime, model: ModelProfile | None = None) -> Self:
        """A run that would start at this time."""
        return cls(_NO_RUN, at, model)


@dataclass(frozen=True, slots=True)
class ReadReferences:
    """The references, the decision behind the chosen one, and the taxonomy that they are of."""

    references: References
    decision: Mapping[str, Any] | None
    taxonomy: str


def read_references(store: Store, settings: Settings, source: Source) -> ReadReferences:
    """The references of a run from metrics/runs, metrics/profiles and ops/baselines."""
    baselines = list(store.rows(BASELINES, BASELINES.column_names)) if store.exists(BASELINES) else []
    wanted = wanted_runs(_record(source), _past(store), baselines, settings.monitoring)
    taxonomy = taxonomy_version({head.name: head.labels for head in load_taxonomy(settings)})
    found = references_of(wanted, _profiles(store, wanted), source.model, taxonomy)
    return ReadReferences(found, chosen_baseline(baselines), taxonomy)


def _profiles(store: Store, wanted: WantedRuns) -> list[Mapping[str, Any]]:
    if not store.exists(PROFILES):
        return []
    parts: Sequence[tuple[Sequence[str], Sequence[str]]] = ((wanted.whole, KINDS), (wanted.only_run, KINDS[:1]))
    return [row for runs, kinds in parts if runs for row in store.rows(PROFILES, COLUMNS, run_id=runs, by=kinds)]


def _past(store: Store) -> list[RunRecord]:
    rows = store.rows(RUNS, _OF_RUN) if store.exists(RUNS) else iter(())
    return [_of_row(row["run_id"], row["started_at"], row["messages_published"]) for row in rows]


def _record(source: Source) -> RunRecord:
    return _of_row(source.run_id, source.started_at, 0)


def _of_row(run_id: str, started_at: datetime, published: int) -> RunRecord:
    return RunRecord(run_id, started_at, 0.0, (), published, published, 0, published, 0)
