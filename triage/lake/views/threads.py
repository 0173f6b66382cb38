"""View on threads."""

from __future__ import annotations

from triage.lake.tables.schema import DOUBLE, FLAG, LONG, TEXT, TIME, Column
from triage.lake.views.view import View

THREAD_OVERVIEW = View(
    "gold/thread_overview",
    "One row per thread: how many mails it has, between when, in which queue it began, and whether it is answered.",
    (
        Column("thread_id", TEXT, "names the thread", required=True, example="thread"),
        Column("mails", LONG, "its published mails", required=True, unit="mails", example="42"),
        Column("incoming", LONG, "of these, mails from outside", required=True, unit="mails", example="2"),
        Column("queues", LONG, "queues that its mails were sent to", required=True, unit="queues", example="1"),
        Column("first_queue", TEXT, "the queue of its first mail", required=True, example="billing"),
        Column("first_at", TIME, "when its first mail was sent, or arrived where it does not say"),
        Column("last_at", TIME, "the same of its last mail"),
        Column("days", DOUBLE, "days between the two", unit="days", example="1.75"),
        Column("is_open", FLAG, "a mail of it waits for an answer"),
        Column(
            "hours_to_answer",
            DOUBLE,
            "hours from its first mail from outside to the first answer",
            unit="hours",
            example="3.25",
        ),
    ),
    """
    WITH mails AS (
      SELECT t.thread_id, r.mail_key, r.queue, t.sent_at AS at, coalesce(r.outgoing, false) AS outgoing, r.due_at,
             a.answered_at, a.is_open, CASE WHEN a.mail_key IS NOT NULL THEN t.sent_at END AS asked_at
      FROM gold.threads AS t JOIN gold.routes AS r ON t.mail_key = r.mail_key
      LEFT JOIN gold.answers AS a ON r.mail_key = a.mail_key
    )
    SELECT thread_id, count(*) AS mails, count_if(NOT outgoing) AS incoming, count(DISTINCT queue) AS queues,
           min_by(queue, struct(at, mail_key)) AS first_queue, min(at) AS first_at, max(at) AS last_at,
           floor((unix_timestamp(max(at)) - unix_timestamp(min(at))) / 864 + 0.500001) / 100 AS days,
           count_if(coalesce(is_open, false) AND due_at IS NOT NULL) > 0 AS is_open,
           floor((unix_timestamp(min(answered_at)) - unix_timestamp(min(asked_at))) / 36 + 0.500001) / 100
             AS hours_to_answer
    FROM mails GROUP BY thread_id
    """,
)
