"""The newest text of one mail, as Spark cuts it."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from triage.labelling.features.text_fields import newest_text
from triage.labelling.plain.mail_terms import words_of
from triage.labelling.plain.model import MailText

QUOTED = [
    "new\n-----Original Message-----\nold",
    "new\n---- URSPRÜNGLICHE NACHRICHT\nold",
    "new\nLe 3 mai 2024, <PERSON_0011> a écrit :\nold",
    "new\nLE 3 MAI 2024, <PERSON_0011> A ÉCRIT :\nold",
    "new\n> old\nnew again",
    "new\n____________________\u00a0\nold",
]


@pytest.mark.slow
def test_the_newest_text_is_spark_s(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(text,) for text in QUOTED], "body string")
    of_spark = [row[0].split() for row in frame.select(newest_text(frame["body"])).collect()]
    here = [words_of(MailText({"subject": "", "body": text}), ("newest",)) for text in QUOTED]
    assert ["old" in words for words in here] == ["old" in words for words in of_spark]
    assert "old" not in here[0]
    assert "old" in here[1]
