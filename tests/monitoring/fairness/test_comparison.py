"""Slices of mail beside all other mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from tests.monitoring.performance.builders import SETTINGS, head_slice, profile_of, view_of
from triage.monitoring.fairness.comparison import compared_by, fairness_gap
from triage.monitoring.fairness.figures import ABSTENTION, DUE, ERROR, PRESSING, ROUTING
from triage.monitoring.measurement import Measurement
from triage.monitoring.performance.notes import TOO_FEW_MAILS
from triage.monitoring.profiles.distributions import Counts, Distribution, Numbers
from triage.monitoring.profiles.profile import Slice, SliceKey
from triage.monitoring.view import RunView
from triage.monitoring.watch import measure


def mails(abstained: int, decided: int, score: float = 0.9, **features: Distribution) -> Slice:
    base = head_slice([0.4] * abstained + [score] * decided, 0.5)
    return replace(base, features={**base.features, **features})


def view(slices: Mapping[SliceKey, Slice]) -> RunView:
    """The mails of the languages given, sliced by further kinds, too."""
    whole = [part for (kind, _), part in slices.items() if kind == "language"]
    return view_of(profile_of(sum(whole[1:], whole[0]), slices))


def by_slice(found: RunView, name: str) -> dict[str, Measurement]:
    return {one.slice: one for one in compared_by(found, name)}


def gaps(found: RunView) -> dict[str, Measurement]:
    return {one.metric: one for one in fairness_gap(found)}


def test_a_slice_is_compared_with_all_others() -> None:
    found = by_slice(
        view(
            {("language", "en"): mails(20, 380), ("language", "de"): mails(30, 170), ("language", "fr"): mails(40, 60)}
        ),
        ABSTENTION,
    )
    assert {name: one.value for name, one in found.items()} == {"en": 0.05, "de": 0.15, "fr": 0.4}
    assert {name: one.usual for name, one in found.items()} == pytest.approx(
        {"en": 70 / 300, "de": 60 / 500, "fr": 50 / 600}
    )
    assert {name: one.mails for name, one in found.items()} == {"en": 400, "de": 200, "fr": 100}


def test_intervals_are_corrected_for_the_number_of_slices() -> None:
    found = by_slice(view({("language", "en"): mails(20, 380), ("language", "de"): mails(30, 170)}), ABSTENTION)
    theirs = binomtest(30, 200).proportion_ci(1 - 0.05 / 2, method="wilson")
    assert [found["de"].low, found["de"].high] == pytest.approx([theirs.low, theirs.high])


def test_the_gap_names_the_slice_that_is_worst_served() -> None:
    english, french = mails(20, 380), mails(60, 140)
    found = gaps(view({("language", "en"): english, ("language", "fr"): french}))["fairness_gap.abstention.category"]
    assert (found.by, found.slice) == ("language", "fr")
    assert found.value == pytest.approx(0.3 - 0.05)
    assert found.low is not None
    assert found.low > 0.1


def test_alike_slices_have_no_sure_gap() -> None:
    random = np.random.default_rng(2)
    sure = 0
    for _ in range(40):
        parts = {("language", name): mails(*(n := random.binomial(200, 0.1), 200 - n)) for name in ("en", "de", "fr")}
        low = gaps(view(parts))["fairness_gap.abstention.category"].low
        sure += low is not None and low > 0
    assert sure <= 4


def test_few_mails_are_not_compared() -> None:
    found = view({("language", "en"): mails(20, 380), ("language", "fr"): mails(20, 29)})
    assert by_slice(found, ABSTENTION) == {}
    gap = gaps(found)["fairness_gap.abstention.category"]
    assert (gap.value, gap.by, gap.note) == (None, "run", TOO_FEW_MAILS)


def test_a_run_in_one_language_has_nobody_to_compare() -> None:
    assert by_slice(view({("language", "en"): mails(20, 380)}), ABSTENTION) == {}


def test_expected_errors() -> None:
    found = by_slice(view({("language", "en"): mails(0, 600, 0.95), ("language", "fr"): mails(0, 200, 0.8)}), ERROR)
    assert {name: one.value for name, one in found.items()} == {"en": pytest.approx(0.05), "fr": pytest.approx(0.2)}


def test_errors_that_cannot_be_estimated_are_not_compared() -> None:
    unsure = view({("language", "en"): mails(0, 600, 0.7), ("language", "fr"): mails(0, 200, 0.6)})
    assert by_slice(unsure, ERROR) == {}
    assert "fairness_gap.error.category" not in gaps(unsure)


def test_waiting_is_compared_by_medians() -> None:
    random = np.random.default_rng(1)
    quick, slow = random.exponential(5, 400), random.exponential(20, 200)
    slow[:3] = 1e6  # an old archive does not count as a wait
    parts = {
        ("language", name): mails(0, len(hours), hours_to_route=Numbers.of(hours), hours_to_due=Numbers.of(hours))
        for name, hours in (("en", quick), ("fr", slow))
    }
    found = by_slice(view(parts), ROUTING)["fr"]
    assert found.value == pytest.approx(np.median(slow), rel=0.1)
    assert found.usual == pytest.approx(np.median(quick), rel=0.1)
    assert gaps(view(parts))["fairness_gap.routing"].slice == "fr"
    assert set(by_slice(view(parts), DUE)) == {"en", "fr"}


def test_fewer_pressing_mails_are_worse() -> None:
    shares = {"human": {"urgent": 40, "high": 60, "low": 100}, "list": {"high": 10, "low": 190}}
    parts = {("sender_kind", name): mails(0, 200, priority=Counts.of(counts)) for name, counts in shares.items()} | {
        ("language", "en"): mails(0, 400)
    }
    assert {name: one.value for name, one in by_slice(view(parts), PRESSING).items()} == {"human": 0.5, "list": 0.05}
    gap = gaps(view(parts))["fairness_gap.pressing"]
    assert gap.slice == "list"
    assert gap.value == pytest.approx(0.45)
    assert None not in (gap.low, gap.high)
    assert (gap.low or 0) < 0.45 < (gap.high or 0)


def test_kinds_that_are_switched_off_are_not_compared() -> None:
    settings = SETTINGS.monitoring.fairness.model_copy(update={"kinds": ("length",)})
    monitoring = SETTINGS.monitoring.model_copy(update={"fairness": settings})
    parts = {("language", "en"): mails(20, 380), ("language", "de"): mails(30, 170)}
    found = replace(view(parts), settings=SETTINGS.model_copy(update={"monitoring": monitoring}))
    assert by_slice(found, ABSTENTION) == {}


def test_all_metrics_of_performance_and_fairness_are_measured() -> None:
    found = measure(view({("language", "en"): mails(20, 380, 0.95), ("language", "de"): mails(30, 170, 0.95)}))
    assert [name for name in found.failed if "fairness" in name or "accuracy" in name] == []
    assert {one.metric.partition(".")[0] for one in found.measurements} >= {
        "expected_accuracy",
        "realized_accuracy",
        "correction_rate",
        "abstention",
        "decided_share",
        "accuracy_change",
        "score_shift",
        "model_change",
        "fairness_abstention",
        "fairness_error",
        "fairness_gap",
    }
