"""The evaluation job: spans out, and figures that a hand can check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from triage.config import load_settings
from triage.errors import ConfigError
from triage.privacy.evaluation import evaluate


def test_figures_of_a_small_gold_set(tmp_path: Path) -> None:
    text = "write to kai.voss@corp.example on Monday"
    rows = [
        {"id": "a", "text": text, "spans": [[9, 30, "EMAIL"], [34, 40, "DATE"]]},
        {"id": "b", "text": "the Zyx is odd", "spans": [[11, 14, "CODE"]]},
        {"id": "c", "text": "no gold: kai@corp.example", "headers": {"From": "Kai <kai@corp.example>"}},
    ]
    gold, out = tmp_path / "gold.jsonl", tmp_path / "deep" / "spans.jsonl"
    gold.write_text("\n".join(json.dumps(row) for row in rows))
    report = evaluate(load_settings(), gold, out)
    email, code = report.entities["EMAIL_ADDRESS"], report.entities["CODE"]
    assert (email.spans, email.covered, email.found, email.right) == (1, 1, 1, 1)
    assert (code.spans, code.covered, code.characters, code.characters_covered) == (1, 0, 3, 0)
    assert "DATE" not in report.entities
    spans = [json.loads(line) for line in out.read_text().splitlines()]
    assert spans[0] == {"id": "a", "spans": [[9, 30, "EMAIL_ADDRESS"]]}
    assert [9, 25, "EMAIL_ADDRESS"] in spans[2]["spans"]


@pytest.mark.parametrize(
    "content", [None, "{", "[1]", '{"id": 1}'], ids=["missing", "no json", "no object", "no text"]
)
def test_a_wrong_gold_file_is_refused(content: str | None, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    if content is not None:
        gold.write_text(content)
    with pytest.raises(ConfigError):
        evaluate(load_settings(), gold, tmp_path / "out.jsonl")
