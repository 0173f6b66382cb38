"""jobs/doctor.py as it is started, with its table and its JSON."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from tests.doctor.conftest import Ward
from tests.in_process import run_in_process
from triage.config import PROJECT
from triage.doctor.registry import CHECKS, MACHINE


def run(ward: Ward, *arguments: str) -> tuple[int, str]:
    given = ["--set", f"lake.root={ward.root}", "--set", f"sources={ward.source}", *arguments]
    done = run_in_process([sys.executable, str(PROJECT / "jobs" / "doctor.py"), *given], dict(os.environ))
    return done.returncode, done.stdout


def found(ward: Ward) -> tuple[int, dict[str, Any]]:
    code, out = run(ward, "--json")
    return code, json.loads(out)


def test_a_healthy_lake_and_a_damaged_one_as_json(ward: Ward) -> None:
    code, whole = found(ward)
    assert set(whole) == {"form", "checked_at", "status", "findings"}
    assert {one["check"] for one in whole["findings"]} == {*MACHINE, *CHECKS}
    assert all(set(one) == {"check", "status", "subject", "what", "remedy"} for one in whole["findings"])
    assert not [one for one in whole["findings"] if one["status"] == "fault"]
    assert code == 0
    ward.key.unlink()
    code, damaged = found(ward)
    assert (code, damaged["status"]) == (1, "fault")
    assert [one["check"] for one in damaged["findings"] if one["status"] == "fault"] == ["key"]


def test_a_table_for_people_names_the_fault_and_its_remedy(ward: Ward) -> None:
    (ward.source / "a.eml").unlink()
    ward.source.rmdir()
    code, out = run(ward)
    assert code == 1
    assert "sources" in out
    assert "Faults: 1." in out
    assert str(ward.source) not in out
