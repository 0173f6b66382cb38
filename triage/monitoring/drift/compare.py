"""Compares a run's profile with its references: a row for each reference, slice and feature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from triage.config import MonitoringSettings
from triage.monitoring.drift.comparison import Compared, compare_feature
from triage.monitoring.drift.reference import PRIMARY, primary_of
from triage.monitoring.drift.statistics.verdict import Evidence, Limits, effective_size, verdicts
from triage.monitoring.profiles.distributions import Counts, Numbers
from triage.monitoring.profiles.profile import RUN, Profile, Slice, SliceKey
from triage.monitoring.record import DriftRow
from triage.monitoring.view import Reference

SLICES = ("source", "language", "queue", "category")
"""Kinds of slices that are compared, with the primary reference only: fewer comparisons find more."""

_OF_SLICES = ("label", "queue", "language", "terms", "words", "decided_score")
"""Features of slices that are compared; `label` stands for each head's."""

_NO_DRIFT = ("due_state", "hours_to_due", "hours_to_route", "hours_waited", "length", "style")
"""Features that are not compared: waiting times follow the hour of the run and are measured as service, and length and
style are bins of numbers that are compared."""

_QUARANTINED = "reason"
"""The feature of quarantined mails; all others are of published ones."""


@dataclass(frozen=True, slots=True)
class _Task:
    """One comparison: what, with what, and the effective sizes of both."""

    reference: Reference
    key: SliceKey
    feature: str
    was: Slice
    now: Slice
    sizes: tuple[float, float]


def compare(
    run_id: str, now: Profile, references: Mapping[str, Reference], settings: MonitoringSettings
) -> list[DriftRow]:
    """Rows of metrics/drift, sorted by reference, slice and feature.

    Where neither a chosen nor a rolling reference is there, the run's own figures are, too, with the status `baseline`.
    A run or slice of fewer than `drift.min_mails` mails is not compared, nor is anything with a reference of fewer than
    `min_mails`.
    """
    if now.run.published < settings.drift.min_mails:
        return []
    usable = {name: found for name, found in references.items() if found.profile.run.published >= settings.min_mails}
    primary = primary_of(usable)
    rows = [] if primary else _baseline(run_id, now)
    for reference in usable.values():
        rows += _compared(run_id, list(_tasks(now, reference, settings, reference is primary)), settings)
    return sorted(rows, key=lambda row: row.key)


def _compared(run_id: str, tasks: Sequence[_Task], settings: MonitoringSettings) -> list[DriftRow]:
    """The rows of one reference, whose verdicts are in view of each other.

    Not of those of other references: what is far from the model's rows would excuse chance finds elsewhere.
    """
    limits = Limits(settings.psi_watch, settings.psi_alert, settings.confidence)
    found = [(task, compared) for task in tasks if (compared := _measured(task, limits))]
    decided = verdicts([compared.evidence for _, compared in found], settings.drift.false_alarms)
    return [
        replace(_row(run_id, task, compared), status=status, p_value=p)
        for (task, compared), (status, p) in zip(found, decided, strict=True)
    ]


def _measured(task: _Task, limits: Limits) -> Compared | None:
    runs = max(1, len(task.reference.runs))
    return compare_feature(task.feature, task.was, task.now, task.sizes, limits, runs)


def _tasks(now: Profile, reference: Reference, settings: MonitoringSettings, with_slices: bool) -> Iterator[_Task]:
    yield from _of_slice(reference, RUN, now, settings)
    for kind in SLICES if with_slices else ():
        largest = sorted(now.of(kind), key=lambda item: (-item[1].published, item[0]))
        for value, _ in largest[: settings.drift.most_slices]:
            yield from _of_slice(reference, (kind, value), now, settings)


def _of_slice(reference: Reference, key: SliceKey, now: Profile, settings: MonitoringSettings) -> Iterator[_Task]:
    was, part = reference.profile[key], now[key]
    for feature in sorted(was.features.keys() | part.features.keys()):
        mails = [_mails(feature, one) for one in (was, part)]
        if min(mails) >= settings.drift.min_mails and _is_compared(key, feature):
            yield _Task(reference, key, feature, was, part, _sizes(reference, feature, mails, settings))


def _is_compared(key: SliceKey, feature: str) -> bool:
    """All mails are compared in all features that may drift, a slice in some, and not in what it is a slice by."""
    if key == RUN:
        return feature not in _NO_DRIFT
    own = {"language": "language", "queue": "queue", "category": "label.category"}.get(key[0])
    return feature != own and feature.partition(".")[0] in _OF_SLICES


def _mails(feature: str, part: Slice) -> int:
    """Mails that can have a value of the feature: no more than occurrences, which may be several a mail."""
    mails = part.quarantined if feature == _QUARANTINED else part.published
    found = part.features.get(feature)
    if isinstance(found, Numbers):
        return min(mails, found.total + found.missing)
    return min(mails, found.total) if isinstance(found, Counts) else mails


def _sizes(
    reference: Reference, feature: str, mails: Sequence[int], settings: MonitoringSettings
) -> tuple[float, float]:
    """Effective sizes of the reference and the run.

    A slice takes the dispersion of all mails. Estimated, it holds for the size of the reference's runs.
    """
    dispersion = reference.dispersion.get(feature)
    if dispersion is None or not reference.runs:
        return tuple(effective_size(size, settings.drift.dispersion) for size in mails)  # type: ignore[return-value]
    runs = len(reference.runs)
    usual = _mails(feature, reference.profile.run) / runs
    before = effective_size(mails[0], dispersion, usual, runs)
    return before, effective_size(mails[1], dispersion, usual)


def _row(run_id: str, task: _Task, found: Compared) -> DriftRow:
    evidence: Evidence = found.evidence
    return DriftRow(
        run_id=run_id,
        feature=task.feature,
        psi=found.psi,
        js=found.js,
        status="stable",
        mails=found.mails,
        baseline_run_id=name_of(task.reference),
        histogram=found.now,
        reference=task.reference.name,
        by=task.key[0],
        slice=task.key[1],
        ks=found.ks,
        wasserstein=found.wasserstein,
        chi2=found.chi2,
        unseen_share=found.unseen_share,
        psi_low=evidence.low,
        psi_high=evidence.high,
        drivers=found.drivers,
        was=found.was,
        above_chance=evidence.above_chance,
    )


def name_of(reference: Reference) -> str:
    """The run, or the first and last run, that a reference is made of; the model's has none."""
    runs = reference.runs
    if not runs:
        return reference.name
    return runs[0] if len(runs) == 1 else f"{runs[0]} to {runs[-1]}"


def _baseline(run_id: str, now: Profile) -> list[DriftRow]:
    """What later runs are compared with, of features that have counts."""
    return [
        DriftRow(run_id, feature, 0.0, 0.0, "baseline", found.total, run_id, dict(found.counts), "rolling")
        for feature, found in sorted(now.run.features.items())
        if isinstance(found, Counts)
    ]


def primary_rows(rows: Sequence[DriftRow]) -> list[DriftRow]:
    """The rows of the reference that report and metrics go by, of all slices; of a first run its baseline."""
    names = {row.reference for row in rows}
    primary = next((name for name in PRIMARY if name in names), None)
    return [row for row in rows if row.reference == primary]
