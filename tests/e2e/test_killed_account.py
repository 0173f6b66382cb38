"""A run killed inside its account and started again tells and stores everything once, and knows its model."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.lakes import Lake
from tests.monitoring.alerts.builders import rule
from triage.lake.store import Store
from triage.lake.tables import ALERTS, DRIFT, MEASURES, PROFILES, QUALITY, RUNS, Table
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

RUN_2 = "batches-000002-000002"
ALWAYS = rule("always", metric="quarantine_limit", when="{value: {min: 0}}")


class Killed(BaseException):
    """The process ends here."""


def kill_at(patch: pytest.MonkeyPatch, table: Table, *, before: bool) -> None:
    """The process ends just before or after its rows of a table are written."""
    append = Store.append_rows

    def until(store: Store, to: Table, rows: Any, batch_id: int, part: str = "") -> None:
        is_own = to is table and (to is not QUALITY or part == "monitor")
        if not (is_own and before):
            append(store, to, rows, batch_id, part)
        if is_own:
            raise Killed

    patch.setattr(Store, "append_rows", until)


def test_what_a_killed_account_wrote_is_told_and_stored_once(
    trained: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, export, told = trained.copied(tmp_path), tmp_path / "more.mbox", tmp_path / "alerts.json"
    write_mbox(generate(60, seed=77), export)
    file = tmp_path / "alerts.yaml"
    file.write_text(f"rules:\n{ALWAYS}sinks:\n  - {{name: told, kind: file, path: '{told}'}}\n", "utf-8")
    options = ("--set", f"alerts.rules={file}")
    for table, before in ((ALERTS, False), (PROFILES, False), (RUNS, True)):
        with monkeypatch.context() as patch:
            kill_at(patch, table, before=before)
            with pytest.raises(Killed):
                lake.run("nightly", "--source", str(export), *options)
    lake.nightly(export, options=options)

    for table in (RUNS, PROFILES, DRIFT, MEASURES, ALERTS):
        rows = [row for row in lake.rows(table.name) if row["run_id"] == RUN_2]
        keys = Counter(tuple(row[name] for name in table.keys) for row in rows)
        assert keys and max(keys.values()) == 1, table.name
    sent = [json.loads(line) for line in told.read_text("utf-8").splitlines()]
    assert [(alert["rule"], alert["state"]) for alert in sent] == [("always", "raised")]
    [first, second] = sorted(lake.rows(RUNS.name), key=lambda row: str(row["run_id"]))
    assert second["run_id"] == RUN_2 and second["model_version"] == first["model_version"] is not None
    assert dict(second["stage_seconds"]) == {}
    costs = [row for row in lake.rows(MEASURES.name) if row["run_id"] == RUN_2 and row["metric"] == "core_seconds"]
    assert [(row["value"], row["note"]) for row in costs] == [(None, "REPEATED")]
