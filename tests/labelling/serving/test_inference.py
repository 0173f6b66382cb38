"""Who decides, what it says, and why it abstains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.labelling.builders import SOURCE, small_settings
from triage.labelling.models import LoadedModel
from triage.labelling.serving.inference import decided
from triage.labelling.signs import Sign
from triage.labelling.taxonomy import Head
from triage.labelling.training.train import train

WORDS = {
    "billing/invoice": ("invoice", "amount", "total"),
    "billing/refund": ("refund", "money", "return"),
    "hr/holiday": ("holiday", "vacation", "beach"),
    "hr/salary": ("salary", "wage", "bonus"),
}
CATEGORY = Head(name="category", labels=("billing", "hr"), threshold=0.4)
TOPIC = Head(name="topic", labels=tuple(WORDS), parent="category", threshold=0.2)
TAGS = Head(name="tags", labels=("polite", "urgent"), multi=True, threshold=0.5)
_SCHEMA = (
    "row long, labels map<string,string>, label_sets map<string,array<string>>, "
    "body string, subject string, language string, split string, bulk boolean"
)


def _rows() -> list[tuple[Any, ...]]:
    rows = []
    for number in range(240):
        topic = list(WORDS)[number % 4]
        polite, urgent = number % 3 == 0, number % 5 < 2
        words = [
            WORDS[topic][number % 3],
            WORDS[topic][(number + 1) % 3],
            *["please"] * polite,
            *["now"] * urgent,
        ]
        tags = [name for name, has in (("polite", polite), ("urgent", urgent)) if has]
        labels = {"category": topic.split("/")[0], "topic": topic}
        split = "test" if number % 7 == 0 else "train"
        rows.append((number, labels, {"tags": tags}, " ".join(words), "", "en", split, False))
    return rows


@pytest.fixture(scope="module")
def model(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    settings = small_settings(tmp_path_factory.mktemp("inference"))
    rows = spark.createDataFrame(_rows(), _SCHEMA)
    trained = train(spark, rows, [CATEGORY, TOPIC, TAGS], settings, SOURCE)
    return LoadedModel("m", "3", trained.pipeline, trained.description)


def _mail(spark: SparkSession, *mails: tuple[str, str, bool]) -> DataFrame:
    rows = [(number, "", *mail) for number, mail in enumerate(mails)]
    return spark.createDataFrame(rows, "row long, subject string, body string, language string, bulk boolean")


def _said(mail: DataFrame, model: LoadedModel, *heads: Head) -> dict[tuple[int, str], Any]:
    return {(row.row, row["head"]): row for row in decided(mail, model, heads, ("row",)).collect()}


def test_a_model_decides_and_says_which(spark: SparkSession, model: LoadedModel) -> None:
    row = _said(_mail(spark, ("invoice amount", "en", False)), model, CATEGORY)[0, "category"]
    assert (row.label, row.labels, row.abstained, row.reason) == ("billing", ["billing"], False, None)
    assert (row.decided_by, row.model, row.model_version, row.threshold) == ("model", "m", "3", 0.4)
    assert sum(row.scores.values()) == pytest.approx(1)
    assert row.score == max(row.scores.values()) == row.scores["billing"]


@pytest.mark.parametrize(
    ("mail", "head", "reason"),
    [
        pytest.param((" ", "en", False), CATEGORY, "EMPTY_TEXT", id="empty"),
        pytest.param(("invoice", "xx", False), CATEGORY, "UNKNOWN_LANGUAGE", id="language not learnt"),
        pytest.param(("qqxz wvvk", "en", False), CATEGORY, "OUT_OF_DISTRIBUTION", id="unknown words"),
        pytest.param(
            ("invoice holiday", "en", False),
            CATEGORY.model_copy(update={"threshold": 1.0}),
            "LOW_SCORE",
            id="unsure",
        ),
    ],
)
def test_reasons_to_abstain(
    spark: SparkSession, model: LoadedModel, mail: tuple[str, str, bool], head: Head, reason: str
) -> None:
    row = _said(_mail(spark, mail), model, head)[0, "category"]
    assert (row.label, row.labels, row.abstained, row.reason) == (None, [], True, reason)
    assert row.best_label in head.labels


def test_a_head_for_any_language_decides_in_any(spark: SparkSession, model: LoadedModel) -> None:
    head = CATEGORY.model_copy(update={"languages": "any"})
    assert _said(_mail(spark, ("invoice amount", "xx", False)), model, head)[0, "category"].label == "billing"


def test_a_sign_decides_before_the_model(spark: SparkSession, model: LoadedModel) -> None:
    sign = Sign(name="in_bulk", when={"bulk": True}, label="hr")
    head = CATEGORY.model_copy(update={"signs": (sign,)})
    mails = _mail(spark, ("invoice amount", "en", True), ("invoice amount", "en", False))
    said = _said(mails, model, head)
    assert (said[0, "category"].label, said[0, "category"].decided_by) == ("hr", "in_bulk")
    assert said[0, "category"].score == 1.0
    assert (said[1, "category"].label, said[1, "category"].decided_by) == ("billing", "model")


def test_a_topic_stays_below_its_category(spark: SparkSession, model: LoadedModel) -> None:
    said = _said(_mail(spark, ("invoice amount total salary", "en", False)), model, CATEGORY, TOPIC)
    row = said[0, "topic"]
    assert row.best_label.split("/")[0] == said[0, "category"].best_label
    assert all(p == 0 for name, p in row.scores.items() if name.split("/")[0] != said[0, "category"].best_label)
    assert sum(row.scores.values()) == pytest.approx(1)


def test_a_topic_abstains_with_its_category(spark: SparkSession, model: LoadedModel) -> None:
    unsure = CATEGORY.model_copy(update={"threshold": 1.0})
    said = _said(_mail(spark, ("invoice holiday", "en", False)), model, unsure, TOPIC)
    assert said[0, "topic"].reason == "PARENT_ABSTAINED"


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        pytest.param("please invoice now", ["polite", "urgent"], id="two"),
        pytest.param("invoice amount now", ["urgent"], id="one"),
    ],
)
def test_a_mail_may_have_several_labels(spark: SparkSession, model: LoadedModel, text: str, tags: list[str]) -> None:
    row = _said(_mail(spark, (text, "en", False)), model, TAGS)[0, "tags"]
    assert sorted(row.labels) == tags
    assert not row.abstained


def test_the_schema_is_that_of_the_table(spark: SparkSession, model: LoadedModel, tmp_path: Path) -> None:
    from triage.lake.tables import LABELS

    found = decided(_mail(spark, ("invoice", "en", False)), model, [CATEGORY], ("row",))
    assert set(LABELS.column_names) - {"mail_key", "batch_id"} <= set(found.columns)
