"""Labels mails by the champion and by a model on trial; of each thread one of the two decides."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.labelling.models import Champion, Tried
from triage.labelling.serving.inference import label
from triage.lake.tables import LABELS, SHADOW_LABELS

_MILLION = 1_000_000
_OTHER = "other_"
_BY_CHALLENGER = "by_challenger"


def label_both(silver: DataFrame, known_threads: DataFrame, champion: Champion, tried: Tried) -> DataFrame:
    """The columns of gold/labels, those of the model that does not decide with `other_` before, and by_challenger.

    `silver` as for `label`, with thread_token and message_token; `known_threads` (thread_token) are those with mails
    from before the trial, which stay with the champion: no thread has two models.
    """
    challenger = champion.challenger
    if challenger is None:
        raise ValueError("no model is tried")
    drawn = _decided_by_challenger(silver, known_threads, tried)
    ours, theirs = label(silver, champion), label(silver, challenger)
    values = [name for name in LABELS.column_names if name not in ("mail_key", "batch_id", "head")]
    renamed = theirs.select("mail_key", "head", *(f.col(name).alias(_OTHER + name) for name in values))
    both = ours.join(renamed, ["mail_key", "head"]).join(drawn, "mail_key")
    swap = f.col(_BY_CHALLENGER)
    chosen = {name: f.when(swap, f.col(_OTHER + name)).otherwise(f.col(name)) for name in values}
    others = {_OTHER + name: f.when(swap, f.col(name)).otherwise(f.col(_OTHER + name)) for name in values}
    return both.select(
        "mail_key",
        "batch_id",
        "head",
        _BY_CHALLENGER,
        *(column.alias(name) for name, column in (chosen | others).items()),
    )


def decided_labels(both: DataFrame) -> DataFrame:
    """Rows of gold/labels."""
    return both.select(LABELS.column_names)


def shadow_labels(both: DataFrame, tried: Tried) -> DataFrame:
    """Rows of gold/shadow_labels: the heads that the two models decide."""
    heads = list(tried.model.heads)
    differs = ~f.col("label").eqNullSafe(f.col("other_label"))
    own = both.where(f.col("head").isin(heads) & (f.col("model_version") != f.col("other_model_version")))
    renamed = own.withColumnRenamed("other_model_version", "other_version").withColumn("differs", differs)
    return renamed.select(SHADOW_LABELS.column_names)


def _decided_by_challenger(silver: DataFrame, known_threads: DataFrame, tried: Tried) -> DataFrame:
    """mail_key and by_challenger."""
    known = known_threads.select("thread_token").distinct().withColumn("known", f.lit(True))
    thread = f.coalesce("thread_token", "message_token", "mail_key")
    drawn = _share_of(thread, tried.salt) < round(tried.share * _MILLION)
    mails = silver.select("mail_key", "thread_token", "message_token").join(known, "thread_token", "left")
    return mails.select("mail_key", (drawn & f.col("known").isNull()).alias(_BY_CHALLENGER))


def _share_of(thread: Column, salt: str) -> Column:
    """A number below a million, by thread and trial; tokens are keyed, so nobody who writes mail can choose it."""
    return f.pmod(f.xxhash64(f.lit(salt), thread), f.lit(_MILLION))
