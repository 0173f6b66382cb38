"""The same on Spark the naive way: a function a row in pandas UDFs, one after the other.

python peer_spark.py MBOX FOLDER MODELS
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from pyspark.sql.pandas.functions import pandas_udf

from tests.benchmark.peer_text import loaded_anonymizer, loaded_models, messages, subject_and_body


def main(mbox: Path, folder: Path, models: Path) -> None:
    """Reads the mails, anonymizes and labels them, writes Parquet."""
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "4g")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    raws = spark.createDataFrame(((raw,) for raw in messages(mbox)), "raw binary").repartition(8)
    parse = f.udf(subject_and_body, "struct<subject:string,body:string>")
    clean = pandas_udf(_anonymized, "string")  # type: ignore[call-overload]
    mails = raws.withColumn("mail", parse("raw")).select(
        f.sha2("raw", 256).alias("key"),
        clean("mail.subject").alias("subject"),
        clean("mail.body").alias("body"),
    )
    for head in loaded_models(str(models)):
        mails = mails.withColumn(head, _label(str(models), head)(f.concat_ws("\n", "subject", "body")))
    mails.write.mode("overwrite").parquet(str(folder))
    spark.stop()


def _anonymized(texts: pd.Series) -> pd.Series:
    return texts.map(_or_nothing)


def _or_nothing(text: str) -> str:
    try:
        return loaded_anonymizer().anonymized(text)
    except ValueError:
        return ""


def _label(models: str, head: str) -> Any:
    def labelled(texts: pd.Series) -> pd.Series:
        return pd.Series([str(loaded_models(models)[head].predict([text])[0]) for text in texts])

    return pandas_udf(labelled, "string")  # type: ignore[call-overload]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
