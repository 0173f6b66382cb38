"""The engine without Spark: nothing of a removed row is left, in the log neither, and no session is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from triage.config import Settings
from triage.errors import ContractError
from triage.lake.store import Store
from triage.lake.tables import QUARANTINE, REVEALS, SILVER_MAIL, TABLES
from triage.rights.engine.base import Scan
from triage.rights.engine.choice import engine_for
from triage.rights.engine.local import LocalEngine
from triage.rights.engine.spark import SparkEngine
from triage.rights.rows import TOKEN_TABLES

GONE, STAYS = "0a" * 32, "fe" * 32
TOKENS = [f"<PERSON_858c78_{letter * 16}>" for letter in "abc"]


def no_session() -> SparkSession:
    raise AssertionError("Spark was asked for")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(no_session, str(tmp_path / "lake"))
    row = {"batch_id": 1, "file_key": "f", "reasons": ["EMPTY"], "stage": "parse"}
    made.append_rows(QUARANTINE, [row | {"mail_key": key} for key in (GONE, STAYS)], 1)
    made.append_rows(SILVER_MAIL, [{"mail_key": GONE, "batch_id": 1, "body": f"Hi {TOKENS[0]} {TOKENS[1]}"}], 1)
    sender = {"name": TOKENS[1], "address": None}
    made.append_rows(SILVER_MAIL, [{"mail_key": STAYS, "batch_id": 2, "body": TOKENS[2], "sender": sender}], 2)
    return made


def bytes_of(store: Store) -> bytes:
    return b"".join(file.read_bytes() for file in Path(store.root).rglob("*") if file.is_file())


def test_no_byte_of_a_removed_key_is_left(store: Store) -> None:
    engine = LocalEngine(store)
    for table in (QUARANTINE, SILVER_MAIL):
        engine.delete(table, engine.keys([GONE]))
        store.clear_history(table)
        assert [row["mail_key"] for row in store.rows(table, ("mail_key",))] == [STAYS]
        assert store.last_batch(table) == (1 if table is QUARANTINE else 2), "the log still knows the batches"
    assert GONE.encode() not in bytes_of(store)
    assert STAYS.encode() in bytes_of(store)


def test_a_table_appends_only_again_after_rows_were_removed(store: Store) -> None:
    row = {"reveal_id": "1", "revealed_at": datetime.now(UTC), "outcome": "shown"}
    store.add(REVEALS, [row, row | {"reveal_id": "2"}])
    engine = LocalEngine(store)
    engine.delete(REVEALS, engine.keys(["1"]), on="reveal_id")
    assert [one["reveal_id"] for one in store.rows(REVEALS, ("reveal_id",))] == ["2"]
    log = max((Path(store.path(REVEALS)) / "_delta_log").glob("*.json")).read_text("utf-8")
    assert '"delta.appendOnly":"true"' in log


def test_the_index_knows_which_tokens_only_some_mails_have(store: Store) -> None:
    index = LocalEngine(store).index(TOKEN_TABLES)
    assert index.only_in([GONE]).values() == {TOKENS[0]}
    assert index.mails([TOKENS[1]]).values() == {GONE, STAYS}
    assert set(index.pairs([TOKENS[1], TOKENS[2]])) == {(GONE, TOKENS[1]), (STAYS, TOKENS[1]), (STAYS, TOKENS[2])}
    assert index.tokens().values() == set(TOKENS)


@pytest.mark.parametrize("is_indexed", [False, True], ids=["from the rows", "from the index"])
def test_pairs_are_those_of_the_tokens_asked_for(store: Store, is_indexed: bool) -> None:
    engine = LocalEngine(store)
    if is_indexed:
        engine.index(TOKEN_TABLES)
    found = set(engine.pairs(TOKEN_TABLES, [TOKENS[1], TOKENS[2], "<PERSON_nobody>"]))
    assert found == {(GONE, TOKENS[1]), (STAYS, TOKENS[1]), (STAYS, TOKENS[2])}


def test_the_index_is_read_anew_after_a_change(store: Store) -> None:
    engine = LocalEngine(store)
    assert engine.index(TOKEN_TABLES).tokens().count() == 3
    engine.delete(SILVER_MAIL, engine.keys([GONE]))
    assert engine.index(TOKEN_TABLES).tokens().values() == {TOKENS[1], TOKENS[2]}


def test_an_error_of_a_function_shows_no_value(store: Store) -> None:
    def work(rows: object) -> list[dict[str, object]]:
        raise ValueError(GONE)

    with pytest.raises(ContractError, match="ValueError") as raised:
        LocalEngine(store).through(Scan(QUARANTINE, ("mail_key",)), work, QUARANTINE.schema)
    assert GONE not in str(raised.value)


@pytest.mark.parametrize(("most", "engine"), [(2**30, LocalEngine), (1, SparkEngine), (0, SparkEngine)])
def test_the_size_of_the_lake_chooses_the_engine(store: Store, settings: Settings, most: int, engine: type) -> None:
    lake = settings.lake.model_copy(update={"without_spark_bytes": most})
    assert type(engine_for(store, settings.model_copy(update={"lake": lake}))) is engine


def test_all_tables_are_taken_while_none_is_there(tmp_path: Path) -> None:
    assert Store(no_session, str(tmp_path)).works_without_spark(TABLES)
