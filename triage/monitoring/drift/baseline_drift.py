"""The drift of a run: its histograms against those of the baseline run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame

from triage.config import MonitoringSettings, Settings
from triage.monitoring.drift.distances import critical_psi, jensen_shannon, parse_edges, psi
from triage.monitoring.drift.features import Histogram, histograms, is_numeric, quantile_edges
from triage.monitoring.record import DriftRow, Status


def measure_drift(
    run_id: str,
    silver: DataFrame,
    labels: DataFrame,
    routes: DataFrame,
    baseline_rows: Sequence[Mapping[str, Any]],
    mails: int,
    settings: Settings,
) -> list[DriftRow]:
    """Rows of metrics/drift for a run of `mails` published mails, sorted by feature.

    `silver`, `labels` and `routes` hold the run's own rows; `baseline_rows` are all rows of metrics/drift
    with the status `baseline`. A feature that has none is its own baseline from now on; of several the one
    of the latest run id is used. A run of fewer than `monitoring.min_mails` mails gives no rows.
    """
    if mails < settings.monitoring.min_mails:
        return []
    others = (
        row for row in baseline_rows if row["run_id"] != run_id
    )  # a repeated account finds the rows of its first attempt there
    baseline = {row["feature"]: row for row in sorted(others, key=lambda row: str(row["run_id"]))}
    tables = {"silver": silver, "labels": labels, "routes": routes}
    stored = {feature: dict(row["histogram"]) for feature, row in baseline.items()}
    found = _histograms(tables, stored)
    rows = []
    for feature in sorted(found.keys() | stored.keys()):
        now, was = found.get(feature, {}), baseline.get(feature)
        if was is None:
            rows.append(DriftRow(run_id, feature, 0.0, 0.0, "baseline", sum(now.values()), run_id, now))
        else:
            rows.append(_compared(run_id, feature, stored[feature], now, was["run_id"], settings.monitoring))
    return rows


def status_of(value: float, critical: float, limits: MonitoringSettings) -> Status:
    """The status of a PSI. Up to `critical`, the value that chance alone explains, it is stable however high it is."""
    if value >= limits.psi_alert and value > critical:
        return "alert"
    return "watch" if value >= limits.psi_watch and value > critical else "stable"


def _histograms(tables: Mapping[str, DataFrame], stored: Mapping[str, Mapping[str, int]]) -> dict[str, Histogram]:
    """All histograms, numbers at the baseline's edges, or at their own quantiles where it has none."""
    edges = {feature: parse_edges(list(bins)) for feature, bins in stored.items() if is_numeric(feature)}
    if edges:
        found = histograms(tables, edges)
        if all(feature in edges for feature in found if is_numeric(feature)):
            return found
    return histograms(tables, quantile_edges(tables) | edges)


def _compared(
    run_id: str,
    feature: str,
    was: Mapping[str, int],
    now: Mapping[str, int],
    baseline_run_id: str,
    limits: MonitoringSettings,
) -> DriftRow:
    mails = sum(now.values())
    if not mails or not sum(was.values()):
        return DriftRow(run_id, feature, 0.0, 0.0, "stable", mails, baseline_run_id, now)
    value = psi(was, now)
    status = status_of(value, critical_psi(was, now), limits)
    return DriftRow(run_id, feature, value, jensen_shannon(was, now), status, mails, baseline_run_id, now)
