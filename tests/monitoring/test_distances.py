"""Distances against values worked out by hand, and what must hold for any histograms."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.monitoring.drift.distances import (
    bin_names,
    critical_psi,
    jensen_shannon,
    parse_edges,
    psi,
    rounded_edges,
)

counts = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10_000), min_size=1).filter(
    lambda h: sum(h.values()) > 0
)

PSI = {
    # shares with half a count added: (60.5, 40.5)/101 and (40.5, 60.5)/101; 2 · 20/101 · ln(60.5/40.5)
    "shares swap": ({"a": 60, "b": 40}, {"a": 40, "b": 60}, 2 * 20 / 101 * math.log(60.5 / 40.5)),
    # (99.5, 0.5)/100 and (0.5, 99.5)/100: 2 · 0.99 · ln 199
    "nothing shared": ({"a": 99}, {"b": 99}, 2 * 0.99 * math.log(199)),
    "equal": ({"a": 3, "b": 7}, {"a": 3, "b": 7}, 0.0),
    "one bin": ({"a": 5}, {"a": 500}, 0.0),
}
JS = {
    "equal shares": ({"a": 1, "b": 3}, {"a": 10, "b": 30}, 0.0),
    "nothing shared": ({"a": 5}, {"b": 9}, 1.0),
    # p = (1, 0), q = (1/2, 1/2), m = (3/4, 1/4): (log2(4/3) + (log2(2/3) + log2(2)) / 2) / 2
    "half shared": (
        {"a": 4},
        {"a": 1, "b": 1},
        math.sqrt((math.log2(4 / 3) + (math.log2(2 / 3) + 1) / 2) / 2),
    ),
}


@pytest.mark.parametrize(("was", "now", "expected"), PSI.values(), ids=PSI)
def test_psi(was: dict[str, int], now: dict[str, int], expected: float) -> None:
    assert psi(was, now) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("was", "now", "expected"), JS.values(), ids=JS)
def test_jensen_shannon(was: dict[str, int], now: dict[str, int], expected: float) -> None:
    assert jensen_shannon(was, now) == pytest.approx(expected, abs=1e-7)


def test_chance_grows_with_bins_and_shrinks_with_mails() -> None:
    # the 99 % point of χ² with one degree of freedom is 6.6349, with two 9.2103
    assert critical_psi({"a": 100, "b": 100}, {"a": 100, "b": 100}) == pytest.approx(6.6349 / 100, rel=1e-4)
    assert critical_psi({"a": 500, "b": 500}, {"c": 1000}) == pytest.approx(9.2103 / 500, rel=1e-4)
    assert critical_psi({"a": 100}, {"a": 100}) == 0.0


@given(counts)
def test_no_distance_to_itself(one: dict[str, int]) -> None:
    assert psi(one, one) == 0.0
    assert jensen_shannon(one, one) == pytest.approx(0.0, abs=1e-7)


@given(counts, counts)
def test_distances_are_symmetric_and_bounded(one: dict[str, int], other: dict[str, int]) -> None:
    assert psi(one, other) >= 0.0
    assert psi(one, other) == pytest.approx(psi(other, one))
    assert 0.0 <= jensen_shannon(one, other) <= 1.0
    assert jensen_shannon(one, other) == pytest.approx(jensen_shannon(other, one), abs=1e-7)


@pytest.mark.parametrize("distance", [psi, jensen_shannon])
def test_an_empty_histogram_has_no_distance(distance: object) -> None:
    with pytest.raises(ValueError, match="is empty"):
        psi({}, {"a": 1}) if distance is psi else jensen_shannon({"a": 0}, {"a": 1})


def test_bins_are_named_by_their_edges() -> None:
    assert bin_names([0.25, 120.0]) == ["up to 0.25", "0.25 to 120", "over 120"]
    assert bin_names([]) == ["all"]
    assert rounded_edges([3.0, 3.0, 1.23456789]) == [1.23457, 3.0]


@given(st.lists(st.floats(0, 1e12), max_size=12))
def test_names_carry_the_edges(quantiles: list[float]) -> None:
    edges = rounded_edges(quantiles)
    assert parse_edges(bin_names(edges)) == edges
