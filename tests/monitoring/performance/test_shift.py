"""Scores that mean something else, and a model that is worse: each is found, and told from other mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import ks_2samp

from tests.monitoring.builders import RUN
from tests.monitoring.performance.builders import head_slice, past_values, profile_of, view_of
from triage.monitoring.measurement import Measurement
from triage.monitoring.performance.notes import (
    CONTENT_MOVED,
    EXPECTED_ACCURACY_FELL,
    LABELS_MOVED,
    MODEL_CHANGED,
    NO_REFERENCE,
    TOO_FEW_MAILS,
)
from triage.monitoring.performance.reference import label_distance, score_distance, term_distance
from triage.monitoring.performance.shift import model_change, score_shift
from triage.monitoring.profiles.distributions import Counts, Distribution, Numbers, Terms
from triage.monitoring.profiles.profile import Profile, Slice
from triage.monitoring.view import Reference, RunView

LABELS = {"billing": 500, "hr": 300, "sales": 200}
COMMON = {"language": {"en": 900, "de": 100}, "present": {"subject": 990, "body": 1_000}}
WORDS = {term: 1_000 - term for term in range(900)}


def scores(seed: int, sharpness: float = 1.0) -> npt.NDArray[np.float64]:
    return np.random.default_rng(seed).beta(8, 1.5, 1_000) ** sharpness


def mails(seed: int, sharpness: float = 1.0, **features: Distribution) -> Slice:
    base = head_slice(scores(seed, sharpness), 0.6, labels=LABELS, terms=WORDS)
    common = {name: Counts.of(counts) for name, counts in COMMON.items()}
    given = {"label.category": Counts.of(LABELS), **common, **features}
    return replace(base, features={**base.features, **given})


def view_after(now: Slice, **changes: Any) -> RunView:
    reference = Reference("rolling", profile_of(mails(0)), ("run-0",))
    return view_of(profile_of(now), **{"references": {"rolling": reference}, **changes})


def shift(view: RunView) -> Measurement:
    (found,) = score_shift(view)
    return found


def changed(view: RunView) -> dict[str, Measurement]:
    return {one.metric: one for one in model_change(view)}


def test_the_same_mail_with_the_same_scores_has_not_moved() -> None:
    found = shift(view_after(mails(1)))
    assert (found.metric, found.value, found.note) == ("score_shift.category", 0.0, "")


@pytest.mark.parametrize("sharpness", [0.4, 2.0], ids=["too sure", "too unsure"])
def test_the_same_mail_with_other_scores_is_miscalibrated(sharpness: float) -> None:
    found = shift(view_after(mails(1, sharpness)))
    exact = ks_2samp(scores(1, sharpness), scores(0)).statistic
    assert found.value is not None
    assert exact - 0.13 < found.value < exact
    assert found.value > 0.1


@pytest.mark.parametrize(
    "feature",
    [
        pytest.param({"language": Counts.of({"en": 700, "de": 100, "it": 200})}, id="a new language"),
        pytest.param({"best_label.category": Counts.of({"billing": 200, "hr": 600, "sales": 200})}, id="other labels"),
        pytest.param({"present": Counts.of({"subject": 700, "body": 1_000})}, id="empty subjects"),
        pytest.param({"terms": Terms({term: 1 + term for term in range(900)})}, id="other words"),
    ],
)
def test_other_mail_explains_other_scores(feature: Mapping[str, Distribution]) -> None:
    found = shift(view_after(mails(1, 2.0, **feature)))
    assert (found.value, found.note) == (None, CONTENT_MOVED)


def test_a_source_that_is_gone_explains_other_scores() -> None:
    half = Slice(500)
    usual = Profile({("run", ""): mails(0), ("source", "a"): half, ("source", "b"): half})
    now = Profile({("run", ""): mails(1, 2.0), ("source", "a"): half})
    found = shift(view_of(now, references={"rolling": Reference("rolling", usual)}))
    assert found.note == CONTENT_MOVED


def test_new_words_of_a_category_explain_other_scores() -> None:
    words, others = (Slice(500, 0, {"terms": Terms(dict.fromkeys(terms, 50))}) for terms in (range(99), range(99, 198)))
    usual, now = ({("run", ""): mails(n, 1.0 + n), ("category", "hr"): part} for n, part in ((0, words), (1, others)))
    found = shift(view_of(Profile(now), references={"rolling": Reference("rolling", Profile(usual))}))
    assert found.note == CONTENT_MOVED


def test_scores_of_another_model_are_not_compared() -> None:
    past = [replace(RUN, run_id="run-0", model_version="2")]
    assert shift(view_after(mails(1, 2.0), past=past)).note == MODEL_CHANGED


def test_without_reference_or_mails_nothing_is_known() -> None:
    assert shift(view_after(mails(1), references={})).note == NO_REFERENCE
    assert shift(view_after(head_slice([0.9] * 99))).note == TOO_FEW_MAILS


SWAPPED = {"past": [replace(RUN, run_id="run-0", model_version="2")]}


def test_a_model_that_stays_has_not_changed() -> None:
    found = changed(view_after(mails(1, 2.0), past=[RUN]))
    assert {name: one.value for name, one in found.items()} == {"model_change": 0.0, "model_change.category": 0.0}


def test_a_new_model_that_labels_alike_is_no_fault() -> None:
    found = changed(view_after(mails(1), **SWAPPED))
    assert (found["model_change"].value, found["model_change"].note) == (0.0, MODEL_CHANGED)


def test_a_new_model_that_labels_otherwise_is_named() -> None:
    labels = {"billing": 200, "hr": 300, "sales": 500}
    found = changed(view_after(mails(1, 1.0, **{"label.category": Counts.of(labels)}), **SWAPPED))["model_change"]
    assert found.value == pytest.approx(0.3, abs=0.06)
    assert found.note == LABELS_MOVED


def test_a_new_model_that_is_less_sure_is_named() -> None:
    past = past_values("expected_accuracy.category", [0.98, 0.99])
    usual = {"references": {"rolling": Reference("rolling", profile_of(mails(0)))}}
    now = head_slice([0.88] * 900)
    now = replace(now, features={**now.features, "label.category": Counts.of(LABELS)})
    found = changed(view_of(profile_of(now), history=lambda _: past, **usual, **SWAPPED))["model_change.category"]
    assert found.note == EXPECTED_ACCURACY_FELL
    assert found.value == pytest.approx(0.99 - 0.88, abs=0.05)


def test_a_new_model_and_few_mails() -> None:
    found = changed(view_after(head_slice([0.9] * 20), **SWAPPED))
    assert set(found) == {"model_change.category"}
    assert (found["model_change.category"].value, found["model_change.category"].note) == (None, TOO_FEW_MAILS)


def _zipf(size: int, random: np.random.Generator) -> Terms:
    return Terms(Counter(random.zipf(1.5, size).clip(max=2_000).tolist()))


@pytest.mark.slow
@pytest.mark.parametrize(("now", "usual"), [(300, 3_000), (3_000, 20_000)])
def test_distances_beyond_chance_are_rare_by_chance(now: int, usual: int) -> None:
    random = np.random.default_rng(8)
    labels, shares = list("abcdef"), [0.4, 0.25, 0.15, 0.1, 0.07, 0.03]

    def drawn(size: int) -> Counts:
        return Counts.of(dict(zip(labels, random.multinomial(size, shares).tolist(), strict=True)))

    found = np.array(
        [
            [
                score_distance(Numbers.of(random.beta(5, 1, now)), Numbers.of(random.beta(5, 1, usual)), 0.95, 1.0),
                label_distance(drawn(now), drawn(usual), 0.95, 1.0),
                term_distance(_zipf(now * 5, random), _zipf(usual * 5, random).pruned(), 0.95, 1.0),
            ]
            for _ in range(50)
        ]
    )
    assert ((found[:, :2] > 0).mean(axis=0) <= 0.12).all()
    assert found[:, 2].max() < 0.05  # the most frequent terms of a sample are a little too frequent in it


def test_the_term_distance_of_many_mails_is_scipys() -> None:
    one, other = {0: 500_000, 1: 300_000, 2: 200_000}, {0: 200_000, 1: 300_000, 2: 500_000}
    theirs = jensenshannon(list(one.values()), list(other.values()), base=2)
    assert term_distance(Terms(one), Terms(other), 0.95, 1.0) == pytest.approx(theirs, abs=1e-3)


def test_a_wide_dispersion_forgives_more() -> None:
    one, other = Counts.of({"a": 60, "b": 40}), Counts.of({"a": 40, "b": 60})
    assert label_distance(one, other, 0.95, 4.0) < label_distance(one, other, 0.95, 1.0)
