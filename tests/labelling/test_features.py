"""The text that models read."""

from __future__ import annotations

import pytest
from pyspark.ml import PipelineModel
from pyspark.sql import SparkSession

from triage.labelling.features import TEXT, counting_stages, with_text


@pytest.mark.parametrize(
    ("subject", "body", "text"),
    [
        pytest.param(
            "New offer", "Hi", "New offer Hi subject=New subject=offer", id="subject words are marked"
        ),
        pytest.param("", "I am <PERSON_7f3a91>.", " I am  entity=PERSON . ", id="pseudonym loses its token"),
        pytest.param("", "I am <PERSON>.", " I am  entity=PERSON . ", id="placeholder looks the same"),
        pytest.param("", "fact=bulk", " fact bulk ", id="text cannot pose as a fact"),
        pytest.param("", "one\\ntwo", " one two ", id="written line break"),
        pytest.param(None, None, "  ", id="nothing"),
    ],
)
def test_text(spark: SparkSession, subject: str | None, body: str | None, text: str) -> None:
    mail = spark.createDataFrame([(subject, body)], "subject string, body string")
    assert with_text(mail, ()).first()[TEXT] == text  # type: ignore[index]


def test_facts_stand_among_the_words_only_where_they_hold(spark: SparkSession) -> None:
    schema = "subject string, body string, bulk boolean, reply boolean, importance int, language string, attachments array<int>"
    mail = spark.createDataFrame([("", "x", True, False, None, "de", [1])], schema)
    words = with_text(mail, ()).first()[TEXT].split()  # type: ignore[index]
    assert words == ["x", "fact=bulk", "fact=attachments", "fact=language=de"]


def test_words_and_grams(spark: SparkSession) -> None:
    text = spark.createDataFrame([("Über-Geld x 12 fact=bulk",)], f"{TEXT} string")
    found = PipelineModel(counting_stages(10)[:4]).transform(text).first()
    assert found is not None
    assert found.terms[:4] == ["über", "geld", "12", "fact=bulk"]
    assert found.terms[4:] == [
        " ÜBE",
        "ÜBER",
        "BER ",
        "ER G",
        "R GE",
        " GEL",
        "GELD",
        "ELD ",
        "LD 1",
        "D 12",
        " 12 ",
    ]
