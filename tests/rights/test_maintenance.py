"""What is past its age goes, what is on hold or young stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from triage.config import load_settings
from triage.lake.store import Store
from triage.lake.tables import (
    ALERTS,
    BASELINES,
    CORRECTIONS,
    DRIFT,
    LEDGER,
    PROFILES,
    PSEUDONYMS,
    QUALITY,
    QUARANTINE,
    RAW_MAIL,
    RUNS,
    SILVER_MAIL,
    Table,
)
from triage.rights.aged_rows import AGED
from triage.rights.engine.base import Engine
from triage.rights.maintenance import _remove, _remove_orphans

DAYS_AGO = {1: 100, 2: 10}
TOKENS = {key: f"<PERSON_858c78_{key * 16}>" for key in "abc"}


@pytest.fixture
def store(spark: SparkSession, tmp_path: Path) -> Store:
    """Mails a and b of an old batch, mail c of a young one."""
    store, now = Store(spark, str(tmp_path / "lake")), datetime.now(UTC)
    for batch_id, mails in ((1, "ab"), (2, "c")):
        plan = {
            "file_key": "f",
            "batch_id": batch_id,
            "kind": "file",
            "planned_at": now - timedelta(days=DAYS_AGO[batch_id]),
        }
        store.append_rows(LEDGER, [plan], batch_id)
        rows = [{"mail_key": key, "batch_id": batch_id, "file_key": "f", "reasons": ["EMPTY"]} for key in mails]
        store.append_rows(RAW_MAIL, [row | {"sealed": bytearray(b"s")} for row in rows], batch_id)
        store.append_rows(QUARANTINE, rows, batch_id)
        store.append_rows(SILVER_MAIL, [row | {"body": f"Hi {TOKENS[str(row['mail_key'])]}"} for row in rows], batch_id)
        told = [{"token": TOKENS[key], "batch_id": batch_id, "sealed": bytearray(b"s")} for key in mails]
        store.append_rows(PSEUDONYMS, told, batch_id)
    return store


def left(store: Store, column: str = "mail_key", table: Table = SILVER_MAIL) -> Iterable[str]:
    return sorted(row[column] for row in store.read(table).collect())


def test_rows_go_by_the_age_of_their_batch(store: Store, engine: Engine) -> None:
    nobody = engine.keys([])
    assert _remove(QUARANTINE, 200, nobody, engine) == (0, 0)
    assert _remove(QUARANTINE, 30, nobody, engine) == (2, 0)
    assert left(store, table=QUARANTINE) == ["c"]
    assert _remove(QUARANTINE, 30, nobody, engine) == (0, 0)


@pytest.mark.slow
def test_what_is_on_hold_stays(store: Store, engine: Engine) -> None:
    assert _remove(SILVER_MAIL, 30, engine.keys(["a"]), engine) == (1, 1)
    assert left(store) == ["a", "c"]
    assert _remove_orphans(engine) == 1
    assert left(store, "token", PSEUDONYMS) == [TOKENS["a"], TOKENS["c"]]


@pytest.mark.slow
def test_raw_mail_loses_its_bytes_and_stays_known(store: Store, engine: Engine) -> None:
    assert _remove(RAW_MAIL, 30, engine.keys([]), engine) == (2, 0)
    assert {row.mail_key: row.sealed for row in store.read(RAW_MAIL).collect()} == {
        "a": None,
        "b": None,
        "c": b"s",
    }
    assert _remove(RAW_MAIL, 30, engine.keys([]), engine) == (0, 0)


def test_every_setting_has_its_table_and_none_is_on_by_itself() -> None:
    assert load_settings().retention.model_dump() == dict.fromkeys(AGED)


@pytest.mark.slow
def test_corrections_go_by_their_own_age_and_stay_for_a_mail_on_hold(store: Store, engine: Engine) -> None:
    now = datetime.now(UTC)
    for name, key, days in (("1", "a", 100), ("2", "a", 10), ("3", "b", 100)):
        row = {"correction_id": name, "mail_key": key, "corrected_at": now - timedelta(days=days), "reason": "it is"}
        store.add(CORRECTIONS, [row])
    assert _remove(CORRECTIONS, 30, engine.keys(["b"]), engine) == (1, 1)
    assert left(store, "correction_id", CORRECTIONS) == ["2", "3"]


@pytest.mark.slow
def test_metrics_go_by_the_age_of_their_run_and_a_chosen_baseline_stays(store: Store, engine: Engine) -> None:
    nobody, now = engine.keys([]), datetime.now(UTC)
    for number, (run, days) in enumerate((("old", 100), ("chosen", 90), ("new", 10)), start=1):
        at = {"run_id": run, "started_at": now - timedelta(days=days)}
        store.append_rows(RUNS, [at], number)
        store.append_rows(PROFILES, [at | {"by": by, "slice": ""} for by in ("run", "queue")], number)
        store.append_rows(DRIFT, [{"run_id": run, "feature": "language"}], number)
        store.append_rows(ALERTS, [{"run_id": run, "raised_at": at["started_at"], "rule": "late"}], number)
    store.append_rows(QUALITY, [{"batch_id": batch, "stage": "ingest", "measure": "new"} for batch in (1, 2)], 2)
    decision = {"baseline_id": "b", "decided_at": now, "action": "set", "run_ids": ["chosen"], "reason": "why"}
    store.add(BASELINES, [decision])
    removed = [_remove(table, 30, nobody, engine)[0] for table in (PROFILES, DRIFT, ALERTS, QUALITY)]
    assert removed == [2, 2, 2, 1]
    assert left(store, "run_id", PROFILES) == ["chosen", "chosen", "new", "new"]
    assert left(store, "run_id", DRIFT) == left(store, "run_id", ALERTS) == ["new"]
    assert [row.batch_id for row in store.read(QUALITY).collect()] == [2]
