"""Codes of quarantine and marks: one place, one meaning, unchanged across processes."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import pytest

from triage.config import PROJECT
from triage.reasons import DESCRIPTIONS, GateReason, Mark, Reason

CODES = frozenset(DESCRIPTIONS)
HOME = PROJECT / "triage" / "reasons.py"
SOURCES = sorted({*(PROJECT / "triage").rglob("*.py"), *(PROJECT / "jobs").glob("*.py")} - {HOME})


def literals(source: Path) -> set[str]:
    """Reason codes, and the prefix of a gate's, among a module's string constants, parts of f-strings included."""
    constants = (
        node.value for node in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(node, ast.Constant)
    )
    prefix = GateReason("").code
    return {value for value in constants if isinstance(value, str) and (value in CODES or value == prefix)}


def test_no_code_is_written_out_elsewhere() -> None:
    found = {str(source.relative_to(PROJECT)): literals(source) for source in SOURCES}
    assert {source: codes for source, codes in found.items() if codes} == {}


@pytest.mark.parametrize("code", [*Reason, *Mark])
def test_every_code_is_explained(code: Reason | Mark) -> None:
    assert str(code) == code.name
    assert all(text.endswith(".") for text in (code.meaning, code.remedy) if text)
    assert DESCRIPTIONS[code].startswith(code.meaning) or code is Mark.NO_NER


def test_a_code_is_both_a_reason_and_a_mark_only_where_the_policy_decides() -> None:
    assert set(map(str, Reason)) & set(map(str, Mark)) == {"NO_NER"}
    assert DESCRIPTIONS["NO_NER"] == Reason.NO_NER.description


@pytest.mark.parametrize("code", [Reason.CPU_LIMIT, Mark.MIME_DEFECT])
def test_a_code_stays_itself_across_processes(code: Reason | Mark) -> None:
    assert pickle.loads(pickle.dumps(code)) is code


def test_the_code_of_a_gate_names_its_expectation() -> None:
    reason = GateReason("unique(mail_key)")
    assert reason.code == "GATE_unique(mail_key)"
    assert GateReason.parse(reason.code) == reason
    assert GateReason.parse(Reason.EMPTY) is None
