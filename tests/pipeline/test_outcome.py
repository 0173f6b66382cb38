"""What a complete run says of mail that did not come as expected, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from triage.config import Settings, load_settings
from triage.lake.store import Store
from triage.lake.tables import LEDGER
from triage.mail.exports import list_sources
from triage.monitoring.measurement import Measurement
from triage.monitoring.record import RunRecord
from triage.pipeline.account.results import RunSummary
from triage.pipeline.outcome import Finding, empty_sources, low_volume, quarantine
from triage.pipeline.summary import counts_of
from triage.privacy.pseudonyms.keys import keys_from_secret

KEYS = keys_from_secret(b"k" * 32)


def no_spark() -> NoReturn:
    raise AssertionError("Spark was started")


def record(new: int, quarantined: int) -> RunRecord:
    return RunRecord("r", datetime(2026, 3, 1, tzinfo=UTC), 1.0, (1,), new, new, 0, new - quarantined, quarantined)


def ends(*findings: Finding) -> int:
    return RunSummary(record(9, 0), findings=findings).exit_code


SHARES = {
    "all": (3, 3, (), 1),
    "one of one": (1, 1, (), 1),
    "above the share": (100, 51, (), 1),
    "at the share": (100, 50, (), 0),
    "none": (5, 0, (), 0),
    "no new mail": (0, 0, (), 0),
    "all, ignored": (3, 3, ("outcome.quarantine=ignore",), 0),
    "all, a warning": (3, 3, ("outcome.quarantine=warn",), 0),
    "fewer than count": (3, 3, ("outcome.quarantine_mails=4",), 0),
    "another share": (100, 11, ("quality.max_quarantine_share=0.1",), 1),
}


@pytest.mark.parametrize(("new", "bad", "options", "code"), SHARES.values(), ids=SHARES)
def test_too_much_quarantine_ends_as_the_settings_say(new: int, bad: int, options: tuple[str, ...], code: int) -> None:
    found = tuple(quarantine(record(new, bad), load_settings(overrides=options)))
    assert ends(*found) == code
    assert bool(found) == (code == 1 or "outcome.quarantine=warn" in options)
    assert all(f"{bad} of {new} new mails are in quarantine" in finding.sentence for finding in found)


VOLUMES = {
    "a tenth of the usual": (Measurement("volume", 10, high=18, usual=100, mails=10), "warn", True),
    "by chance as likely": (Measurement("volume", 10, high=40, usual=100, mails=10), "warn", False),
    "nothing is usual": (Measurement("volume", 0, mails=0, note="FEW_RUNS"), "warn", False),
    "of one source": (Measurement("volume", 10, "source", "s", high=18, usual=100, mails=10), "warn", False),
    "ignored": (Measurement("volume", 10, high=18, usual=100, mails=10), "ignore", False),
    "fails": (Measurement("volume", 10, high=18, usual=100, mails=10), "fail", True),
}


@pytest.mark.parametrize(("measured", "action", "is_found"), VOLUMES.values(), ids=VOLUMES)
def test_far_fewer_mails_than_usual_are_said(measured: Measurement, action: str, is_found: bool) -> None:
    found = list(low_volume([measured], load_settings(overrides=[f"outcome.low_volume={action}"])))
    assert bool(found) == is_found
    assert ends(*found) == (action == "fail")


def lake_that_read(folder: Path, settings: Settings) -> Store:
    """A lake whose ledger has one file of the folder."""
    store = Store(no_spark, settings.lake.root)
    row = dict.fromkeys(LEDGER.column_names) | {"kind": "file", "batch_id": 1, "path": f"{folder}/<FILE_0a1b2c>"}
    store.append_rows(LEDGER, [row | {"file_key": "f" * 32, "sealed_path": b""}], 1)
    return store


EMPTY = {
    "held files before": (True, "fail", 1, "held files before and is empty now"),
    "never held any": (False, "fail", 0, "holds no file"),
    "a warning": (True, "warn", 0, "held files before and is empty now"),
    "ignored": (True, "ignore", 0, ""),
}


@pytest.mark.parametrize(("is_known", "action", "code", "words"), EMPTY.values(), ids=EMPTY)
def test_an_empty_source_ends_as_the_settings_say(
    settings: Settings, tmp_path: Path, is_known: bool, action: str, code: int, words: str
) -> None:
    exports, other = tmp_path / "exports", tmp_path / "exports.more"
    exports.mkdir()
    chosen = load_settings(overrides=[f"sources={exports}", f"outcome.empty_source={action}"])
    found = empty_sources(
        chosen, list_sources(chosen.sources), lake_that_read(exports if is_known else other, settings), KEYS
    )
    assert [words in finding.sentence for finding in found] == [True] * bool(words)
    assert ends(*found) == code


def test_a_source_is_shown_by_its_folder_and_recorded_by_its_short_name(settings: Settings, tmp_path: Path) -> None:
    exports = tmp_path / "jane.doe"
    exports.mkdir()
    chosen = settings.model_copy(update={"sources": (str(exports),)})
    [finding] = empty_sources(chosen, list_sources(chosen.sources), lake_that_read(exports, settings), KEYS)
    assert f"({str(exports)[:20]}" in finding.shown  # a long path is shown shortened
    counts = counts_of(RunSummary(record(0, 0), findings=(finding,)))
    assert counts["exit_code"] == 1
    assert "jane" not in str(counts["findings"]) and "source-" in counts["findings"][0]


def test_a_source_with_a_file_is_not_looked_up_in_the_ledger(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(b"Subject: x\n\ny\n")
    chosen = settings.model_copy(update={"sources": (str(tmp_path / "mail.eml"),)})
    assert empty_sources(chosen, list_sources(chosen.sources), Store(no_spark, "s3a://never/asked"), KEYS) == ()


def test_findings_of_a_killed_run_and_its_successor_are_told_together() -> None:
    one, two = Finding("a", "a", fails=True), Finding("b", "b", fails=False)
    both = RunSummary(record(3, 3), findings=(one,)) + RunSummary(
        replace(record(5, 0), batches=(2,)), findings=(one, two)
    )
    assert both.findings == (one, two)
    assert both.exit_code == 1
