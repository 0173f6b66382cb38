"""Unfinished relabels are found, and the command that finishes each is named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from triage.lake.store import Store
from triage.lake.tables import RELABELS
from triage.pipeline.account.relabels import unfinished_sentences
from triage.stages.relabels import command_of, unfinished_relabels

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
ROW: dict[str, Any] = {
    "relabel_id": "relabel-1", "phase": "begun", "last_batch": 3, "written_at": AT, "cause": "rollback", "model": "m",
    "model_version": "4", "models": {"m": "4"}, "os_user": "ops", "reason": "bad", "only_version": "5",
    "received_from": None, "received_to": None, "head": None,
}  # fmt: skip


def no_spark() -> Any:
    raise AssertionError("Spark was started")


def test_only_what_has_not_ended_is_unfinished(tmp_path: Path) -> None:
    store = Store(no_spark, str(tmp_path / "lake"))
    assert unfinished_relabels(store) == []
    assert unfinished_sentences(store) == ()
    rows = [ROW, ROW | {"relabel_id": "relabel-2"}, ROW | {"phase": "chunk"}, ROW | {"phase": "done"}]
    store.add(RELABELS, rows)
    assert [row["relabel_id"] for row in unfinished_relabels(store)] == ["relabel-2"]
    (sentence,) = unfinished_sentences(store)
    assert "relabel-2, begun at 2026-03-04 05:06 UTC" in sentence
    assert "jobs/rollback.py --to 4" in sentence


@pytest.mark.parametrize(
    ("change", "command"),
    [
        pytest.param({}, 'jobs/rollback.py --to 4 --reason "…"', id="rollback"),
        pytest.param({"head": "kind"}, 'jobs/rollback.py --to 4 --head kind --reason "…"', id="of a head"),
        pytest.param(
            {"received_from": AT}, 'jobs/rollback.py --to 4 --since 2026-03-04T05:06:00 --reason "…"', id="since"
        ),
        pytest.param(
            {"cause": "backfill", "received_from": AT, "received_to": AT.replace(day=5)},
            "jobs/backfill.py --from 2026-03-04T05:06:00 --to 2026-03-05T05:06:00 --model 4",
            id="backfill",
        ),
    ],
)
def test_the_command_that_finishes_it(change: dict[str, Any], command: str) -> None:
    assert command_of(ROW | change) == command
