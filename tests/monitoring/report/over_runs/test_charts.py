"""Lines of a chart lie where their values say, inside the picture, with round levels."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.monitoring.report.over_runs.charts import HEIGHT, WIDTH, drawing
from triage.monitoring.report.over_runs.points import Figure
from triage.monitoring.report.over_runs.series import Series


def _series(*values: float | None) -> Series:
    return Series("a", [None if value is None else Figure(value) for value in values])


@pytest.mark.parametrize(
    ("values", "from_zero", "counts", "levels"),
    [
        ((0.0, 2_100.0), True, False, [0, 1_000, 2_000, 3_000]),
        ((0.91, 0.97), False, False, [0.9, 0.92, 0.94, 0.96, 0.98]),
        ((0.0, 1.0), True, True, [0, 1]),
        ((5.0, 5.0), True, False, [0, 2, 4, 6]),
        ((0.0, 0.0), True, False, [0, 0.5, 1]),
        ((), True, False, [0, 0.5, 1]),
        ((-3.0, 6.0), True, False, [-5, 0, 5, 10]),
    ],
    ids=["from zero", "not from zero", "counts are whole", "constant", "all zero", "nothing", "below zero"],
)
def test_levels_are_round_and_hold_all_values(
    values: tuple[float, ...], from_zero: bool, counts: bool, levels: list[float]
) -> None:
    found = drawing([_series(*values)], len(values), from_zero, counts)
    assert [value for _, value in found.levels] == pytest.approx(levels)


@given(st.lists(st.none() | st.floats(-1e9, 1e9), min_size=1, max_size=40), st.booleans())
def test_every_line_stays_inside_the_picture(values: list[float | None], from_zero: bool) -> None:
    found = drawing([_series(*values)], len(values), from_zero)
    places = re.findall(r"[ML]([-\d.e]+) ([-\d.e]+)", found.lines[0].path)
    assert len(places) == sum(value is not None for value in values)
    assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in places)


def test_a_line_breaks_where_a_run_has_no_value() -> None:
    path = drawing([_series(1, 2, None, 3)], 4).lines[0].path
    assert path.count("M") == 2
    assert path.count("L") == 1


def test_the_largest_value_is_highest_and_an_interval_is_a_band() -> None:
    series = Series("a", [Figure(1.0, 0.5, 1.5), Figure(3.0, 2.5, 3.5)])
    found = drawing([series], 2)
    (_, first), (_, second) = re.findall(r"[ML]([-\d.e]+) ([-\d.e]+)", found.lines[0].path)
    assert float(second) < float(first)
    assert found.lines[0].band.startswith("M")
    assert found.lines[0].band.count("L") == 3


@pytest.mark.parametrize(
    ("points", "ticks"), [(0, []), (1, [0]), (2, [0, 1]), (5, [0, 1, 3, 4]), (400, [0, 133, 266, 399])]
)
def test_the_first_and_the_last_run_have_their_dates(points: int, ticks: list[int]) -> None:
    assert [index for _, index in drawing([_series(*range(points))], points).ticks] == ticks
