"""What only informs fails no account: a fault of it is told by this run or the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from pyspark.sql import SparkSession

from tests.pipeline.account.accounts import Nights, rows_of
from triage.config import Settings
from triage.lake.tables import ALERTS, DRIFT, MEASURES, PROFILES, QUALITY, RUNS, Table
from triage.monitoring.alerts import notify as notify_module
from triage.monitoring.alerts.alert import Alert
from triage.monitoring.alerts.sinks.delivery import SinkResult
from triage.monitoring.facts import ReportFacts
from triage.monitoring.profiles.distributions import Counts as Distribution
from triage.monitoring.profiles.profile import RUN, Profile, Slice
from triage.pipeline.account import account as account_module
from triage.pipeline.account import drift as drift_module
from triage.pipeline.account import publish as publish_module
from triage.pipeline.account import watch as watch_module
from triage.pipeline.account.counts import Counts, RunTables
from triage.pipeline.account.memory import Memory
from triage.pipeline.account.profiled import Profiled, profile_run

BROKEN = Profiled(
    None,
    Profile({RUN: Slice(490, 10, {"reason": Distribution.of({"GATE_unique(mail_key)": 10})})}),
    ReportFacts(reasons={"GATE_unique(mail_key)": 10}),
)
RUN_1, RUN_2 = "batches-000001-000001", "batches-000002-000002"


@pytest.fixture
def nights(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Nights:
    return Nights(settings, monkeypatch)


def fail(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("jane@example.org")


FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "attempts": lambda patch: patch.setattr(account_module, "read_attempts", fail),
    "oldest planned batch": lambda patch: patch.setattr(account_module, "_oldest_planned", fail),
    "evaluation": lambda patch: patch.setattr(watch_module, "notify", fail),
    "earlier alerts": lambda patch: patch.setattr(Memory, "alerts", property(fail)),
    "corrections": lambda patch: patch.setattr(Memory, "corrections", property(fail)),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_watch_that_fails_is_told_by_the_next_run(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Callable[..., None]
) -> None:
    with monkeypatch.context() as patch:
        fault(patch)
        first = nights.night(1)
    assert (first.exit_code, first.alerts) == (0, ())
    assert rows_of(nights.store, RUNS, "run_id") == [(RUN_1,)]
    assert nights.failed(RUN_1) == {"watch": 1.0}
    assert "could not be watched" in caplog.text and "RuntimeError" in caplog.text and "jane" not in caplog.text

    second, third = nights.night(2), nights.night(3)
    assert [sentence for sentence in second.alerts if "watch of monitoring" in sentence]
    assert nights.failed(RUN_2) == {}
    assert not [sentence for sentence in third.alerts if "watch" in sentence]


@pytest.mark.parametrize("table", [PROFILES, DRIFT, QUALITY, MEASURES, ALERTS], ids=lambda table: table.name)
def test_a_table_that_somebody_altered_stops_no_account_and_the_next_says_so(
    nights: Nights, settings: Settings, caplog: pytest.LogCaptureFixture, table: Table
) -> None:
    nights.night(1)
    folder = Path(settings.lake.root, table.name)
    write_deltalake(folder, pa.table({"run_id": pa.array([1])}), mode="overwrite", schema_mode="overwrite")

    second = nights.night(2)
    assert second.exit_code == 0
    assert rows_of(nights.store, RUNS, "run_id") == [(RUN_1,), (RUN_2,)]
    assert f"The rows of {table.name} could not be written" in caplog.text

    assert [sentence for sentence in nights.night(3).alerts if table.name in sentence]


def test_only_the_row_of_the_run_is_hard(nights: Nights, settings: Settings) -> None:
    nights.night(1)
    folder = Path(settings.lake.root, RUNS.name)
    write_deltalake(folder, pa.table({"run_id": pa.array([1])}), mode="overwrite", schema_mode="overwrite")
    with pytest.raises(ValueError, match="Could not convert"):
        nights.night(2)


def test_drift_that_fails_is_an_alert(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    nights.night(1)
    with monkeypatch.context() as patch:
        patch.setattr(drift_module, "read_references", fail)
        second = nights.night(2)
    assert nights.failed(RUN_2) == {"drift": 1.0}
    assert [sentence for sentence in second.alerts if "drift of monitoring" in sentence]


def test_without_a_profile_the_gate_still_speaks_and_no_source_is_missed(nights: Nights) -> None:
    for batch in range(1, 9):
        nights.night(batch)
    found = nights.night(9, broken=BROKEN)
    assert found.exit_code == 1
    assert nights.failed("batches-000009-000009") == {"profile": 1.0}
    told = nights.store.rows(ALERTS, ("rule",), run_id=["batches-000009-000009"])
    assert {row["rule"] for row in told} == {"gate_failed", "metric_failed"}
    assert not list(nights.store.rows(PROFILES, ("by",), run_id=["batches-000009-000009"]))


def test_the_reasons_are_counted_where_no_profile_can_be_built(spark: SparkSession) -> None:
    none: Any = None
    rows = [(["GATE_unique(mail_key)"],), (["GATE_unique(mail_key)", "EMPTY"],), (["EMPTY"],)]
    quarantine = spark.createDataFrame(rows, "reasons array<string>")
    tables = RunTables(none, quarantine, none, none, none, quality=[])
    found = profile_run(tables, Counts(13, 13, 10, 3), datetime.now(UTC), lambda: none)
    assert found.whole is None
    assert (found.known.run.published, found.known.run.quarantined) == (10, 3)
    assert found.facts.reasons == {"EMPTY": 2, "GATE_unique(mail_key)": 2}


class Killed(BaseException):
    """The process ends here."""


def test_alerts_of_a_killed_account_are_not_sent_again(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def count(alerts: Sequence[Alert], *_: Any, **__: Any) -> list[SinkResult]:
        sent.extend(alert.rule for alert in alerts if alert.is_news)
        return []

    def kill(*_: Any) -> NoReturn:
        raise Killed

    monkeypatch.setattr(notify_module, "send", count)
    with monkeypatch.context() as patch:
        patch.setattr(publish_module, "profile_rows", kill)  # the rows of metrics/alerts are written before these
        with pytest.raises(Killed):
            nights.night(1, broken=BROKEN)
    assert sorted(sent) == ["gate_failed", "metric_failed"]

    again = nights.night(1, broken=BROKEN)
    assert sorted(sent) == ["gate_failed", "metric_failed"]
    assert len(again.alerts) == 2 and [line.partition(":")[0] for line in again.news] == ["critical", "warning"]
    assert rows_of(nights.store, ALERTS, "rule", "state") == [("gate_failed", "raised"), ("metric_failed", "raised")]
    assert rows_of(nights.store, RUNS, "run_id") == [(RUN_1,)]
