"""What a run is compared with: the model's profile, one that a person chose, and the same weekday of the last weeks.

Pure functions over rows of metrics/runs, metrics/profiles and ops/baselines; which rows to read they say themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np

from triage.config import MonitoringSettings
from triage.monitoring.drift.statistics.dispersion import dispersions
from triage.monitoring.history.times import DAY, are_alike, hour_of, tolerance_of
from triage.monitoring.profiles.profile import Profile, Slice, merged_profiles
from triage.monitoring.profiles.profile_file import ModelProfile
from triage.monitoring.record import RunRecord
from triage.monitoring.view import Reference, ReferenceName

PRIMARY: tuple[ReferenceName, ...] = ("chosen", "rolling")
"""Which reference the slices, the report's plots and the metrics go by: the first that is there.

Never the model's: its rows were chosen to be learnt from, so that mail differs from them on any day.
"""

KINDS = ("run", "source", "language", "queue", "category")
"""Kinds of slices that a reference has."""

COLUMNS = ("run_id", "by", "slice", "profile", "taxonomy_version")
"""Columns of metrics/profiles that are read."""

MOST_RUNS = 28
"""Runs that are read for a reference and for its dispersion: a daily job's of four weeks; of an hourly one's, this many
that lie evenly over the weeks."""

FEWEST_OF_WEEKDAY = 2
"""Runs of the same weekday without which all runs of the weeks are the reference."""

Row = Mapping[str, Any]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WantedRuns:
    """Runs whose profiles are read: all slices of those that make a reference, all mails alone of `spread`."""

    chosen: tuple[str, ...] = ()
    rolling: tuple[str, ...] = ()
    spread: tuple[str, ...] = ()

    @property
    def whole(self) -> tuple[str, ...]:
        """Runs of which the kinds `KINDS` are read; of the others in `spread` only the kind `run`."""
        return tuple(sorted({*self.chosen, *self.rolling}))

    @property
    def only_run(self) -> tuple[str, ...]:
        """Runs of which only the slice of all mails is read."""
        return tuple(sorted({*self.spread} - {*self.whole}))


@dataclass(frozen=True, slots=True)
class References:
    """The references by name, and a sentence for each that was refused."""

    found: Mapping[str, Reference] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


def wanted_runs(
    record: RunRecord, past: Sequence[RunRecord], baselines: Iterable[Row], settings: MonitoringSettings
) -> WantedRuns:
    """Which runs' profiles the references of this run need; the run itself is in none but the chosen one.

    `past` are records of earlier runs, `baselines` the rows of ops/baselines. Replays are in no rolling reference:
    their mails were in quarantine together, and are not usual.
    """
    since = record.started_at - timedelta(weeks=settings.drift.weeks, hours=12)  # a later start is the same weekday's
    readers = [run for run in past if not run.is_replay and run.run_id != record.run_id]
    earlier = [run for run in readers if since <= run.started_at < record.started_at]
    latest = sorted(earlier, key=lambda run: (run.started_at, run.run_id))
    same = _of_weekday(record, latest)
    enough = len(same) >= FEWEST_OF_WEEKDAY and sum(run.messages_published for run in same) >= settings.min_mails
    chosen = chosen_baseline(baselines)
    return WantedRuns(
        chosen=tuple(chosen["run_ids"]) if chosen else (),
        rolling=_ids(same if enough else latest),
        spread=_ids(latest),
    )


def _of_weekday(record: RunRecord, runs: Sequence[RunRecord]) -> list[RunRecord]:
    """Those of the same weekday at a like time, without those of the day before the run."""
    starts = np.asarray([hour_of(run.started_at) for run in runs])
    now = hour_of(record.started_at)
    alike = are_alike(starts, now, tolerance_of([*starts, now]))
    return [run for run, is_alike in zip(runs, alike, strict=True) if is_alike and now - hour_of(run.started_at) > DAY]


def chosen_baseline(baselines: Iterable[Row]) -> Row | None:
    """The row of ops/baselines that is in force: the latest, unless it goes back to none."""
    latest = max(baselines, key=lambda row: (row["decided_at"], row["baseline_id"]), default=None)
    return latest if latest is not None and latest["action"] == "set" else None


def references_of(
    wanted: WantedRuns, rows: Iterable[Row], model: ModelProfile | None, taxonomy_version: str
) -> References:
    """The references from the rows of metrics/profiles that `wanted` asked for.

    Runs of another taxonomy are left out of the rolling one; the others are refused where their taxonomy is another,
    since their labels mean something else.
    """
    profiles, foreign = profiles_of(rows, taxonomy_version)
    spread = dispersions([profiles[run] for run in wanted.spread if run in profiles])
    found, refused = {}, []
    for name, runs in (("chosen", wanted.chosen), ("rolling", wanted.rolling)):
        known = tuple(run for run in runs if run in profiles)
        if name == "chosen" and (fault := _fault(runs, profiles, foreign)):
            refused.append(fault)
        elif known:
            profile = merged_profiles(profiles[run] for run in known)
            found[name] = Reference(name, profile, known, spread)  # type: ignore[arg-type]  # the names above
    if model is not None and model.taxonomy_version == taxonomy_version:
        found["model"] = Reference("model", model.profile)
    elif model is not None:
        refused.append(
            "The profile stored with the label model is of another taxonomy (labelling.taxonomy); the run is not"
            " compared with it. Train a version of the present taxonomy with jobs/train.py."
        )
    return References(found, tuple(refused))


def profiles_of(rows: Iterable[Row], taxonomy_version: str) -> tuple[dict[str, Profile], frozenset[str]]:
    """Profiles by run, and the runs that are left out since their taxonomy is another.

    A run with a row that cannot be decoded is left out whole, with a warning: a reference without some of its slices
    would make the others look new.
    """
    slices: dict[str, dict[tuple[str, str], Slice]] = {}
    foreign, broken = set(), set()
    for row in rows:
        run = str(row["run_id"])
        if row["taxonomy_version"] != taxonomy_version:
            foreign.add(run)
        elif (part := _decoded(row)) is None:
            broken.add(run)
        else:
            slices.setdefault(run, {})[row["by"], row["slice"]] = part
    return {run: Profile(found) for run, found in slices.items() if run not in broken}, frozenset(foreign)


def _decoded(row: Row) -> Slice | None:
    try:
        return Slice.decode(bytes(row["profile"]))
    except Exception as fault:  # noqa: BLE001 - whatever is stored; one row must not end the drift of weeks of runs
        _log.warning("A row of metrics/profiles of %s cannot be decoded (%s).", row["run_id"], type(fault).__name__)
        return None


def primary_of(references: Mapping[str, Reference]) -> Reference | None:
    """The reference that slices, plots and metrics go by; None where there is none."""
    return next((references[name] for name in PRIMARY if name in references), None)


def _fault(runs: Sequence[str], profiles: Mapping[str, Profile], foreign: frozenset[str]) -> str | None:
    remedy = "the run is not compared with it. Choose another with jobs/baseline.py set, or give it up with reset."
    if foreign & set(runs):
        return f"The chosen baseline is of another taxonomy (labelling.taxonomy); {remedy}"
    missing = [run for run in runs if run not in profiles]
    return (
        f"The chosen baseline's run {missing[0]} has no readable profile in metrics/profiles; {remedy}"
        if missing
        else None
    )


def _ids(runs: Sequence[RunRecord]) -> tuple[str, ...]:
    step = max(1.0, len(runs) / MOST_RUNS)
    return tuple(runs[int(i * step)].run_id for i in range(min(len(runs), MOST_RUNS)))
