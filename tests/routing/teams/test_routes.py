"""Threads, teams and VIPs: by hand, and the same from both engines."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.routing.builders import RECEIVED, labels, mails, rules_from
from triage.routing.plain import Memory, route_of
from triage.routing.route import route
from triage.routing.rules import Rules
from triage.stages.route import places

VIP = "<EMAIL_ADDRESS_5b21e0_7f3a9c0de1b2a394>"
OTHER = "<EMAIL_ADDRESS_5b21e0_0000000000000000>"
RULES = f"""
vips: ["{VIP}"]
default: {{queue: rest}}
queues:
  billing:
    teams:
      - {{name: german, skills: {{language: de}}, per_day: 2}}
      - {{name: english, skills: {{language: [en, de]}}, per_batch: 2}}
    overflow: rest
rules:
  - {{name: vip, when: {{vip: true}}, queue: board}}
  - {{name: billing, when: {{category: billing}}, queue: billing, sticky: true}}
  - {{name: hr, when: {{category: hr}}, queue: hr}}
  - {{name: sales, when: {{category: sales}}, queue: sales, sticky: true}}
"""

# language, category, thread, sender → queue, team, moved_from, moved_by; one minute after the other
MAILS: list[tuple[str, str, str | None, str, str, str | None, str | None, str | None]] = [
    ("en", "billing", "t1", OTHER, "billing", "english", None, None),
    ("de", "billing", "t2", OTHER, "billing", "german", None, None),  # english has one already
    ("fr", "billing", None, OTHER, "rest", None, "billing", "overflow"),  # nobody has the skill
    ("en", "sales", "t1", OTHER, "billing", "english", "sales", "thread"),  # with its thread
    ("en", "billing", None, OTHER, "rest", None, "billing", "overflow"),  # english is full
    ("en", "billing", "t1", OTHER, "billing", "english", None, None),  # but keeps its thread
    ("de", "billing", None, OTHER, "billing", "german", None, None),
    ("de", "billing", "t3", OTHER, "rest", None, "billing", "overflow"),  # both are full
    ("de", "sales", "t3", OTHER, "rest", None, "billing", "overflow"),  # as is its thread
    ("en", "hr", "t2", OTHER, "hr", None, None, None),  # the rule is not sticky
    ("en", "sales", "t2", OTHER, "hr", None, "sales", "thread"),  # after the latest mail of the thread
    ("en", "sales", "t4", VIP, "board", None, None, None),
    ("en", "sales", None, OTHER, "sales", None, None, None),
]


def test_both_engines_place_as_worked_out_by_hand(spark: SparkSession, tmp_path: Path) -> None:
    rules = rules_from(tmp_path, RULES)
    silver, decisions = _mails(spark, MAILS), _labels(spark, MAILS)
    routed = {row.mail_key: row.asDict() for row in route(silver.repartition(3), decisions, rules).collect()}
    plain = _plain(silver, decisions, rules)
    for number, one in enumerate(MAILS, start=1):
        row = routed[f"m{number}"]
        assert (row["queue"], row["team"], row["moved_from"], row["moved_by"]) == one[4:], (number, one)
        assert row == plain[f"m{number}"]


@pytest.mark.parametrize("free", [{0}, {3, 5}, {1, 4, 8, 10}], ids=["the first", "its thread", "overflows"])
def test_routes_that_stay_hold_their_places(spark: SparkSession, tmp_path: Path, free: set[int]) -> None:
    """So a relabel of some mails gives what a run over all of them gives."""
    rules = rules_from(tmp_path, RULES)
    silver, decisions = _mails(spark, MAILS), _labels(spark, MAILS)
    every = route(silver, decisions, rules).localCheckpoint()
    again = silver.where(silver.mail_key.isin([f"m{number + 1}" for number in free]))
    stay = places(every.join(again, "mail_key", "left_anti"), silver)
    wanted = {row.mail_key: row for row in every.collect()}
    found = route(again, decisions, rules, None, stay).collect()
    assert {row.mail_key for row in found} == {f"m{number + 1}" for number in free}
    assert [row for row in found if row != wanted[row.mail_key]] == []


def test_earlier_batches_count(spark: SparkSession, tmp_path: Path) -> None:
    rules = rules_from(tmp_path, RULES)
    first = [("de", "billing", "t1", OTHER), ("de", "billing", "t2", OTHER), ("de", "billing", "t3", OTHER)]
    silver, decisions = _mails(spark, first), _labels(spark, first)
    before = route(silver, decisions, rules).join(silver.select("mail_key", "thread_token"), "mail_key")
    team = {row.thread_token: row.team for row in before.collect()}
    assert sorted(team.values()) in (["english", "english", "german"], ["english", "german", "german"])
    later = [("en", "sales", "t1", OTHER), ("de", "billing", None, OTHER), ("de", "sales", "t5", OTHER)]
    rows = route(_mails(spark, later), _labels(spark, later), rules, before).orderBy("mail_key").collect()
    lighter = min(("german", "english"), key=lambda name: list(team.values()).count(name) + (name == team["t1"]))
    assert [(row.queue, row.moved_by) for row in rows] == [("billing", "thread"), ("billing", None), ("sales", None)]
    assert rows[0].team == team["t1"]
    loads = [list(team.values()).count(name) + (name == team["t1"]) for name in ("german", "english")]
    assert loads[0] == loads[1] or rows[1].team == lighter


def _mails(spark: SparkSession, listed: list[Any]) -> DataFrame:
    rows = (
        {"language": one[0], "thread_token": one[2], "sender": (None, one[3])}
        | {"received_at": RECEIVED + timedelta(seconds=number)}
        for number, one in enumerate(listed)
    )
    return mails(spark, *rows)


def _labels(spark: SparkSession, listed: list[Any]) -> DataFrame:
    return labels(spark, *((f"m{number}", "category", one[1], 0.9) for number, one in enumerate(listed, start=1)))


def _plain(silver: DataFrame, decisions: DataFrame, rules: Rules) -> dict[str, dict[str, Any]]:
    own = {row.mail_key: {row.head: row.asDict()} for row in decisions.collect()}
    memory, found = Memory(rules), {}
    for row in silver.orderBy("received_at").collect():
        found[row.mail_key] = route_of(row.asDict(recursive=True), own[row.mail_key], rules, memory)
    return found
