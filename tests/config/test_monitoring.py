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
    "a window without an end": ("service.burn_hours=[24, .inf]", "service.burn_hours.1", "8784"),
    "a price without an end": (
        "value.work_hour_price={low: 1, usual: 2, high: 1.0e+300}",
        "value.work_hour_price.high",
        "1000000000",
    ),
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


TOO_LARGE = (
    "psi_watch psi_alert min_mails history_days drift.min_mails drift.dispersion drift.weeks drift.most_slices"
    " drift.named_mails quality.fewest_runs quality.fewest_weekday_runs performance.min_mails"
    " performance.min_calibration_rows performance.min_audited performance.change_limit performance.change_runs"
    " fairness.min_mails service.every_hours service.window_days value.draws"
).split()


@pytest.mark.parametrize("name", TOO_LARGE)
@pytest.mark.parametrize("number", ["1e12", ".inf", ".nan"])
def test_a_number_beyond_all_sense_is_refused(name: str, number: str) -> None:
    """Dates and intervals cannot hold it, or nothing would be raised any more."""
    with pytest.raises(ConfigError) as fault:
        load_settings(overrides=[f"monitoring.{name}={number}"])
    assert fault.value.where == f"monitoring.{name}"


@pytest.mark.parametrize("name", ["remind_hours", "unknown_days", "budget_a_day", "send_seconds"])
@pytest.mark.parametrize("number", ["1e12", ".inf", ".nan"])
def test_a_number_of_alerts_beyond_all_sense_is_refused(name: str, number: str) -> None:
    with pytest.raises(ConfigError) as fault:
        load_settings(overrides=[f"alerts.{name}={number}"])
    assert fault.value.where == f"alerts.{name}"
