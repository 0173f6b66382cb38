"""Small labelled rows that a linear model can learn."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.config import Settings, load_settings
from triage.labelling.taxonomy import Head
from triage.labelling.training.result import Source

SCHEMA = "row long, labels map<string,string>, body string, subject string, split string, bulk boolean"
WORDS = {
    "billing": ("invoice", "payment", "refund", "amount", "overdue"),
    "hr": ("holiday", "contract", "salary", "vacation", "sickness"),
    "legal": ("court", "clause", "lawsuit", "patent", "liability"),
}
TAXONOMY = """
heads:
  - {name: category, labels: [billing, hr, legal], threshold: 0.5}
  - {name: priority, labels: [low, high], threshold: 0.5}
"""
HEADS = (
    Head(name="category", labels=("billing", "hr", "legal"), threshold=0.5),
    Head(name="priority", labels=("low", "high"), threshold=0.5),
)
SOURCE = Source("made up", "Apache-2.0")

Row = tuple[int, dict[str, str], str, str, str, bool]


def labelled_rows(count: int = 90) -> list[Row]:
    """Rows whose words give away the category and whose subject the priority; every third is held back."""
    names = list(WORDS)
    return [_row(number, names[number % len(names)]) for number in range(count)]


def _row(number: int, category: str) -> Row:
    words = WORDS[category]
    body = " ".join((words[number % 5], words[(number * 3 + 1) % 5], f"<PERSON_{number:06x}>", "please answer soon"))
    priority = "high" if number % 2 else "low"
    subject = "urgent matter" if number % 2 else "some time later"
    split = "test" if number % 9 < 3 else "train"
    return number, {"category": category, "priority": priority}, body, subject, split, number % 4 == 0


def labelled(spark: SparkSession, rows: list[Row] | None = None) -> DataFrame:
    """`labelled_rows` as Spark holds them."""
    return spark.createDataFrame(labelled_rows() if rows is None else rows, SCHEMA)


def silver(spark: SparkSession) -> DataFrame:
    """The same mails as silver/mail would hold them, the columns that labelling needs."""
    key = f.sha2(f.col("row").cast("string"), 256)
    return labelled(spark).select(key.alias("mail_key"), f.lit(1).cast(t.LongType()).alias("batch_id"), "*")


def small_settings(folder: Path, *own: str) -> Settings:
    """Settings over a lake of the test's own, two heads and a narrow term space."""
    (folder / "taxonomy.yaml").write_text(TAXONOMY, "utf-8")
    overrides = [
        f"lake.root={folder / 'lake'}",
        f"labelling.taxonomy={folder / 'taxonomy.yaml'}",
        "labelling.hash_bits=12",
        "labelling.search.trials=1",
        "spark.master=local[2]",
        *own,
    ]
    return load_settings(overrides=overrides)
