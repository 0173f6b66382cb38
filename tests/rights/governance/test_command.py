"""jobs/govern.py over a small lake that is written by delta-rs: what it prints and writes, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.lakes import Lake
from tests.monitoring.governance import builders
from triage.errors import ContractError
from triage.lake.store import Store
from triage.lake.tables import LABELS, LEDGER, QUALITY, QUARANTINE, RAW_MAIL, ROUTES, RUNS, SILVER_MAIL
from triage.monitoring.registry import METRICS

PUBLISHED, QUARANTINED, READ, UNKNOWN = ("aa" * 32, "bb" * 32, "cc" * 32, "dd" * 32)
HIDDEN = "the text of the mail"
QUALITY_ROW = {
    "batch_id": 1,
    "stage": "monitor",
    "run_id": "batches-000002-000004",
    "measure": next(metric.name for metric in METRICS if metric.family == "quality"),
    "value": 0.25,
    "by": "source",
    "slice": "exports/mbox",
    "mails": 40,
    "note": "",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake with one mail published, one in quarantine, one only read; no model, no Spark."""
    lake = Lake(tmp_path_factory.mktemp("govern") / "lake")

    def no_spark() -> None:
        raise ContractError("Spark was started.")

    store = Store(no_spark, str(lake.root))  # type: ignore[arg-type]
    silver = builders.SILVER_ROW | {"mail_key": PUBLISHED, "batch_id": 1, "subject": HIDDEN, "body": HIDDEN}
    raw = [builders.RAW_ROW | {"mail_key": key, "sealed": HIDDEN.encode()} for key in (PUBLISHED, QUARANTINED, READ)]
    store.append_rows(LEDGER, [builders.FILE_ROW], 1)
    store.append_rows(RAW_MAIL, raw, 1)
    store.append_rows(SILVER_MAIL, [silver], 1)
    store.append_rows(QUARANTINE, [builders.QUARANTINE_ROW | {"mail_key": QUARANTINED}], 1)
    store.append_rows(LABELS, [builders.LABEL_ROW | {"mail_key": PUBLISHED, "batch_id": 1, "scores": {}}], 1)
    store.append_rows(ROUTES, [builders.ROUTE_ROW | {"mail_key": PUBLISHED, "batch_id": 1}], 1)
    store.append_rows(QUALITY, [QUALITY_ROW, QUALITY_ROW | {"stage": "ingest", "run_id": None, "measure": "read"}], 1)
    store.append_rows(RUNS, [builders.RUN_ROW | {"batches": [1], "stage_seconds": {}}], 1)
    return lake


@pytest.fixture
def lake(built: Lake, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """The built lake; a job that asks for Spark fails."""

    def no_spark(*_: object) -> None:
        raise ContractError("Spark was started.")

    monkeypatch.setattr("triage.rights.governance.govern.spark_session", no_spark)
    return built


def written(folder: Path, name: str) -> dict[str, object]:
    content: dict[str, object] = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return content


def test_all_writes_three_records_in_three_forms_and_prints_them(lake: Lake, tmp_path: Path) -> None:
    done = lake.run("govern", "all", "--out", str(tmp_path))
    names = [
        f"{name}.{ending}"
        for name in ("inventory", "processing-record", "risk-sheet")
        for ending in ("html", "json", "md")
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    for title in ("Inventory of what is in force", "Record of processing activities", "AI risk sheet"):
        assert title in done.stdout
    assert str(tmp_path / "inventory.html") in done.stderr


def test_files_go_beside_the_reports_by_default(lake: Lake) -> None:
    lake.run("govern", "inventory")
    assert (Path(f"{lake.root}.reports") / "governance" / "inventory.html").is_file()


def test_json_is_one_object_on_standard_output(lake: Lake, tmp_path: Path) -> None:
    one = json.loads(lake.run("govern", "record", "--json", "--out", str(tmp_path)).stdout)
    assert one == written(tmp_path, "processing-record")
    several = json.loads(lake.run("govern", "all", "--json", "--out", str(tmp_path)).stdout)
    assert list(several) == ["inventory", "processing-record", "risk-sheet"]


def test_measurements_of_the_latest_run_are_shown_and_counts_of_batches_are_not(lake: Lake, tmp_path: Path) -> None:
    lake.run("govern", "risk", "--out", str(tmp_path))
    sections: Any = written(tmp_path, "risk-sheet")["sections"]
    [monitoring] = [section for section in sections if section["title"].startswith("3 ")]
    [quality] = [block for block in monitoring["blocks"] if block["title"].startswith("Quality")]
    assert [(row["of"], row["value"], row["mails"]) for row in quality["rows"]] == [
        ("source exports/mbox", "0.25", "40")
    ]


def test_a_registry_that_is_not_there_is_not_made(lake: Lake, tmp_path: Path) -> None:
    lake.run("govern", "inventory", "--out", str(tmp_path))
    assert not Path(f"{lake.root}.mlflow").exists()


@pytest.mark.parametrize(
    ("mail_key", "says"),
    [
        pytest.param(
            PUBLISHED, ["The mail is published", "queue billing", "written in Delta version: 0"], id="published"
        ),
        pytest.param(
            QUARANTINED, ["The mail is in quarantine", "NO_BODY", "<FILE_0129d037ec883f49>"], id="quarantined"
        ),
        pytest.param(READ, ["neither published nor in quarantine", "sealed message"], id="read"),
    ],
)
def test_lineage_answers_for_a_mail_in_any_state(lake: Lake, mail_key: str, says: list[str], tmp_path: Path) -> None:
    done = lake.run("govern", "lineage", mail_key, "--out", str(tmp_path))
    assert all(word in done.stdout for word in says)
    assert written(tmp_path, f"lineage-{mail_key}")["title"] == f"Lineage of mail {mail_key}"


def test_no_text_of_a_mail_is_in_what_is_written(lake: Lake, tmp_path: Path) -> None:
    out = lake.run("govern", "lineage", PUBLISHED, "--out", str(tmp_path)).stdout
    out += lake.run("govern", "all", "--out", str(tmp_path)).stdout
    assert HIDDEN not in out
    assert all(HIDDEN not in path.read_text("utf-8") for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("lineage", UNKNOWN), "no mail with this key", id="unknown mail"),
        pytest.param(("lineage", "xyz"), "64 hexadecimal digits", id="no mail key"),
        pytest.param(("lineage",), "do not fit", id="no subject"),
        pytest.param(("inventory", PUBLISHED), "do not fit", id="a subject for nothing"),
        pytest.param(("approve", "nonsense", "--by", "Ada"), "Nothing with this name", id="unknown part"),
        pytest.param(("approve", "rules"), "names nobody", id="approved by nobody"),
        pytest.param(("risk", "--set", "routing.rules=/nowhere.yaml"), "cannot be read", id="no rules"),
        pytest.param(("delete",), "invalid choice", id="unknown action"),
    ],
)
def test_wrong_use_ends_with_2_and_a_sentence(
    lake: Lake, arguments: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    done = lake.run("govern", *arguments, "--set", f"governance.approvals={tmp_path}/approvals.yaml", expect=2)
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("action", ["inventory", "record", "risk", "all", "lineage"])
def test_a_place_without_a_lake_is_refused_and_left_as_it_was(action: str, tmp_path: Path) -> None:
    subject = [PUBLISHED] if action == "lineage" else []
    done = Lake(tmp_path / "lake").run("govern", action, *subject, expect=2)
    assert "no lake at this place" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_was_approved_is_no_longer_missing_until_it_changes(lake: Lake, tmp_path: Path) -> None:
    approvals, out = f"governance.approvals={tmp_path}/approvals.yaml", str(tmp_path / "out")
    assert "approved by Ada" in lake.run("govern", "approve", "rules", "--by", "Ada", "--set", approvals).stdout

    def approved(*options: str) -> str:
        lake.run("govern", "inventory", "--set", approvals, "--out", out, *options)
        content: Any = written(tmp_path / "out", "inventory")
        rows = content["sections"][0]["blocks"][0]["rows"]
        return next(str(row["approved by"]) for row in rows if row["what"] == "rules")

    assert approved().startswith("Ada, ")
    rules = tmp_path / "routing.yaml"
    rules.write_text("default: {queue: review}\n", "utf-8")
    assert approved("--set", f"routing.rules={rules}") == "not approved"


def test_rules_can_be_approved_before_the_first_run(tmp_path: Path) -> None:
    approvals = tmp_path / "approvals.yaml"
    Lake(tmp_path / "lake").run(
        "govern", "approve", "policy", "--by", "Ada", "--set", f"governance.approvals={approvals}"
    )
    assert "what: policy" in approvals.read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["approvals.yaml"]


def test_broken_alert_rules_are_told_and_the_rest_is_written(lake: Lake, tmp_path: Path) -> None:
    broken = tmp_path / "alerts.yaml"
    broken.write_text("rules: [", "utf-8")
    done = lake.run("govern", "inventory", "--set", f"alerts.rules={broken}", "--out", str(tmp_path / "out"))
    assert "The alert rules cannot be read" in done.stdout
    assert "routing rules" in done.stdout
