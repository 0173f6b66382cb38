"""How often chance alone raises something, beside the stated rate, and how large a shift is found in how large a run.

The same at full size, for docs/benchmarks.md: python -m tests.benchmark.drift_power
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.monitoring.drift.population import LANGUAGES, USUAL, Population, moved, stored
from triage.config import MonitoringSettings, Settings
from triage.monitoring.drift.compare import compare
from triage.monitoring.drift.statistics.dispersion import dispersions
from triage.monitoring.profiles.distributions import Counts
from triage.monitoring.profiles.profile import Profile, Slice, merged_profiles
from triage.monitoring.record import DriftRow
from triage.monitoring.view import Reference

LIMITS = Settings().monitoring


def reference(mails: int, runs: int, draw: np.random.Generator) -> Reference:
    """The rolling reference of undisturbed runs."""
    past = [stored(USUAL.run(mails, draw)) for _ in range(runs)]
    return Reference("rolling", merged_profiles(past), tuple(map(str, range(runs))), dispersions(past))


def raised(
    population: Population, mails: int, runs: int, was: Reference, draw: np.random.Generator
) -> list[list[DriftRow]]:
    """What each of the runs raises."""
    found = []
    for _ in range(runs):
        rows = compare("now", stored(population.run(mails, draw)), {was.name: was}, LIMITS)
        found.append([row for row in rows if row.status in ("watch", "alert")])
    return found


@pytest.mark.parametrize(("mails", "runs", "past"), [(40, 200, 8), (40, 200, 3), (1_000, 50, 4)])
def test_undisturbed_runs_raise_no_more_than_the_stated_rate(mails: int, runs: int, past: int) -> None:
    draw = np.random.default_rng(mails + past)
    found = raised(USUAL, mails, runs, reference(max(mails, 100), past, draw), draw)
    assert sum(map(bool, found)) <= LIMITS.drift.false_alarms * runs


def test_without_limits_of_size_the_rate_is_kept_too() -> None:
    """Where any difference would count, the correction for many comparisons alone holds the stated rate.

    Of counts: numbers are off by the sketch's rank error, and terms by what a stored profile leaves out.
    """
    strict = MonitoringSettings.model_validate({"psi_watch": 1e-9, "psi_alert": 1e-8, "drift": {"dispersion": 1.0}})
    draw = np.random.default_rng(7)
    was = Reference("rolling", _counts_only(USUAL.run(20_000, draw)))
    runs = [_counts_only(USUAL.run(400, draw)) for _ in range(100)]
    rows = [compare("now", run, {"rolling": was}, strict) for run in runs]
    assert len(rows[0]) == 5 + 4  # of all mails, and of queues of 30 mails and more
    assert sum(any(row.status != "stable" for row in found) for found in rows) <= 5
    # 1 in 100 is stated; more than 5 of 100 then have a chance of 0.05 %


def _counts_only(profile: Profile) -> Profile:
    def kept(part: Slice) -> Slice:
        return Slice(part.published, 0, {n: f for n, f in part.features.items() if isinstance(f, Counts)})

    return Profile({key: kept(part) for key, part in profile.slices.items()})


FOUND = {
    "a fifth, of 1,000 mails": (0.2, 1_000, 20, 20),
    "a fifth, of 100 mails": (0.2, 100, 18, 20),
    "a hundredth, of 100,000 mails": (0.01, 100_000, 0, 0),
}


@pytest.mark.parametrize(("share", "mails", "least", "most"), FOUND.values(), ids=FOUND)
def test_a_new_language_is_found_by_its_share(share: float, mails: int, least: int, most: int) -> None:
    draw = np.random.default_rng(5)
    population = replace(USUAL, languages=moved(LANGUAGES, "it", share))
    runs = 20 if mails < 100_000 else 2
    found = raised(population, mails, runs, reference(1_000, 8, draw), draw)
    assert least <= sum(any(row.feature == "language" for row in rows) for rows in found) <= most
