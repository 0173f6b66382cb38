"""What a run costs and saves: the example of docs/concepts/value.md recomputed, intervals, and the month."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.monitoring.views import Lake, settings_with, slice_of, view_of
from triage.config import PROJECT, Settings, load_settings
from triage.errors import ConfigError
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN, Slice, SliceKey
from triage.monitoring.value.assumptions import assumptions_of
from triage.monitoring.value.metrics import METRICS
from triage.monitoring.view import RunView
from triage.monitoring.watch import measure

DOCUMENT = (PROJECT / "docs" / "concepts" / "value.md").read_text("utf-8")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

SCORES: dict[str, Any] = {"decided_score.category": [0.95] * 600}
UNSURE: dict[str, Any] = {"decided_score.category": [0.4] * 7}
NIGHT: Mapping[SliceKey, Slice] = {
    RUN: slice_of(990, 10, queue={"billing": 600, "auto_replies": 200, "review": 190}, **SCORES),
    ("queue", "billing"): slice_of(600, **SCORES),
    ("queue", "auto_replies"): slice_of(200),
    ("queue", "review"): slice_of(190, **UNSURE),
}


def measured(view: RunView) -> tuple[Measurement, ...]:
    found = measure(view, METRICS)
    assert found.failed == ()
    return found.measurements


def by_name(view: RunView) -> dict[tuple[str, str, str], Measurement]:
    return {(one.metric, one.by, one.slice): one for one in measured(view)}


def night(settings: Settings, now: Mapping[SliceKey, Slice] = NIGHT, **changes: Any) -> RunView:
    """Half an hour on four cores."""
    view = view_of(now, NOON, settings=settings, cores=4, **changes)
    return replace(view, record=replace(view.record, seconds=1800.0, stage_seconds={"anonymize": 1200.0}))


@pytest.fixture(scope="module")
def of_the_example(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    file = tmp_path_factory.mktemp("value") / "value.yaml"
    [block] = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    file.write_text(block)
    return load_settings([file])


def rows_of_the_example() -> dict[str, list[float]]:
    rows = re.findall(r"^\| (\w+) \| ([-\d.]+(?: \| [-\d.]+){4}) \|$", DOCUMENT, re.MULTILINE)
    return {name: [float(cell) for cell in cells.split("|")] for name, cells in rows}


@pytest.mark.parametrize("queue", ["billing", "auto_replies", "review", "all"])
def test_the_documents_example_is_what_is_measured(queue: str, of_the_example: Settings) -> None:
    found = by_name(night(of_the_example))
    key = RUN if queue == "all" else ("queue", queue)
    names = ("minutes_saved", "review_minutes", "error_minutes", "value_saved")
    values = [found[name, *key].value for name in names]
    assert [found["value_saved", *key].mails, *values] == pytest.approx(rows_of_the_example()[queue], abs=0.01)


def test_the_documents_rows_add_up() -> None:
    rows = rows_of_the_example()
    total = rows.pop("all")
    assert [sum(column) for column in zip(*rows.values(), strict=True)] == pytest.approx(total, abs=0.01)


def test_intervals_hold_the_value_and_are_repeatable(of_the_example: Settings) -> None:
    one, other = measured(night(of_the_example)), measured(night(of_the_example))
    assert one == other
    for found in one:
        if found.low is not None and found.high is not None and found.value is not None:
            assert found.low <= found.value <= found.high


def test_the_interval_is_that_of_the_assumptions_together() -> None:
    """A product of two independent PERT values, whose mean and variance are known."""
    settings = settings_with(
        "value.error_minutes={low: 2, usual: 6, high: 16}",
        "value.errors_per_expected={low: 1, usual: 2, high: 3}",
        "value.draws=200000",
    )
    assumptions = assumptions_of(settings.monitoring)
    drawn = assumptions.draws("error_minutes") * assumptions.draws("errors_per_expected")
    mean_one, mean_two = (2 + 4 * 6 + 16) / 6, (1 + 4 * 2 + 3) / 6
    var_one, var_two = (mean_one - 2) * (16 - mean_one) / 7, (mean_two - 1) * (3 - mean_two) / 7
    assert float(np.mean(drawn)) == pytest.approx(mean_one * mean_two, rel=0.01)
    variance = var_one * var_two + var_one * mean_two**2 + var_two * mean_one**2
    assert float(np.var(drawn)) == pytest.approx(variance, rel=0.02)


def test_a_queue_without_a_range_of_its_own_shares_the_draws_of_all() -> None:
    assumptions = assumptions_of(Settings().monitoring)
    assert np.array_equal(assumptions.draws("queue_sorting_minutes.hr"), assumptions.draws("sorting_minutes"))
    with pytest.raises(KeyError):
        assumptions.usual("currency")


def test_an_assumption_that_is_certain_has_no_interval() -> None:
    certain = "{low: 2, usual: 2, high: 2}"
    found = by_name(night(settings_with(f"value.sorting_minutes={certain}")))["minutes_saved", *RUN]
    assert (found.low, found.value, found.high) == (1600, 1600, 1600)


@pytest.mark.parametrize(("metric", "value"), [
    ("core_seconds", 7200.0), ("core_seconds.anonymize", 4800.0), ("cost_per_thousand", 0.1),
    ("energy", 30.0), ("workload.routed", 800.0), ("workload.reviewed", 190.0), ("workload.quarantined", 10.0),
    ("workload.expected_errors", 30.0), ("workload.core_hours", 2.0),
])  # fmt: skip
def test_what_a_run_takes(metric: str, value: float) -> None:
    assert by_name(night(Settings()))[metric, *RUN].value == pytest.approx(value)


@pytest.mark.parametrize(("mails", "usual"), [(1000, 0.3), (300, None)], ids=["of a like size", "much smaller"])
def test_the_usual_cost_is_that_of_runs_of_a_like_size(mails: int, usual: float | None) -> None:
    lake = Lake(measured)
    for day in range(1, 7):
        cost = Measurement("cost_per_thousand", 0.1 * day if day < 6 else 9.0, mails=1000 if day < 6 else 10)
        lake.add(NIGHT, NOON - timedelta(days=day), [cost])
    view = night(Settings(), {RUN: slice_of(mails)}, history=lambda name: [v for v in lake.values if v.metric == name])
    assert by_name(view)["cost_per_thousand", *RUN].usual == pytest.approx(usual)


def test_the_month_is_that_of_the_calendar(of_the_example: Settings) -> None:
    lake = Lake(measured, of_the_example)
    for at in (datetime(2026, 10, 31, 2, tzinfo=UTC), NOON - timedelta(days=2), NOON - timedelta(days=1)):
        lake.add(NIGHT, at, measured(night(of_the_example)))
    known = list(lake.values)
    view = night(of_the_example, history=lambda name: [one for one in known if one.metric == name])
    found = by_name(view)
    month = found["value_saved", "month", "2026-11"]
    assert month.mails == 3000
    assert month.value == pytest.approx(3 * found["value_saved", *RUN].value)  # type: ignore[operator]
    assert month.low == pytest.approx(3 * found["value_saved", *RUN].low)  # type: ignore[operator]


def test_errors_that_no_score_tells_of_are_said_to_be_unknown() -> None:
    found = by_name(night(Settings(), {RUN: slice_of(10, queue={"sales": 10})}))
    assert found["error_minutes", *RUN].note == found["value_saved", *RUN].note == "ERRORS_UNKNOWN"
    assert found["minutes_saved", *RUN].note == ""


def test_a_run_without_mail_costs_nothing_per_mail() -> None:
    assert {one.metric.partition(".")[0] for one in measured(night(Settings(), {RUN: slice_of(0)}))} == {"workload"}


@pytest.mark.parametrize(("given", "what"), [
    ("{low: -1, usual: 2, high: 3}", "greater than or equal to 0"),
    ("{low: 0, usual: 0, high: 0}", "high must be above 0"), ("{low: 3, usual: 2, high: 4}", "must not fall"),
    ("{low: 1, usual: 5, high: 4}", "must not fall"), ("{low: 1, usual: 2}", "required"),
    ("{low: 1, usual: 2, high: .inf}", "less than or equal to"), ("2", "valid"),
], ids=["negative", "nothing", "low above usual", "usual above high", "no high", "endless", "one figure"])  # fmt: skip
def test_a_range_that_is_none_is_refused(given: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as fault:
        settings_with(f"value.review_minutes={given}")
    assert "monitoring.value.review_minutes" in str(fault.value)


def test_all_assumptions_are_in_the_document() -> None:
    names = type(Settings().monitoring.value).model_fields.keys() - {"draws", "seed", "currency"}
    assert [name for name in names if f"`{name}`" not in DOCUMENT] == []
