"""The features that are watched for drift: a function and an entry in FEATURES for each.

Each function returns the values that one row adds to a feature's histogram, as an array of
(feature, value, number, count): `value` of a category, or `number`, which is binned afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.monitoring.drift.distances import BINS, bin_names, rounded_edges
from triage.routing.attributes import ABSTAINED

NONE = "none"
_ACCURACY = 1_000
"""Of percentile_approx: the rank of a quantile is off by at most 1 / _ACCURACY."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature, or one `name.<head>` for each head: `table` is the one it is read from."""

    name: str
    table: str
    values: Callable[[], Column]
    numeric: bool = False


def _label() -> Column:
    return f.array(_value(f.concat(f.lit("label."), "head"), f.coalesce("label", f.lit(ABSTAINED))))


def _score() -> Column:
    return f.array(_number(f.concat(f.lit("score."), "head"), f.col("score")))


def _body_chars() -> Column:
    return f.array(_number(f.lit("body_chars"), f.col("body_chars")))


def _language() -> Column:
    return f.array(_value(f.lit("language"), f.col("language")))


def _attachments() -> Column:
    count = f.greatest(f.size("attachments"), f.lit(0))
    return f.array(_value(f.lit("attachments"), f.when(count > 2, "3 or more").otherwise(count.cast("string"))))


def _entities() -> Column:
    """Replaced entities by type, each counted, so that the shares are of entities and not of mails."""
    entries = f.map_entries(f.coalesce("entity_counts", f.create_map().cast("map<string,int>")))
    return f.transform(entries, lambda e: _row(f.lit("entities"), e["key"], None, e["value"]))


def _signs() -> Column:
    names = ("auto_submitted", "bulk", "list_mail", "bounce", "reply", "has_html")
    signs = f.array_compact(f.array(*(f.when(f.col(name), name) for name in names)))
    joined = f.array_join(signs, ", ")
    return f.array(_value(f.lit("signs"), f.when(joined != "", joined).otherwise(NONE)))


def _queue() -> Column:
    return f.array(_value(f.lit("queue"), f.col("queue")))


def _rule() -> Column:
    return f.array(_value(f.lit("rule"), f.col("rule")))


FEATURES: tuple[Feature, ...] = (
    Feature("label", "labels", _label),
    Feature("score", "labels", _score, numeric=True),
    Feature("body_chars", "silver", _body_chars, numeric=True),
    Feature("language", "silver", _language),
    Feature("attachments", "silver", _attachments),
    Feature("entities", "silver", _entities),
    Feature("signs", "silver", _signs),
    Feature("queue", "routes", _queue),
    Feature("rule", "routes", _rule),
)

Histogram = dict[str, int]


def is_numeric(feature: str) -> bool:
    """Whether a histogram's bins are those of a number."""
    return any(known.numeric for known in FEATURES if known.name == feature.partition(".")[0])


def histograms(tables: Mapping[str, DataFrame], edges: Mapping[str, Sequence[float]]) -> dict[str, Histogram]:
    """The histogram of every feature over the tables silver, labels and routes, in one Spark job.

    A number is binned by its feature's `edges`; all its bins are present, with 0 where nothing was counted.
    """
    rows = _rows(tables, FEATURES).withColumn("bin", _bin(edges))
    counted = rows.groupBy("feature", "bin").agg(f.sum("count").alias("count")).collect()
    found: dict[str, Histogram] = {feature: dict.fromkeys(bin_names(e), 0) for feature, e in edges.items()}
    for row in counted:
        found.setdefault(row["feature"], {})[row["bin"]] = int(row["count"])
    return found


def quantile_edges(tables: Mapping[str, DataFrame]) -> dict[str, list[float]]:
    """Edges of each numeric feature at its own quantiles, in one Spark job."""
    rows = _rows(tables, [feature for feature in FEATURES if feature.numeric])
    ranks = [i / BINS for i in range(1, BINS)]
    grouped = rows.groupBy("feature").agg(f.percentile_approx("number", ranks, _ACCURACY).alias("quantiles"))
    return {row["feature"]: rounded_edges(row["quantiles"] or []) for row in grouped.collect()}


def _rows(tables: Mapping[str, DataFrame], features: Sequence[Feature]) -> DataFrame:
    """One row a value, all features of a table in one pass over it."""
    parts = []
    for table, rows in tables.items():
        own = [feature.values() for feature in features if feature.table == table]
        if own:
            parts.append(rows.select(f.inline(f.concat(*own))))
    return reduce(DataFrame.unionByName, parts)


def _bin(edges: Mapping[str, Sequence[float]]) -> Column:
    number = f.col("number")
    column = f.coalesce("value", f.lit(NONE))
    for feature, own in edges.items():
        names = bin_names(own)
        chain = f.lit(names[-1])
        for edge, name in reversed(list(zip(own, names, strict=False))):
            chain = f.when(number <= edge, name).otherwise(chain)
        column = f.when((f.col("feature") == feature) & number.isNotNull(), chain).otherwise(column)
    return column


def _value(feature: Column, value: Column) -> Column:
    return _row(feature, value, None, f.lit(1))


def _number(feature: Column, number: Column) -> Column:
    return _row(feature, None, number, f.lit(1))


def _row(feature: Column, value: Column | None, number: Column | None, count: Column) -> Column:
    return f.struct(
        feature.alias("feature"),
        (f.lit(None) if value is None else value).cast("string").alias("value"),
        (f.lit(None) if number is None else number).cast("double").alias("number"),
        count.cast("long").alias("count"),
    )
