"""The evaluation job: spans out, and figures that a hand can check."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from triage.config import load_settings
from triage.errors import ConfigError
from triage.privacy.detection.detector import Detector, Findings
from triage.privacy.evaluation.evaluate import evaluate, print_tables
from triage.privacy.evaluation.scores import interval


def test_figures_of_a_small_gold_set(tmp_path: Path) -> None:
    text = "write to kai.voss@corp.example on Monday"
    rows = [
        {"id": "a", "text": text, "spans": [[9, 30, "EMAIL"], [34, 40, "DATE"]]},
        {"id": "b", "text": "the Zyx is odd", "spans": [[11, 14, "CODE"]]},
        {"id": "c", "text": "no gold: kai@corp.example", "headers": {"From": "Kai <kai@corp.example>"}},
    ]
    gold, out = tmp_path / "gold.jsonl", tmp_path / "deep" / "spans.jsonl"
    gold.write_text("\n".join(json.dumps(row) for row in rows))
    score = evaluate(load_settings(), gold, out)["", ""].ours
    email, code = score.entities["EMAIL_ADDRESS"], score.entities["CODE"]
    assert (email.spans, email.covered, email.findings, email.correct) == (1, 1, 1, 1)
    assert (code.spans, code.covered, code.characters, code.characters_covered) == (1, 0, 3, 0)
    assert "DATE" not in score.entities
    spans = [json.loads(line) for line in out.read_text().splitlines()]
    assert spans[0] == {"id": "a", "spans": [[9, 30, "EMAIL_ADDRESS"]]}
    assert [9, 25, "EMAIL_ADDRESS"] in spans[2]["spans"]


@pytest.mark.parametrize(
    "content",
    [
        None,
        "{",
        "[1]",
        '{"id": 1}',
        '{"text": "a", "spans": 5}',
        '{"text": "a", "spans": [[0, 1]]}',
        '{"text": "a", "spans": [["0", 1, "NAME"]]}',
        '{"text": "a", "spans": [[-1, 1, "NAME"]]}',
        '{"text": "a", "spans": [[2, 3, "NAME"]]}',
        '{"text": "a", "spans": [{"start": 0}]}',
        '{"text": "a", "headers": "From: b"}',
        '{"text": "a", "headers": {"From": 5}}',
        '{"text": "a", "language": 5}',
        '{"text": "a", "complete": "no"}',
    ],
    ids=[
        "missing",
        "no json",
        "no object",
        "no text",
        "spans no list",
        "span without a type",
        "span of words",
        "span before the text",
        "span behind the text",
        "span as an object",
        "headers as text",
        "header as a number",
        "language as a number",
        "complete as text",
    ],
)
def test_a_wrong_gold_file_is_refused(content: str | None, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    if content is not None:
        gold.write_text(content)
    with pytest.raises(ConfigError):
        evaluate(load_settings(), gold, tmp_path / "out.jsonl")


def test_spans_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    gold, taken = tmp_path / "gold.jsonl", tmp_path / "taken"
    gold.write_text('{"text": "a"}')
    taken.write_text("a file, no folder")
    with pytest.raises(ConfigError, match="cannot be written"):
        evaluate(load_settings(), gold, taken / "spans.jsonl")


def test_language_and_participants_are_read_as_in_the_nightly_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    detect = Detector.detect

    def watched(self: Detector, texts: list[str], language: str) -> dict[str, Findings | None]:
        asked.append(language)
        return detect(self, texts, language)

    monkeypatch.setattr(Detector, "detect", watched)
    text = "Können Sie mir bitte die offene Rechnung noch einmal schicken? Grüße an xeldrin."
    rows = [{"text": text, "headers": {"Bcc": "=?utf-8?q?Xeldrin_Vosk?= <xv@corp.example>", "Cc": None}}]
    rows += [{"text": text, "language": "en"}]
    gold, out = tmp_path / "gold.jsonl", tmp_path / "spans.jsonl"
    gold.write_text("\n".join(json.dumps(row) for row in rows))
    evaluate(load_settings(), gold, out)
    assert asked == ["de", "en"]
    start = text.index("xeldrin")
    assert [start, start + 7, "PERSON"] in json.loads(out.read_text().splitlines()[0])["spans"]


def test_each_set_and_language_has_a_table_beside_stock_presidio(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stock Presidio knows the address and not the sender's given name; what is no personal data counts against us."""
    text = "Hi Jorun, the address is a.b@example.com, thanks"
    marked = [[3, 8, "PER"], [25, 40, "EMAIL"]]
    rows = [
        {
            "text": text,
            "spans": marked,
            "set": "mail",
            "language": "en",
            "headers": {"To": "Jorun <j@c.example>"},
        },
        {"text": text, "spans": marked[:1], "set": "open", "language": "en", "complete": False},
    ]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(json.dumps(row) for row in rows))
    report = evaluate(load_settings(), gold, tmp_path / "spans.jsonl", beside_stock=True)
    mail, partly = report["mail", "en"], report["open", "en"]
    assert mail.ours.entities["PERSON"].covered == mail.ours.entities["EMAIL_ADDRESS"].covered == 1
    assert mail.stock is not None and mail.stock.entities["EMAIL_ADDRESS"].covered == 1
    assert (mail.ours.others, partly.ours.others) == (len("Hitheaddressisthanks"), 0)
    print_tables(report)
    shown = capsys.readouterr().out
    assert "mail en" in shown and "stock: recall" in shown and "not all of this set is marked" in shown
    lines = [re.findall(r"[^\s│]+", line) for line in shown.partition("summary")[2].splitlines()]
    assert [line[:5] for line in lines if len(line) == 7] == [
        ["mail", "en", "1", "1.000", "0.0%"],
        ["open", "en", "1", "1.000", "–"],
    ]


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 0, 0.0, 1.0), (10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (81, 263, 0.2553, 0.3662)],
    ids=["nothing", "all", "none", "Newcombe 1998, table I"],
)
def test_wilson_interval(part: int, whole: int, low: float, high: float) -> None:
    assert interval(part, whole) == pytest.approx((low, high), abs=5e-5)
