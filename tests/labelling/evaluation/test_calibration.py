"""Calibrated probabilities: against scipy, in Spark as in numpy, and on rows drawn from known probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from scipy.special import expit, softmax

from triage.labelling.description import Calibration
from triage.labelling.evaluation.calibration import fit_calibration, newest, probabilities, probability_column
from triage.labelling.evaluation.intervals import Floats, Ints
from triage.labelling.evaluation.reliability import answers, ece

CALIBRATIONS = [
    pytest.param(Calibration(), False, id="as it comes"),
    pytest.param(Calibration(temperature=0.3, by_language={"de": 2.0, "en": 0.7}), False, id="by language"),
    pytest.param(Calibration(temperature=0.2, offset=-1.5), False, id="offset"),
    pytest.param(Calibration(temperature=0.5, biases=(0.4, -1.0, 0.0)), False, id="biases"),
    pytest.param(
        Calibration(temperature=0.1, offset=3.0, biases=(1.0, 2.0, -3.0), by_language={"fr": 4}),
        False,
        id="all",
    ),
    pytest.param(Calibration(temperature=0.7), True, id="several labels"),
    pytest.param(Calibration(temperature=2.0, offset=-0.5, biases=(0.1, 0.2, 0.3)), True, id="several, all"),
]


def drawn(count: int, scale: float, seed: int, labels: int = 4) -> tuple[Floats, Ints]:
    """Logits, and truth drawn from the chances softmax(scale · logits)."""
    random = np.random.default_rng(seed)
    logits = random.normal(size=(count, labels))
    probability = softmax(scale * logits, axis=1)
    truth = (probability.cumsum(axis=1) < random.random((count, 1))).sum(axis=1)
    return logits, np.minimum(truth, labels - 1)


def test_without_offset_it_is_a_softmax_with_temperature() -> None:
    logits, languages = np.array([[1.0, 2.0, 4.0]] * 3), np.array(["de", "en", "und"])
    found = probabilities(logits, Calibration(temperature=2.0, by_language={"de": 0.5}), languages)
    np.testing.assert_allclose(found[0], softmax([2.0, 4.0, 8.0]))
    np.testing.assert_allclose(found[1:], [softmax([0.5, 1.0, 2.0])] * 2)


def test_with_offset_it_is_a_sigmoids_share() -> None:
    found = probabilities(np.array([[0.2, -0.4, -0.6]]), Calibration(temperature=0.2, offset=-1.0))
    shares = expit([0.0, -3.0, -4.0]) * np.exp(0.01 * np.array([1.0, -2.0, -3.0]))
    np.testing.assert_allclose(found[0], shares / shares.sum())


def test_several_labels_are_independent() -> None:
    calibration = Calibration(temperature=2.0, offset=1.0, biases=(0.5, 0.0))
    found = probabilities(np.array([[3.0, -4.0]]), calibration, multi=True)
    np.testing.assert_allclose(found, [expit([3.0, -1.0])])


def test_a_low_offset_is_temperature_scaling() -> None:
    logits, _ = drawn(50, 1.0, seed=0)
    low = probabilities(logits, Calibration(temperature=1.01, offset=-40.0))
    np.testing.assert_allclose(low, softmax(logits / 1.01 * 1.01, axis=1), atol=1e-9)


@given(
    hnp.arrays(np.int64, (3, 5), elements=st.integers(-3000, 3000), unique=True),
    st.floats(0.05, 20),
    st.none() | st.floats(-10, 20),
)
def test_the_best_label_stays(hundredths: Ints, temperature: float, offset: float | None) -> None:
    logits = hundredths / 100
    found = probabilities(logits, Calibration(temperature=temperature, offset=offset))
    best = found[np.arange(3), logits.argmax(axis=1)]
    assert (best == found.max(axis=1)).all()
    np.testing.assert_allclose(found.sum(axis=1), 1.0)


@pytest.mark.parametrize(("calibration", "multi"), CALIBRATIONS)
def test_spark_says_the_same(spark: SparkSession, calibration: Calibration, multi: bool) -> None:
    random = np.random.default_rng(1)
    logits = np.concatenate([random.normal(size=(40, 3)) * 3, [[900.0, -900.0, 0.0], [0.0, 0.0, 0.0]]])
    languages = np.array(["de", "en", "fr", "und"] * 10 + ["en", "de"])
    rows = [(n, logit.tolist(), str(code)) for n, (logit, code) in enumerate(zip(logits, languages, strict=True))]
    frame = spark.createDataFrame(rows, "n int, raw array<double>, language string")
    column = probability_column(f.col("raw"), calibration, f.col("language"), multi=multi)
    found = {row.n: row.p for row in frame.select("n", column.alias("p")).collect()}
    expected = probabilities(logits, calibration, languages, multi=multi)
    np.testing.assert_allclose([found[n] for n in range(len(rows))], expected, rtol=1e-12, atol=1e-300)


def test_spark_takes_unknown_languages_and_no_logits(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1, [0.0, 1.0], None), (2, None, "de")], "n int, raw array<double>, language string")
    calibration = Calibration(temperature=0.5, offset=0.3, by_language={"de": 9.0})
    column = probability_column(f.col("raw"), calibration, f.col("language"))
    first, second = frame.select("n", column.alias("p")).orderBy("n").collect()
    np.testing.assert_allclose([first.p], probabilities(np.array([[0.0, 1.0]]), calibration))
    assert second.p is None


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_the_temperature_is_found(scale: float) -> None:
    logits, truth = drawn(6000, scale, seed=2)
    found = fit_calibration(logits, truth)
    assert found.offset is None
    assert found.biases == ()
    assert found.temperature == pytest.approx(1 / scale, rel=0.1)


def test_languages_differ_where_enough_rows_say_so() -> None:
    parts = [drawn(3000, 1.0, seed=3), drawn(1000, 3.0, seed=4), drawn(100, 9.0, seed=5)]
    logits, truth = (np.concatenate(side) for side in zip(*parts, strict=True))
    found = fit_calibration(logits, truth, np.repeat(["en", "de", "fr"], [3000, 1000, 100]))
    assert set(found.by_language) == {"en", "de"}
    assert 1 / 3 < found.of("de") < 0.5  # drawn towards the common one
    assert found.of("de") < found.temperature < found.of("en") < 1.1
    assert found.of("fr") == found.temperature


def test_margins_need_an_offset() -> None:
    random = np.random.default_rng(6)
    logits = random.normal(-1, 0.6, size=(5000, 6))
    shares = expit(logits / 0.2 + 2.0)
    probability = shares / shares.sum(axis=1, keepdims=True)
    truth = np.minimum((probability.cumsum(axis=1) < random.random((5000, 1))).sum(axis=1), 5)
    found = fit_calibration(logits, truth)
    assert found.offset == pytest.approx(2.0, abs=0.5)
    plain = probabilities(logits, Calibration(temperature=fit_calibration(logits, truth).temperature))
    after = ece(*answers(probabilities(logits, found), truth))
    assert after < 0.02 < ece(*answers(plain, truth))


def test_each_of_several_labels_is_calibrated() -> None:
    random = np.random.default_rng(7)
    logits = random.normal(size=(4000, 3))
    truth = random.random(logits.shape) < expit(2 * logits - 1)
    found = fit_calibration(logits, truth, multi=True)
    assert found.temperature == pytest.approx(0.5, rel=0.1)
    assert found.offset == pytest.approx(-1.0, abs=0.15)


def test_rows_without_an_error_leave_a_doubt() -> None:
    logits = np.eye(3)[np.arange(60) % 3]
    found = probabilities(logits, fit_calibration(logits, np.arange(60) % 3))
    assert 0.9 < found.max() < 0.999


def test_no_rows_change_nothing() -> None:
    assert fit_calibration(np.empty((0, 3)), np.empty(0, dtype=np.int64)) == Calibration()


def test_biases_follow_labels_whose_shares_moved() -> None:
    random = np.random.default_rng(8)
    truth = random.integers(0, 4, 2000)
    logits = 1.5 * np.eye(4)[truth] + random.normal(size=(2000, 4)) + [1.5, 0, 0, -1.5]  # learnt from other shares
    plain, moved = (fit_calibration(logits, truth, may_reorder=may) for may in (False, True))
    assert plain.biases == ()
    assert moved.biases[3] > max(moved.biases[1:3]) > min(moved.biases[1:3]) > moved.biases[0]
    right = [answers(probabilities(logits, c), truth)[1].mean() for c in (plain, moved)]
    assert right[1] > right[0] + 0.05


def test_biases_that_help_nobody_are_left_out() -> None:
    logits, truth = drawn(1500, 1.5, seed=9)
    assert fit_calibration(logits, truth, may_reorder=True).biases == ()


@pytest.mark.parametrize(
    ("times", "share", "least", "expected"),
    [
        pytest.param([5.0, 1.0, 4.0, 2.0, 3.0], 0.4, 1, [True, False, True, False, False], id="two of five"),
        pytest.param([5.0, 1.0, 4.0], 0.1, 2, [True, False, True], id="no fewer than the least"),
        pytest.param([5.0, 1.0], 0.5, 4, [True, True], id="too few to choose"),
        pytest.param([np.nan, np.nan, 4.0], 0.3, 1, [True, True, True], id="without times"),
        pytest.param([5.0, np.nan, 4.0], 0.3, 1, [True, False, False], id="one time missing"),
    ],
)
def test_newest(times: list[float], share: float, least: int, expected: list[bool]) -> None:
    assert newest(np.array(times), share, least).tolist() == expected
