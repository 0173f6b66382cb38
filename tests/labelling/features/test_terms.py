"""The text that models read."""

from __future__ import annotations

import pytest
from pyspark.ml import PipelineModel
from pyspark.sql import SparkSession

from triage.labelling.features.blocks import counting_stages
from triage.labelling.features.terms import PLAIN, TEXT, with_text


@pytest.mark.parametrize(
    ("subject", "body", "text"),
    [
        pytest.param("New offer", "Hi", "subject=New subject=offer New offer Hi", id="subject words are marked"),
        pytest.param("", "I am <PERSON_7f3a91>.", " I am  entity=PERSON . ", id="pseudonym loses its token"),
        pytest.param("", "I am <PERSON>.", " I am  entity=PERSON . ", id="placeholder looks the same"),
        pytest.param("", "fact=bulk", " fact bulk ", id="text cannot pose as a fact"),
        pytest.param("", "one\\ntwo", " one two ", id="written line break"),
        pytest.param(None, None, "  ", id="nothing"),
    ],
)
def test_text(spark: SparkSession, subject: str | None, body: str | None, text: str) -> None:
    mail = spark.createDataFrame([(subject, body)], "subject string, body string")
    assert with_text(mail, ()).first()[TEXT].split() == text.split()  # type: ignore[index]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dear Mr <PERSON_7f3a91>, he sent it", "<PERSON_aa11bb>, she sent it"),
        ("Sehr geehrte Frau <PERSON>, ihre Rechnung", "Sehr geehrter Herr <LOCATION>, seine Rechnung"),
        ("Hola, señor <PERSON>", "<ORGANIZATION>, señora"),
        ("Monsieur <PERSON>, il paie", "Madame <PERSON>, elle paie"),
    ],
)
def test_without_names_a_woman_and_a_man_read_alike(spark: SparkSession, one: str, other: str) -> None:
    mail = spark.createDataFrame([(one, one), (other, other)], "subject string, body string")
    texts = [row[TEXT].split() for row in with_text(mail, (), ("subject", "body", "nameless")).collect()]
    assert texts[0] == texts[1] != []


def test_without_names_all_else_stays(spark: SparkSession) -> None:
    mail = spark.createDataFrame(
        [("Sir", "Sirs, the hero paid <IBAN_CODE_ab12> in her Herring")], "subject string, body string"
    )
    text = with_text(mail, (), ("subject", "body", "nameless")).first()[TEXT].split()  # type: ignore[index]
    assert text == ["Sirs,", "the", "hero", "paid", "entity=IBAN_CODE", "in", "Herring"]


def test_facts_stand_among_the_words_only_where_they_hold(spark: SparkSession) -> None:
    schema = (
        "subject string, body string, bulk boolean, reply boolean, importance int, language string, "
        "attachments array<int>"
    )
    mail = spark.createDataFrame([("", "x", True, False, None, "de", [1])], schema)
    words = with_text(mail, ()).first()[TEXT].split()  # type: ignore[index]
    assert words == ["fact=bulk", "fact=attachments", "fact=language=de", "x"]


def test_words_pairs_and_grams(spark: SparkSession) -> None:
    text = spark.createDataFrame([("Über-Geld x ab fact=bulk geld",)], f"{TEXT} string")
    stages = counting_stages(("words", "pairs", "grams"), 10)
    found = PipelineModel(stages).transform(text).first()
    assert found is not None
    assert sorted(found.words_terms) == ["ab", "fact=bulk", "geld", "geld", "über"]
    assert found.pairs_terms == ["über geld", "geld ab", "ab fact=bulk", "fact=bulk geld"]
    assert found.grams_terms == [" übe", "über", "ber ", " gel", "geld", "eld ", " ab "]


def test_a_word_counts_thrice_at_most(spark: SparkSession) -> None:
    text = spark.createDataFrame([("no no no no no yes",)], f"{TEXT} string")
    found = PipelineModel(counting_stages(("words",), 10)).transform(text).first()
    assert found is not None
    assert found.words_terms == ["no", "no", "no", "yes"]


@pytest.mark.parametrize(
    ("body", "newest"),
    [
        pytest.param("Yes, do.\n> May I?\n> Ann", "Yes, do.", id="quoted lines"),
        pytest.param("Fine.\n\nOn Mon, 3 May 2021 at 10:00, Ann wrote:\nOld text", "Fine.", id="wrote"),
        pytest.param("Gut.\n-----Ursprüngliche Nachricht-----\nAlt", "Gut.", id="original message"),
        pytest.param("Ok\nVon: Ann\nGesendet: Montag\nAlt", "Ok", id="header block"),
        pytest.param("> only quoted", "> only quoted", id="nothing else: all of it"),
    ],
)
def test_newest_text(spark: SparkSession, body: str, newest: str) -> None:
    mail = spark.createDataFrame([(body,)], "body string")
    assert with_text(mail, (), ("newest",)).first()[PLAIN].strip() == newest  # type: ignore[index]
