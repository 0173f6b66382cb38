"""The counts behind the report, by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.monitoring.profiles.rows import label, table
from triage.monitoring.facts import QueueFacts, ReportFacts, facts_of
from triage.monitoring.profiles.observations import micros_of
from triage.monitoring.profiles.partial import partial_profile
from triage.monitoring.profiles.profile import Profile

AT = datetime(2024, 3, 1, 3, 4, 5, 123456, tzinfo=UTC)
RECEIVED = datetime(2004, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
LATER = datetime(2024, 2, 2, 3, 4, 5, tzinfo=UTC)
DUE = AT + timedelta(days=3, microseconds=1)


def test_facts_are_the_counts_of_the_profile() -> None:
    hr, unsure, human = (
        label("category", "hr", "hr", 0.9),
        label("category", None, "hr", 0.1, "LOW_SCORE"),
        label("kind", "human", "human", 0.9),
    )
    first, last, due = micros_of(RECEIVED), micros_of(LATER), micros_of(DUE)
    rows: list[dict[str, Any]] = [
        {"language": "de", "entity_counts": [("PERSON", 2)], "marks": ["A", "B"], "received_at": first,
         "labels": [hr], "queue": "hr", "priority": "high", "due_at": due, "rule": "r1"},
        {"language": "de", "marks": None, "received_at": last, "labels": [unsure], "queue": "hr",
         "due_at": last, "rule": "r2"},
        {"entity_counts": [("PERSON", 1), ("PHONE", 5)], "received_at": first, "labels": [human],
         "queue": "bounces", "priority": "low", "rule": "r1"},
        {"published": False, "reasons": ["EMPTY", "TOO_DEEP"]},
        {"published": False, "reasons": ["EMPTY"]},
    ]  # fmt: skip
    assert facts_of(partial_profile(table(rows), micros_of(AT)), AT) == ReportFacts(
        reasons={"EMPTY": 2, "TOO_DEEP": 1},
        labels={"category": {"abstained": 1, "hr": 1}, "kind": {"human": 1}},
        queues=(
            QueueFacts("hr", 2, {"abstained": 1, "high": 1}, 2, LATER, DUE),
            QueueFacts("bounces", 1, {"low": 1}, 0, None, None),
        ),
        rules={"r1": 2, "r2": 1},
        languages={"de": 2, "en": 1},
        entities={"PHONE": 5, "PERSON": 3},
        marks={"A": 1, "B": 1},
        received_first=RECEIVED,
        received_last=LATER,
    )


def test_no_mail_has_no_facts() -> None:
    assert facts_of(Profile(), AT) == ReportFacts()


def test_shares_are_figures_by_name() -> None:
    facts = ReportFacts(
        reasons={"EMPTY": 2},
        labels={"kind": {"human": 3, "abstained": 1}},
        queues=(QueueFacts("hr", 1, {}, 0, None, None), QueueFacts("sales", 3, {}, 0, None, None)),
    )
    assert facts.shares() == {
        "quarantine.EMPTY": 2.0,
        "label.kind.human": 0.75,
        "label.kind.abstained": 0.25,
        "queue.hr": 0.25,
        "queue.sales": 0.75,
    }
