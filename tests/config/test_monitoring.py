"""Settings of monitoring that do not fit together are refused in a sentence that names the setting."""

from __future__ import annotations

import pytest

from triage.config import load_settings
from triage.errors import ConfigError

CASES: dict[str, tuple[str, str, str]] = {
    "most mails later than nearly all": (
        "service.routed_within_hours=60",
        "service",
        "routed_within_hours must be above 0 and below nearly_all_within_hours",
    ),
    "a promise for old mail": (
        "service.backfill_hours=40",
        "service",
        "nearly_all_within_hours must be above 0 and below backfill_hours",
    ),
    "a short window that is long": ("service.burn_hours=[72, 24]", "service", "burn_hours"),
    "a negative window": ("service.burn_hours=[-1, 24]", "service", "burn_hours"),
    "a target that allows no failure": ("service.jobs_target=1", "service.jobs_target", "less than 1"),
    "waiting beyond what is counted": ("service.backfill_hours=2000", "service.backfill_hours", "720"),
    "nothing is usual after one run": ("quality.fewest_runs=1", "quality.fewest_runs", "2"),
    "no currency": ("value.currency=euros", "value.currency", "pattern"),
    "a range of a queue that falls": (
        "value.queue_sorting_minutes={hr: {low: 2, usual: 1, high: 3}}",
        "value.queue_sorting_minutes.hr",
        "low, usual and high must not fall",
    ),
}


@pytest.mark.parametrize(("override", "where", "what"), CASES.values(), ids=CASES)
def test_a_setting_that_does_not_fit_is_refused(override: str, where: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as fault:
        load_settings(overrides=[f"monitoring.{override}"])
    assert fault.value.where == f"monitoring.{where}"
