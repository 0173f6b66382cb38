"""A run that finds nothing new, where mail usually comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from triage.config import PROJECT, AlertSettings, Settings, load_settings
from triage.lake.store import Store
from triage.lake.tables import ALERTS, QUALITY, RUNS
from triage.pipeline.account.memory import MONITOR
from triage.pipeline.account.results import RunSummary
from triage.pipeline.nightly import nightly
from triage.progress import Progress

SOURCE = "/exports/mail"


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TRIAGE_KEY", "5a" * 32)
    (tmp_path / "exports").mkdir()
    return load_settings(overrides=[f"lake.root={tmp_path / 'lake'}", f"sources={tmp_path / 'exports'}"])


def store_of(settings: Settings) -> Store:
    def no_spark() -> None:
        raise AssertionError("a run with nothing new started Spark")

    return Store(no_spark, settings.lake.root)  # type: ignore[arg-type]


def add_nights(settings: Settings, nights: int, mails: int) -> None:
    """So many nights before now, each with as many mails of one source."""
    store, now = store_of(settings), datetime.now(UTC)
    for night in range(nights, 0, -1):
        batch = nights - night + 1
        run_id, started = f"batches-{batch:06d}-{batch:06d}", now - timedelta(days=night)
        run = dict.fromkeys(RUNS.column_names) | {
            "run_id": run_id,
            "started_at": started,
            "seconds": 9.0,
            "batches": [batch],
            **{f"messages_{name}": mails for name in ("read", "new", "published")},
            **{f"messages_{name}": 0 for name in ("duplicate", "quarantined")},
            "stage_seconds": {},
        }
        volume = {"batch_id": batch, "stage": MONITOR, "measure": "volume", "value": float(mails + night % 3)}
        own = {"run_id": run_id, "mails": mails, "note": ""}
        store.append_rows(QUALITY, [volume | own | {"by": "source", "slice": SOURCE}], batch, MONITOR)
        store.append_rows(RUNS, [run], batch)


def run(settings: Settings) -> RunSummary:
    return nightly(settings, Progress(Console(stderr=True)))


def test_a_source_that_gave_mail_every_night_is_missed_and_said_once(given: Settings) -> None:
    add_nights(given, nights=21, mails=200)

    first, second = run(given), run(given)

    assert first.alerts == second.alerts
    assert "No mail came from the source /exports/mail" in first.alerts[0]
    assert [line.startswith("critical: No mail came") for line in first.news] == [True]
    assert not any(line.startswith("critical") for line in second.news)
    [row] = store_of(given).rows(ALERTS, ["rule", "slice", "state"])
    assert row == {"rule": "dead_source", "slice": SOURCE, "state": "raised"}


@pytest.mark.parametrize(("nights", "mails"), [(0, 0), (2, 200), (21, 2)], ids=["no run", "two runs", "few mails"])
def test_nothing_is_missed_where_nothing_is_usual(given: Settings, nights: int, mails: int) -> None:
    add_nights(given, nights, mails)
    found = run(given)
    assert (found.alerts, found.news) == ((), ())
    assert not store_of(given).exists(ALERTS)


def test_a_wrong_alert_file_ends_no_run_and_is_told(
    given: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped, file = (PROJECT / "conf" / "alerts.yaml").read_text("utf-8"), tmp_path / "alerts.yaml"
    file.write_text(shipped.replace("metric: cost_per_thousand", "metric: cost_per_million"), "utf-8")
    add_nights(given, nights=21, mails=200)
    settings = given.model_copy(update={"alerts": AlertSettings(rules=str(file))})

    found = run(settings)

    sentence = f"There is no metric 'cost_per_million'. [{file}, rule cost_high]"
    assert "".join(sentence.split()) in "".join(capsys.readouterr().err.split()), "a terminal breaks lines anywhere"
    assert any(sentence in alert for alert in found.alerts)
    assert any("No mail came from the source /exports/mail" in alert for alert in found.alerts)
    assert {row["rule"] for row in store_of(given).rows(ALERTS, ["rule"])} == {"dead_source", "alert_rules_refused"}

    assert "resolved: It is over: A part of the alert file is wrong" in " ".join(run(given).news)
