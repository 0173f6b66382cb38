"""Findings in rule files: each by its rules, and none where a file is in order."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.routing.builders import HEADS
from tests.routing.test_rules import SHIPPED_HEADS
from triage.config import PROJECT
from triage.errors import ConfigError
from triage.routing.lint import lint

TODAY = date(2026, 11, 30)
OFFICE = "calendars: {office: {time_zone: UTC, hours: {mon: 09:00-17:00}}}\n"


def _rules(*entries: str, more: str = "") -> str:
    listed = "".join(f"  - {{name: r{i}, {entry}}}\n" for i, entry in enumerate(entries, start=1))
    return f"{more}default: {{queue: rest}}\n" + (f"rules:\n{listed}" if entries else "")


CASES: dict[str, tuple[str, list[tuple[str, tuple[str, ...]]]]] = {
    "an exception before its rule": (
        _rules("when: {kind: spam, priority: urgent}, queue: fast", "when: {kind: spam}, queue: hr"), [],
    ),
    "rules about other things": (_rules("when: {bulk: true}, queue: bulk", "when: {reply: true}, queue: replies"), []),
    "apart": (_rules("when: {size_bytes: {max: 9}}, queue: a", "when: {size_bytes: {min: 10}}, queue: b"), []),
    "the same outcome": (
        _rules("when: {kind: [human, spam]}, queue: a", "when: {kind: [spam, bounce], reply: true}, queue: a"),
        [("unreachable_value", ("r2",))],
    ),
    "numbers that overlap": (
        _rules("when: {size_bytes: {max: 20}}, queue: a", "when: {size_bytes: {min: 10}}, queue: b"),
        [("partly_shadowed", ("r1", "r2"))],
    ),
    "a value that is taken": (
        _rules("when: {kind: [human, spam]}, queue: a", "when: {kind: [spam, bounce]}, queue: b"),
        [("partly_shadowed", ("r1", "r2")), ("unreachable_value", ("r2",))],
    ),
    "both name some mails": (
        _rules("when: {kind: human, bulk: true}, queue: a", "when: {kind: human, reply: true}, queue: b"),
        [("conflict", ("r1", "r2"))],
    ),
    "a queue mistyped": (
        _rules("when: {bulk: true}, queue: logistics", "when: {reply: true}, queue: logistic"),
        [("queue_name", ("r2", "r1"))],
    ),
    "a queue not declared": (
        _rules("when: {bulk: true}, queue: bulk", more="queues: {rest: {}}\n"), [("queue_name", ("r1",))],
    ),
    "a queue not used": (_rules(more="queues: {rest: {}, spare: {}}\n"), [("queue_name", ("spare",))]),
    "a rule of last year": (
        _rules("when: {bulk: true}, queue: a, until: 2025-12-31"), [("dead_date", ("r1",))],
    ),
    "a rule until today": (_rules("when: {bulk: true}, queue: a, until: 2026-11-30"), []),
    "a calendar not used": (_rules(more=OFFICE), [("unused_calendar", ("office",))]),
    "a calendar of a queue without hours": (
        _rules(more=f"{OFFICE}queues: {{rest: {{calendar: office}}}}\n"), [("unused_calendar", ("office",))],
    ),
    "a calendar used": (
        _rules("when: {bulk: true}, queue: a, business_hours: 2, calendar: office", more=OFFICE), [],
    ),
    "maintenance that is over": (
        _rules("when: {bulk: true}, queue: a, business_hours: 2, calendar: office", more=OFFICE.replace(
            "}}}", "}, maintenance: [{from: 2026-01-01 10:00, until: 2026-01-01 12:00}]}}",
        )),
        [("dead_date", ("office",))],
    ),
    "a category without a rule": (
        "default: {queue: rest}\nrules: [{name: r1, when: {category: [hr, sales]}, queue: a}]",
        [("label_without_rule", ("default",))],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_findings(tmp_path: Path, text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    file = tmp_path / "routing.yaml"
    file.write_text(text, "utf-8")
    found = [(code, finding.rules) for code, finding in lint(file, HEADS, TODAY)]
    assert found == expected


def test_the_shipped_file_is_in_order() -> None:
    assert lint(PROJECT / "conf" / "routing.yaml", SHIPPED_HEADS, TODAY) == []


def test_a_shadowed_rule_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "routing.yaml"
    file.write_text(_rules("when: {bulk: true}, queue: a", "when: {bulk: true, reply: true}, queue: b"), "utf-8")
    with pytest.raises(ConfigError, match="can never match"):
        lint(file, HEADS, TODAY)
