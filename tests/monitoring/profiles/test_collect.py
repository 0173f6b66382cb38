"""From tables to a profile in Spark, against SQL, against the path in memory, and what is never read."""

from __future__ import annotations

import re
from datetime import timedelta

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.routing.builders import RECEIVED, labels, mails
from tests.stores import rows_of
from triage.lake.tables import LEDGER, QUARANTINE, ROUTES
from triage.monitoring.profiles.collect import profile_of
from triage.monitoring.profiles.distributions import Numbers
from triage.monitoring.profiles.observations import micros_of, observations
from triage.monitoring.profiles.partial import partial_profile
from triage.monitoring.profiles.profile import Slice
from triage.spark.arrow import batches

AT = RECEIVED + timedelta(hours=10)
DUE = RECEIVED + timedelta(hours=12)
Tables = tuple[DataFrame, DataFrame, DataFrame, DataFrame, DataFrame, DataFrame]


@pytest.fixture(scope="module")
def tables(spark: SparkSession) -> Tables:
    silver = mails(
        spark,
        {"file_key": "aa", "language": "de", "terms": [1, 2, 9], "words": 30, "rare_words": 1, "thread_token": "<T>"},
        {"file_key": "aa", "marks": ["SUBJECT_MISSING", "NO_RECIPIENT"], "terms": [2], "sent_at": RECEIVED},
        {"file_key": None, "entity_counts": {"PERSON": 2}, "body_chars": 0},
        {"file_key": "bb", "attachments": [("a", "b", 1)], "terms": None},
    )
    held = [("q1", 1, "aa", 0, 1, ["EMPTY", "TOO_DEEP"], "parse"), ("q2", 1, "cc", 0, 1, ["EMPTY"], "parse"),
            ("q3", 1, "dd", 0, 1, ["EMPTY"], "parse")]  # fmt: skip
    decided = [("m1", "category", "hr", 0.9), ("m1", "kind", "human", 0.8), ("m2", "category", None, 0.1)]
    routed = [
        ("m1", "hr", "high", DUE, "r1"),
        ("m2", "hr", None, AT - timedelta(hours=1), "r2"),
        ("m3", "rest", "low", None, "default"),
        ("m4", "rest", "low", None, "default"),
    ]
    columns = ("mail_key", "queue", "priority", "due_at", "rule")
    fixed = {"batch_id": 1, "reason": "why", "rules_version": "v"}
    routes = [fixed | dict(zip(columns, row, strict=True)) for row in routed]
    files = [
        ("aa", 1, "/mail/one/<FILE_aa>"),
        ("aa", 2, "/mail/one/<FILE_aa>"),
        ("bb", 1, "/two/<FILE_bb>"),
        ("dd", 1, "/x/jane.doe/<FILE_dd>"),
    ]
    ledger = [{"kind": "file", "file_key": key, "batch_id": batch, "path": path} for key, batch, path in files]
    return (
        silver,
        spark.createDataFrame(held, QUARANTINE.schema),
        labels(spark, *decided),
        rows_of(spark, ROUTES, routes),
        rows_of(spark, LEDGER, ledger),
        spark.createDataFrame([("/mail/one", "sales"), ("/two", "source-0a1b2c3d")], "folder string, source string"),
    )


def test_a_row_a_mail_with_source_and_presence(tables: Tables) -> None:
    rows = observations(*tables).collect()
    assert sorted((row.published, row.source) for row in rows) == [
        (False, "sales"),
        (False, "unknown"),
        (False, "unknown"),
        (True, "sales"),
        (True, "sales"),
        (True, "source-0a1b2c3d"),
        (True, "unknown"),
    ]
    present = {tuple(row.present) for row in rows if row.published}
    assert present == {
        ("subject", "body", "sender", "recipients", "thread_token"),
        ("body", "sender", "sent_at"),
        ("subject", "sender", "recipients"),
        ("subject", "body", "sender", "recipients"),
    }


def test_no_text_is_read(tables: Tables, spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Of files, so that the plan shows which columns a scan reads."""
    folder = tmp_path_factory.mktemp("tables")
    stored = []
    for number, frame in enumerate(tables):
        path = str(folder / str(number))
        frame.write.parquet(path)
        stored.append(spark.read.parquet(path))
    leaves = observations(*stored)._jdf.queryExecution().sparkPlan().collectLeaves()
    schemas = [leaves.apply(i).requiredSchema().catalogString() for i in range(leaves.size())]
    read = set(re.findall(r"(\w+):", " ".join(schemas)))
    assert {"terms", "marks", "message_token", "score"} <= read
    assert not read & {"subject", "body", "sender", "recipients", "scores", "sealed_path", "mail_token"}


def test_the_profile_in_spark_is_that_in_memory_and_counts_as_sql_does(tables: Tables, spark: SparkSession) -> None:
    frame = observations(*tables).repartition(3)
    found = profile_of(frame, AT)
    rows = [row.asDict(recursive=True) for row in frame.collect()]
    whole = partial_profile(pa.Table.from_batches(batches(rows, frame.schema)), micros_of(AT))
    assert found.slices.keys() == whole.slices.keys()
    for key, part in whole.slices.items():
        assert plain(found[key]) == plain(part.pruned())
    silver, _, decided, routes, _, _ = tables
    assert dict(found.run.counts("language").counts) == counts(silver.groupBy("language").count())
    assert dict(found.run.counts("queue").counts) == counts(routes.groupBy("queue").count())
    by_label = decided.where("head = 'category'").selectExpr("coalesce(label, 'abstained') AS label")
    assert dict(found.run.counts("label.category").counts) == counts(by_label.groupBy("label").count())
    terms = counts(silver.selectExpr("explode(terms) AS term").groupBy("term").count())
    assert dict(whole.run.terms().mails) == terms
    assert (found.run.terms().mails, found.run.terms().rest) == ({}, sum(terms.values())), "each is in too few mails"


def plain(part: Slice) -> dict[str, object]:
    """A slice's features as plain values; few numbers are exact in a sketch."""
    ranks = [i / 10 for i in range(11)]
    features = {
        name: (one.total, one.missing, one.ends, one.quantiles(ranks)) if isinstance(one, Numbers) else one
        for name, one in part.features.items()
    }
    return {"published": part.published, "quarantined": part.quarantined, **features}


def counts(rows: DataFrame) -> dict[object, int]:
    return {row[0]: row[1] for row in rows.collect()}
