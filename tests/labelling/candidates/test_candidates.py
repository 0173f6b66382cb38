"""What every candidate must do, and what some must refuse."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.labelling.builders import SOURCE
from triage.config import Settings, load_settings
from triage.errors import ConfigError, ModelError
from triage.labelling.candidates import CANDIDATES, chosen_candidates
from triage.labelling.candidates.base import Candidate, FittedHead, Floats, TrainingData
from triage.labelling.candidates.word2vec import MOST_ROWS, row_copies
from triage.labelling.evaluation.metrics import score
from triage.labelling.families import with_logits
from triage.labelling.features.blocks import SENTENCES
from triage.labelling.features.terms import with_text
from triage.labelling.models import LoadedModel
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.taxonomy import Head
from triage.labelling.training.preparation import prepare, training_data
from triage.labelling.training.result import TrainedModel
from triage.labelling.training.train import train

THEMES = {
    "billing": ("invoice", "payment", "refund", "amount", "overdue"),
    "garden": ("flower", "hedge", "lawn", "seeds", "shovel"),
    "kitchen": ("recipe", "oven", "butter", "spoon", "flour"),
    "legal": ("court", "clause", "lawsuit", "patent", "liability"),
    "travel": ("train", "ticket", "luggage", "hotel", "airport"),
}
FILLERS = ("please", "thanks", "hello", "regards", "kindly", "maybe", "about", "some", "other", "again")
MOODS = {"calm": "whenever convenient", "urgent": "immediately today"}
FIVE = Head(name="five", labels=tuple(THEMES), threshold=0.5)
TWO = Head(name="two", labels=tuple(MOODS), threshold=0.5)
HEADS = {head.name: head for head in (FIVE, TWO)}
SCHEMA = "row long, labels map<string,string>, body string, subject string, split string"
SLOW = ("word2vec_classifier", "sentences", "terms_and_sentences", "cascade")
ODD = [("", ""), ("", "zxqv wvut qqrs"), ("你好", "\u200b"), (None, None)]
"""Subject and body: nothing, words that nobody has learnt, other scripts, null."""


def rows(count: int = 150) -> list[tuple[int, dict[str, str], str, str, str]]:
    """Bodies of five themes and subjects of two moods, too short to be a thread's; a third is held back."""
    themes, moods = list(THEMES), list(MOODS)
    made = []
    for n in range(count):
        theme, mood, drawn = themes[n % 5], moods[n // 5 % 2], Random(n)
        words = [*drawn.sample(THEMES[theme], 4), *drawn.sample(FILLERS, 3)]
        drawn.shuffle(words)
        split = "test" if n // 5 % 3 == 0 else "train"
        made.append((n, {"five": theme, "two": mood}, " ".join(words), MOODS[mood], split))
    return made


def frame(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(rows(), SCHEMA)


FAMILIES = pytest.mark.exhaustive(
    always=("terms-five", "word2vec_classifier-two", "scikit_learn-two", "cascade-five"), sample=1
)
"""One candidate of each family, and one more."""


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in CANDIDATES],
)
def candidate(request: pytest.FixtureRequest) -> Candidate:
    return CANDIDATES[request.param]


@pytest.fixture(scope="module")
def settings(
    candidate: Candidate, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Settings with the one candidate and no search; sentence embeddings are converted where they are needed."""
    folder = tmp_path_factory.mktemp(candidate.name)
    chosen = [
        f"lake.root={folder / 'lake'}",
        "labelling.hash_bits=12",
        "labelling.search.trials=1",
        "labelling.search.folds=2",
        f"labelling.search.candidates=[{candidate.name}]",
        "spark.master=local[2]",
    ]
    if SENTENCES in candidate.blocks:
        try:
            chosen.append(f"labelling.embeddings={request.getfixturevalue('minilm_folder')}")
        except (ModelError, ImportError):
            pytest.skip("sentence embeddings are not installed, and their package is absent")
    return load_settings(overrides=chosen)


@pytest.fixture(scope="module")
def data(spark: SparkSession, candidate: Candidate, settings: Settings) -> TrainingData:
    heads = list(HEADS.values())
    return training_data(spark, prepare(frame(spark), settings, heads), heads, [candidate], settings, declared=True)


@dataclass(frozen=True)
class FittedLogits:
    fitted: FittedHead
    logits: Floats
    """Of all rows."""


@pytest.fixture(scope="module", params=list(HEADS))
def head(request: pytest.FixtureRequest) -> Head:
    return HEADS[request.param]


def fit_logits(candidate: Candidate, data: TrainingData, head: Head) -> FittedLogits:
    fitted = candidate.fit(data, head.name, ~data.rows.test, candidate.default)
    return FittedLogits(fitted, fitted.logits(data, data.rows.test | True))


@pytest.fixture(scope="module")
def fitted_logits(candidate: Candidate, data: TrainingData, head: Head) -> FittedLogits:
    return fit_logits(candidate, data, head)


@pytest.fixture(scope="module")
def registered(
    spark: SparkSession, settings: Settings, head: Head, fitted_logits: FittedLogits
) -> tuple[TrainedModel, LoadedModel]:
    trained = train(spark, frame(spark), [head], settings, SOURCE)
    registry = ModelRegistry(settings)
    name = f"candidates-{head.name}"
    return trained, registry.load(name, registry.register(name, trained))


def in_spark(mail: DataFrame, model: LoadedModel, head: Head) -> Floats:
    texts = with_text(mail, ("row",), model.description.fields)
    found = with_logits(texts, model).select("row", f"raw_{head.name}", "known_share").collect()
    return np.array([row[1] for row in sorted(found)])


@pytest.mark.slow
@FAMILIES
def test_it_learns_labels_in_their_order(data: TrainingData, head: Head, fitted_logits: FittedLogits) -> None:
    held = data.rows.test
    assert fitted_logits.logits.shape == (len(data.rows), len(head.labels))
    assert np.isfinite(fitted_logits.logits).all()
    said = np.asarray(head.labels, dtype=np.str_)[fitted_logits.logits[held].argmax(axis=1)]
    given = np.array([row[1][head.name] for row in rows() if row[4] == "test"])
    assert score(given, said).macro_f1 > 0.9


@pytest.mark.slow
@FAMILIES
def test_a_mask_gives_its_own_rows(data: TrainingData, fitted_logits: FittedLogits) -> None:
    use = data.rows.numbers % 7 == 0
    np.testing.assert_allclose(fitted_logits.fitted.logits(data, use), fitted_logits.logits[use], atol=1e-9, rtol=0)


@pytest.mark.slow
@FAMILIES
def test_equal_rows_and_seed_give_equal_logits(
    candidate: Candidate, data: TrainingData, head: Head, fitted_logits: FittedLogits
) -> None:
    np.testing.assert_allclose(fit_logits(candidate, data, head).logits, fitted_logits.logits, atol=1e-9, rtol=0)


@pytest.mark.slow
@FAMILIES
def test_the_registered_model_gives_in_spark_what_was_learnt(
    spark: SparkSession,
    candidate: Candidate,
    head: Head,
    fitted_logits: FittedLogits,
    registered: tuple[TrainedModel, LoadedModel],
) -> None:
    model = registered[1]
    assert model.description.family == candidate.family
    assert model.description.heads[0].candidate == candidate.name
    np.testing.assert_allclose(in_spark(frame(spark), model, head), fitted_logits.logits, atol=1e-6, rtol=0)


@pytest.mark.slow
@FAMILIES
def test_odd_texts_give_finite_logits(
    spark: SparkSession, head: Head, registered: tuple[TrainedModel, LoadedModel]
) -> None:
    mail = spark.createDataFrame([(n, *texts) for n, texts in enumerate(ODD)], "row long, subject string, body string")
    logits = in_spark(mail, registered[1], head)
    assert logits.shape == (len(ODD), len(head.labels))
    assert np.isfinite(logits).all()


@pytest.mark.parametrize("name", CANDIDATES)
def test_what_is_missing_is_said(name: str, tmp_path: Path) -> None:
    settings = load_settings(overrides=[f"labelling.embeddings={tmp_path / 'nowhere'}"])
    said = CANDIDATES[name].missing(settings)
    assert ("not installed (jobs/embeddings.py" in said) == (SENTENCES in CANDIDATES[name].blocks)


@pytest.mark.parametrize("name", [name for name in CANDIDATES if CANDIDATES[name].family != "linear"])
def test_a_model_of_one_head_is_refused_among_several(name: str) -> None:
    settings = load_settings(overrides=[f"labelling.search.candidates=[terms, {name}]"])
    assert [candidate.name for candidate in chosen_candidates(settings, 1)] == ["terms", name]
    with pytest.raises(ConfigError, match=f"{name} makes a model of one head"):
        chosen_candidates(settings, 2)


@pytest.mark.parametrize("balance", [0.0, 0.5, 1.0])
def test_rare_labels_are_repeated_and_rows_bounded(balance: float) -> None:
    truth = np.repeat(np.arange(3), (40_000, 4_000, 40))
    copies = row_copies(truth, balance)
    sums = np.bincount(truth, weights=copies)
    assert 0.9 * MOST_ROWS <= sums.sum() <= 1.01 * MOST_ROWS
    assert sums[1] / sums[0] == pytest.approx(0.1 ** (1 - balance), rel=0.05)
    assert (copies == row_copies(truth, balance)).all()


def test_rows_are_repeated_by_their_weight() -> None:
    truth = np.repeat(np.arange(2), (100, 100))
    weight = np.where(np.arange(200) % 2 == 0, 3.0, 0.0)
    copies = row_copies(truth, 1.0, weight)
    assert not copies[weight == 0].any()
    assert (copies[weight > 0] == 3).all()
