"""The table of counts that analysts read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from tests.stores import rows_of
from triage.config import load_settings
from triage.lake.store import Store
from triage.lake.tables import LEDGER, MAIL_COUNTS, ROUTES, SILVER_MAIL
from triage.rights import mail_counts

MAILS = [
    *((1, "sales", "en", f"a{n}") for n in range(6)),
    *((1, "sales", "de", f"b{n}") for n in range(3)),
    *((1, "it", "en", f"c{n}") for n in range(3)),
    *((1, "hr", "en", "one") for _ in range(9)),
    *((1, "sales", "en", None) for _ in range(2)),
    (2, "hr", "en", "two"),
    *((3, "it", "en", f"d{n}") for n in range(4)),
]
"""Day, queue, language, sender; of nine mails to hr one person sent all."""


@pytest.mark.slow
def test_small_groups_are_merged(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(overrides=[f"lake.root={tmp_path / 'lake'}", "access.smallest_group=3"])
    store = Store(spark, settings.lake.root)
    monkeypatch.setattr(mail_counts, "spark_session", lambda *_: spark)
    store.append(LEDGER, spark.createDataFrame([], LEDGER.schema), 1)
    mail, routes = [], []
    for number, (day, queue, language, sender) in enumerate(MAILS):
        known = {"mail_key": f"{number:064x}", "batch_id": 1, "received_at": datetime(2026, 11, day, 12, tzinfo=UTC)}
        own = {"language": language, "sender": {"name": None, "address": sender}}
        mail.append(known | own)
        routes.append({"queue": queue} | known)
    store.append(SILVER_MAIL, rows_of(spark, SILVER_MAIL, mail), 1)
    store.append(ROUTES, rows_of(spark, ROUTES, routes), 1)
    for _ in range(2):  # it replaces what was there
        assert mail_counts.write_mail_counts(settings) == 4
        found = {tuple(row.values()) for row in store.rows(MAIL_COUNTS, MAIL_COUNTS.column_names)}
        assert found == {
            ("2026-11-01", "sales", "de", 3),
            ("2026-11-01", "sales", "en", 8),
            ("2026-11-01", "other", "other", 12),
            ("other", "other", "other", 5),
        }
        # of two versions, a reader would see by how many mails a count changed
        folder = Path(store.path(MAIL_COUNTS))
        assert {file.name for file in folder.glob("*.parquet")} == {
            Path(uri).name for uri in DeltaTable(str(folder)).file_uris()
        }
