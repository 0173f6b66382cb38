"""Views on queues: what came in day by day, and what waits."""

from __future__ import annotations

from pyspark.sql import types as t

from triage.lake.tables.schema import DOUBLE, LONG, TEXT, TIME, Column
from triage.lake.views.view import View

_DAY = Column("day", t.DateType(), "day of receipt in UTC", required=True, example="2026-11-30")
_QUEUE = Column("queue", TEXT, "the department's queue", required=True, example="billing")

QUEUE_BY_DAY = View(
    "gold/queue_by_day",
    "One row per queue and day: how many mails came in from outside, and how their answers stand.",
    (
        _DAY,
        _QUEUE,
        Column("mails", LONG, "mails that came in", required=True, unit="mails", example="42"),
        Column(
            "due", LONG, "of these, mails to which an answer was or is due", required=True, unit="mails", example="40"
        ),
        Column("in_time", LONG, "answered before it was due", required=True, unit="mails", example="31"),
        Column("late", LONG, "answered after it was due", required=True, unit="mails", example="4"),
        Column("overdue", LONG, "due and not answered", required=True, unit="mails", example="3"),
        Column("open", LONG, "not due yet and not answered", required=True, unit="mails", example="2"),
        Column(
            "late_share",
            DOUBLE,
            "share of late and overdue among those that are not open",
            minimum=0,
            maximum=1,
            unit="share 0 to 1",
            example="0.175",
        ),
        Column(
            "median_hours", DOUBLE, "hours within which half of its answers were given", unit="hours", example="5.5"
        ),
    ),
    """
    SELECT to_date(received_at) AS day, queue, count(*) AS mails, count_if(state <> 'none_due') AS due,
           count_if(state = 'in_time') AS in_time, count_if(state = 'late') AS late,
           count_if(state = 'overdue') AS overdue, count_if(state = 'open') AS open,
           floor(count_if(state IN ('late', 'overdue'))
                 / nullif(count_if(state IN ('in_time', 'late', 'overdue')), 0) * 10000 + 0.500001) / 10000
             AS late_share,
           floor(median(hours_to_answer) * 100 + 0.500001) / 100 AS median_hours
    FROM gold.responses WHERE received_at IS NOT NULL GROUP BY to_date(received_at), queue
    """,
)

BACKLOG = View(
    "gold/backlog",
    "One row per queue with mails that wait for an answer: how many, and for how long, as the last run saw it.",
    (
        _QUEUE,
        Column("waiting", LONG, "mails without an answer", required=True, unit="mails", example="12"),
        Column("overdue", LONG, "of these, mails whose answer was due", required=True, unit="mails", example="3"),
        Column("urgent", LONG, "of these, mails of priority urgent or high", required=True, unit="mails", example="2"),
        Column("oldest_at", TIME, "when the one that waits longest arrived"),
        Column(
            "median_age_hours", DOUBLE, "hours that half of them have waited at least", unit="hours", example="30.5"
        ),
        Column("next_due_at", TIME, "when the next answer is due that is not overdue"),
    ),
    """
    WITH known AS (SELECT max(started_at) AS until FROM metrics.runs),
    waiting AS (
      SELECT r.queue, r.state, r.priority, r.received_at, r.due_at,
             (unix_timestamp(k.until) - unix_timestamp(r.received_at)) / 3600 AS age
      FROM gold.responses AS r CROSS JOIN known AS k WHERE r.is_open AND r.due_at IS NOT NULL
    )
    SELECT queue, count(*) AS waiting, count_if(state = 'overdue') AS overdue,
           count_if(priority IN ('urgent', 'high')) AS urgent, min(received_at) AS oldest_at,
           floor(median(age) * 100 + 0.500001) / 100 AS median_age_hours,
           min(CASE WHEN state = 'open' THEN due_at END) AS next_due_at
    FROM waiting GROUP BY queue
    """,
)

LATE_BY_QUEUE = View(
    "gold/late_by_queue",
    "One row per queue and reason: how many mails were late for it (gold.late has the mails and the reasons' meaning).",
    (
        _QUEUE,
        Column("why", TEXT, "the reason, as in gold.late", required=True),
        Column("mails", LONG, "mails that are or were late for it", required=True, unit="mails", example="42"),
        Column(
            "share",
            DOUBLE,
            "of all mails of the queue to which an answer was due",
            required=True,
            unit="share 0 to 1",
            example="0.125",
        ),
        Column("median_hours_late", DOUBLE, "hours that half of them were late at least", unit="hours", example="7.25"),
    ),
    """
    WITH due AS (
      SELECT queue, count(*) AS mails FROM gold.routes
      WHERE due_at IS NOT NULL AND received_at IS NOT NULL AND NOT coalesce(outgoing, false) GROUP BY queue
    )
    SELECT l.queue, l.why, count(*) AS mails, floor(count(*) / max(d.mails) * 10000 + 0.500001) / 10000 AS share,
           floor(median(l.hours_late) * 100 + 0.500001) / 100 AS median_hours_late
    FROM gold.late AS l JOIN due AS d ON l.queue = d.queue GROUP BY l.queue, l.why
    """,
)
