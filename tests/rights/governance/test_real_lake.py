"""jobs/govern.py over a lake that the nightly job wrote, and that maintenance then cleared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.lakes import Lake
from triage.config import PROJECT
from triage.paths import file_digest

pytestmark = pytest.mark.slow


def record(folder: Path, name: str) -> dict[str, dict[str, Any]]:
    """A written record's sections by title."""
    content = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return {section["title"]: section for section in content["sections"]}


def facts(section: dict[str, Any], start: str) -> dict[str, str]:
    [block] = [block for block in section["blocks"] if block["title"].startswith(start)]
    return {row["fact"]: row["value"] for row in block["rows"]}


def test_a_route_leads_back_to_the_bytes_of_the_export(trained: Lake, mbox: Path, tmp_path: Path) -> None:
    route, run = trained.rows("gold/routes")[0], trained.rows("metrics/runs")[0]
    [label] = [r for r in trained.rows("gold/labels") if (r["mail_key"], r["head"]) == (route["mail_key"], "category")]
    trained.run("govern", "lineage", route["mail_key"], "--out", str(tmp_path))
    found = record(tmp_path, f"lineage-{route['mail_key']}")

    assert facts(found["Route"], "queue")["decided by rule"] == route["rule"]
    assert facts(found["Route"], "table")["written in Delta version"].startswith("0 (WRITE")
    assert facts(found["Labels"], "category")["model"] == f"{label['model']} version {label['model_version']}"
    assert len(facts(found["Labels"], "category")["manifest SHA-256"]) == 64
    assert facts(found["Source file and plan"], "read")["SHA-256 of the file"] == file_digest(mbox)
    assert mbox.name not in json.dumps(found)
    assert facts(found["Run"], "run")["MLflow run"] == run["mlflow_run_id"]


def test_the_inventory_names_the_versions_that_rows_name(trained: Lake, tmp_path: Path) -> None:
    trained.run("govern", "all", "--out", str(tmp_path))
    [in_force] = record(tmp_path, "inventory")["In force and approved"]["blocks"]
    versions = {row["what"]: row["version"] for row in in_force["rows"]}
    run = trained.rows("metrics/runs")[0]
    assert versions["rules"] == run["rules_version"]
    assert versions["policy"] == run["policy_version"]
    assert versions["model:triage-labels"].split()[0] == run["model_version"]
    keys = {row["key id"] for row in record(tmp_path, "inventory")["Keys, by id"]["blocks"][0]["rows"]}
    assert keys == {row["key_id"] for row in trained.rows("silver/mail")}


def test_the_records_hold_counts_of_the_lake_and_no_value_of_a_mail(trained: Lake, tmp_path: Path) -> None:
    trained.run("govern", "all", "--out", str(tmp_path))
    text = "".join(path.read_text("utf-8") for path in sorted(tmp_path.iterdir()))
    silver = trained.rows("silver/mail")
    entities: dict[str, int] = {}
    for row in silver:
        for entity, count in dict(row["entity_counts"]).items():
            entities[entity] = entities.get(entity, 0) + count
    categories = record(tmp_path, "processing-record")["Categories of data subjects and of personal data"]["blocks"]
    [table] = [block for block in categories if block["kind"] == "table"]
    shown = {row["entity"]: int(row["findings replaced in published mails"]) for row in table["rows"]}
    assert {entity: count for entity, count in shown.items() if count} == entities
    assert not any(row["subject"] in text for row in silver if len(row["subject"]) > 12)
    assert str(PROJECT) not in text


def test_after_maintenance_a_lost_version_is_said_to_be_lost(trained: Lake, tmp_path: Path) -> None:
    lake = trained.copied(tmp_path)
    key = lake.rows("gold/routes")[0]["mail_key"]
    lake.run("maintain")
    lake.run("govern", "lineage", key, "--out", str(tmp_path / "out"))
    found = facts(record(tmp_path / "out", f"lineage-{key}")["Route"], "table")
    present = str(lake.table("gold/routes").version())
    assert found["present Delta version"] in ("", present)
    assert found["written in Delta version"].startswith(("not in the log any more", f"{present} ("))
