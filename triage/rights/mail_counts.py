"""Writes gold/mail_counts: how many mails came by day, queue and language, where nobody stands out."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.config import Settings
from triage.lake.k_anonymity import Cell, Path, anonymous_counts
from triage.lake.locks import lake_lock
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import MAIL_COUNTS, ROUTES, SILVER_MAIL
from triage.spark.session import spark_session

LEVELS = ("day", "queue", "language")


def write_mail_counts(settings: Settings) -> int:
    """Replaces the table by the counts of today's published mails, and returns its rows.

    Mails without a sender count as of nobody, so they are never shown on their own. Raises ConfigError without a lake,
    TransientError where another job holds it.
    """
    store = Store(lambda: spark_session(settings, "counts"), settings.lake.root)
    require_lake(store)
    with lake_lock(settings.lake.root):
        cells = _cells(store.read(SILVER_MAIL), store.read(ROUTES))
        counts = anonymous_counts(cells, len(LEVELS), settings.access.smallest_group)
        rows = [(*path, mails) for path, mails in sorted(counts.items())]
        store.overwrite(MAIL_COUNTS, store.spark.createDataFrame(rows, MAIL_COUNTS.schema))
        store.clear_history(MAIL_COUNTS)  # the difference of two days' tables may be one person's mail
    return len(rows)


def _cells(silver: DataFrame, routes: DataFrame) -> dict[Path, Cell]:
    """Mails and senders of each day, of each queue of a day, of each language of these, and of all."""
    mails = silver.join(routes.select("mail_key", "queue"), "mail_key").select(
        f.date_format("received_at", "yyyy-MM-dd").alias("day"),
        "queue",
        "language",
        f.col("sender.address").alias("by"),
    )
    sums = mails.rollup(*LEVELS).agg(
        f.count("*").alias("mails"), f.count_distinct("by").alias("people"), f.grouping_id().alias("level")
    )
    depths = {0: 3, 1: 2, 3: 1, 7: 0}  # grouping_id has a bit for each column that is summed over
    return {
        tuple(str(row[name]) for name in LEVELS[: depths[row.level]]): Cell(row.mails, row.people)
        for row in sums.collect()
    }
