"""The commits of a Delta log: by lines of the protocol, and as delta-rs writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from triage.errors import ContractError
from triage.lake.commits import Commit, commit_from, read_commits
from triage.lake.store import Store
from triage.lake.tables import LEDGER, REVEALS

AT = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
INFO = f'{{"commitInfo":{{"timestamp":{int(AT.timestamp() * 1000)},"operation":"WRITE"}}}}'


def store_at(folder: Path) -> Store:
    def no_spark() -> None:
        raise ContractError("Spark was started.")

    return Store(no_spark, str(folder))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([INFO], Commit(3, AT, "WRITE", {}), id="no transaction"),
        pytest.param(
            [INFO, '{"txn":{"appId":"gold/routes","version":4,"lastUpdated":1}}'],
            Commit(3, AT, "WRITE", {"gold/routes": 4}),
            id="a batch",
        ),
        pytest.param(
            ['{"txn":{"appId":"a","version":1}}', '{"txn":{"appId":"a:b","version":2}}', INFO],
            Commit(3, AT, "WRITE", {"a": 1, "a:b": 2}),
            id="two parts",
        ),
        pytest.param([INFO, '{"remove":{"path":"x"}}'], Commit(3, AT, "WRITE", {}, True), id="rewritten"),
        pytest.param([INFO, '{"add":not JSON', ""], Commit(3, AT, "WRITE", {}), id="added files are not parsed"),
        pytest.param(['{"protocol":{}}'], Commit(3, None, "unknown", {}), id="no information"),
    ],
)
def test_a_commit_from_its_lines(lines: list[str], expected: Commit) -> None:
    assert commit_from(3, lines) == expected


def test_commits_are_in_order_and_other_files_are_none(tmp_path: Path) -> None:
    log = tmp_path / "_delta_log"
    log.mkdir()
    for name in ("00000000000000000010.json", "00000000000000000009.json", "_last_checkpoint", "x.json", "1.crc"):
        (log / name).write_text(INFO, "utf-8")
    assert [commit.version for commit in read_commits(tmp_path)] == [9, 10]


def test_no_table_has_no_commits(tmp_path: Path) -> None:
    assert read_commits(tmp_path / "none") == ()


def test_a_batch_is_found_by_its_transaction(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    for batch in (1, 2):
        store.append_rows(LEDGER, [{"file_key": "f", "batch_id": batch, "kind": "file", "planned_at": AT}], batch)
    found = store.commits(LEDGER)
    assert found is not None
    assert [dict(commit.transactions) for commit in found] == [{"ops/ledger": 1}, {"ops/ledger": 2}]
    assert store.commits(REVEALS) == ()


def test_the_log_of_a_remote_lake_is_not_read() -> None:
    assert Store(lambda: None, "s3a://bucket/lake").commits(LEDGER) is None  # type: ignore[arg-type, return-value]
