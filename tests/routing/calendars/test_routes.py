"""Due times in routes: by hand, and the same from both engines."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from tests.routing.builders import labels, mails, rules_from
from tests.routing.calendars.builders import local
from triage.routing.plain import route_of
from triage.routing.route import route

RULES = """
default: {queue: rest, due_hours: 1}
time_zone: Europe/Berlin
calendars:
  berlin: {time_zone: Europe/Berlin, hours: {mon-fri: 09:00-17:00}, holidays: DE-BE}
  paris: {time_zone: Europe/Paris, hours: {mon-fri: 10:00-12:00}, holidays: FR}
queues:
  billing: {calendar: {by: language, of: {fr: paris}, otherwise: berlin}}
rules:
  - name: sale
    when: {category: sales}
    queue: fair
    from: 2026-03-06
    until: 2026-03-06
  - name: billing
    when: {category: billing}
    queue: billing
    business_hours: {urgent: 1.5, low: null, otherwise: 8}
  - {name: sales, when: {category: sales}, queue: sales, business_hours: 2, calendar: paris}
  - {name: hr, when: {category: hr}, queue: hr, due_hours: 2}
"""
FRIDAY = "2026-03-06 16:00"

# language, category, priority, received → rule, due
MAILS: list[tuple[str, str | None, str | None, str, str, str | None]] = [
    ("de", "billing", "urgent", FRIDAY, "billing", "2026-03-09 09:30"),
    ("de", "billing", "low", FRIDAY, "billing", None),
    ("de", "billing", None, FRIDAY, "billing", "2026-03-09 16:00"),
    ("fr", "billing", "urgent", FRIDAY, "billing", "2026-03-09 11:30"),
    ("fr", "billing", "high", "2026-05-07 09:00", "billing", "2026-05-13 12:00"),  # 8 May is a holiday in France
    ("de", "hr", "low", FRIDAY, "hr", "2026-03-06 18:00"),
    ("de", "sales", "low", FRIDAY, "sale", None),
    ("de", "sales", "low", "2026-03-06 00:00", "sale", None),
    ("de", "sales", "low", "2026-03-05 23:59:59.999999", "sales", "2026-03-06 12:00"),
    ("de", "sales", "low", "2026-03-07 00:00", "sales", "2026-03-09 12:00"),
    ("de", None, None, FRIDAY, "default", "2026-03-06 17:00"),
]


def test_both_engines_give_the_times_worked_out_by_hand(spark: SparkSession, tmp_path: Path) -> None:
    rules = rules_from(tmp_path, RULES)
    silver = mails(spark, *({"language": one[0], "received_at": local(one[3])} for one in MAILS))
    decisions = labels(
        spark,
        *((f"m{i}", "category", one[1], 0.9) for i, one in enumerate(MAILS, start=1)),
        *((f"m{i}", "priority", one[2], 0.9) for i, one in enumerate(MAILS, start=1)),
    )
    routed = {row.mail_key: row.asDict() for row in route(silver, decisions, rules).collect()}
    by_key = {row.mail_key: row.asDict() for row in silver.collect()}
    by_mail: dict[str, dict[str, Any]] = {}
    for label in decisions.collect():
        by_mail.setdefault(label.mail_key, {})[label.head] = label.asDict()
    for number, one in enumerate(MAILS, start=1):
        row, mail = routed[f"m{number}"], by_key[f"m{number}"]
        plain = route_of(mail | {"received_at": local(one[3])}, by_mail[f"m{number}"], rules)
        expected = (one[4], one[5] and local(one[5]))
        assert (row["rule"], _aware(row["due_at"])) == expected, one
        assert (plain["rule"], plain["due_at"]) == expected, one
        assert {name: value for name, value in row.items() if name not in ("due_at", "received_at")} == {
            name: value for name, value in plain.items() if name not in ("due_at", "received_at")
        }


def _aware(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(local(FRIDAY).tzinfo)
