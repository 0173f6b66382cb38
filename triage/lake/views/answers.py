"""Views on answers: when each mail was answered, and whether that was in time."""

from __future__ import annotations

from triage.lake.tables.schema import BATCH_ID, DOUBLE, FLAG, MAIL_KEY, TEXT, TIME, Column
from triage.lake.views.view import View

ANSWERS = View(
    "gold/answers",
    "One row per mail that came in from outside, answered or not. An answer is a later mail of the thread that a "
    "person of the company sent (company.domains), or what the help desk told (jobs/status.py), whichever was first.",
    (
        MAIL_KEY,
        Column("thread_id", TEXT, "the thread; null where it is not known", example="thread"),
        Column("answered_at", TIME, "when the first answer was sent; null where none is known"),
        Column("answered_by", TEXT, "what told of it", one_of=("thread", "help_desk")),
        Column("is_open", FLAG, "an answer is still to come: none is known, or none since the mail was opened again"),
    ),
    """
    WITH mails AS (
      SELECT r.mail_key, t.thread_id, coalesce(r.sent_at, r.received_at) AS at,
             coalesce(r.outgoing, false) AS outgoing, coalesce(r.automatic, false) AS automatic
      FROM gold.routes AS r LEFT JOIN gold.threads AS t ON r.mail_key = t.mail_key
    ),
    seen AS (
      SELECT mail_key, thread_id, outgoing,
             min(CASE WHEN outgoing AND NOT automatic THEN at END) OVER later AS in_thread,
             max(CASE WHEN outgoing AND NOT automatic THEN at END) OVER later AS last_in_thread
      FROM mails
      WINDOW later AS (PARTITION BY coalesce(thread_id, mail_key) ORDER BY at, mail_key
                       ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    ),
    told AS (
      SELECT mail_key, min(CASE WHEN status <> 'reopened' THEN changed_at END) AS at,
             max(CASE WHEN status <> 'reopened' THEN changed_at END) AS last_at,
             max(CASE WHEN status = 'reopened' THEN changed_at END) AS reopened_at
      FROM gold.status GROUP BY mail_key
    )
    SELECT s.mail_key, s.thread_id, least(s.in_thread, t.at) AS answered_at,
           CASE WHEN least(s.in_thread, t.at) IS NULL THEN NULL
                WHEN t.at IS NULL OR s.in_thread <= t.at THEN 'thread' ELSE 'help_desk' END AS answered_by,
           coalesce(greatest(s.last_in_thread, t.last_at) <= t.reopened_at,
                    greatest(s.last_in_thread, t.last_at) IS NULL) AS is_open
    FROM seen AS s LEFT JOIN told AS t ON s.mail_key = t.mail_key
    WHERE NOT s.outgoing
    """,
)

RESPONSES = View(
    "gold/responses",
    "One row per mail that came in from outside: when an answer was due and when it was given, as the last run saw it. "
    "What is unanswered is overdue once a run has started after it was due. Mails whose routes are of an earlier "
    "version, without the time of receipt, are left out.",
    (
        MAIL_KEY,
        Column("queue", TEXT, "the department's queue", required=True, example="billing"),
        Column("priority", TEXT, "the priority in the queue; null where the head abstained", example="high"),
        Column("language", TEXT, "ISO 639-1 code; und where unknown", example="de"),
        Column("rule", TEXT, "name of the rule that matched, or `default`", required=True, example="billing"),
        Column("received_at", TIME, "when it arrived", required=True),
        Column("due_at", TIME, "when an answer was or is due; null where none is"),
        Column("answered_at", TIME, "when the first answer was sent; null where none is known"),
        Column("answered_by", TEXT, "what told of it", one_of=("thread", "help_desk")),
        Column(
            "state",
            TEXT,
            "how the answer stands: none_due (none is asked for), in_time, late (given after it was due), overdue (due "
            "and not given), open (not due yet)",
            required=True,
            one_of=("none_due", "in_time", "late", "overdue", "open"),
        ),
        Column("hours_to_answer", DOUBLE, "hours from its arrival to the answer", unit="hours", example="3.25"),
        Column(
            "hours_late",
            DOUBLE,
            "hours after it was due, until the answer or the last run; null where in time",
            unit="hours",
            example="4.5",
        ),
        Column("is_open", FLAG, "an answer is still to come, as gold.answers says"),
        BATCH_ID,
    ),
    """
    WITH known AS (SELECT max(started_at) AS until FROM metrics.runs),
    mails AS (
      SELECT r.mail_key, r.queue, r.priority, r.language, r.rule, r.received_at, r.due_at, a.answered_at,
             a.answered_by, a.is_open, r.batch_id,
             CASE WHEN r.due_at IS NULL THEN 'none_due'
                  WHEN a.answered_at <= r.due_at THEN 'in_time'
                  WHEN a.answered_at IS NOT NULL THEN 'late'
                  WHEN r.due_at < k.until THEN 'overdue' ELSE 'open' END AS state,
             coalesce(a.answered_at, k.until) AS until
      FROM gold.routes AS r JOIN gold.answers AS a ON r.mail_key = a.mail_key CROSS JOIN known AS k
      WHERE r.received_at IS NOT NULL
    )
    SELECT mail_key, queue, priority, language, rule, received_at, due_at, answered_at, answered_by, state,
           floor((unix_timestamp(answered_at) - unix_timestamp(received_at)) / 36 + 0.500001) / 100 AS hours_to_answer,
           CASE WHEN state IN ('late', 'overdue')
                THEN floor((unix_timestamp(until) - unix_timestamp(due_at)) / 36 + 0.500001) / 100 END AS hours_late,
           is_open, batch_id
    FROM mails
    """,
)

LATE = View(
    "gold/late",
    "One row per mail that is or was late, with why: the first of the reasons that holds. read_late: the run that read "
    "it started after it was due, and before an answer. undecided: a head abstained, so a person had to decide first. "
    "short: the rule gives less time than the queue takes for half of its answers. backlog: when it came, more than "
    "twice as many mails waited in its queue as usual. no_answer: none is known. slow: none of these.",
    (
        MAIL_KEY,
        Column("queue", TEXT, "the department's queue", required=True, example="billing"),
        Column("priority", TEXT, "the priority in the queue; null where the head abstained", example="high"),
        Column("rule", TEXT, "name of the rule that matched", required=True, example="billing"),
        Column("received_at", TIME, "when it arrived", required=True),
        Column("due_at", TIME, "when an answer was due", required=True),
        Column("answered_at", TIME, "when the first answer was sent; null where none is known"),
        Column(
            "hours_late",
            DOUBLE,
            "hours after it was due, until the answer or the last run",
            required=True,
            unit="hours",
            example="4.5",
        ),
        Column(
            "why",
            TEXT,
            "the reason",
            required=True,
            one_of=("read_late", "undecided", "short", "backlog", "no_answer", "slow"),
        ),
        Column("waiting", DOUBLE, "mails without an answer in its queue when it came", unit="mails", example="12"),
        Column("usual_waiting", DOUBLE, "the median of that over the queue's mails", unit="mails", example="5"),
        Column(
            "usual_hours",
            DOUBLE,
            "hours within which half of the queue's answers are given",
            unit="hours",
            example="6.5",
        ),
        Column("abstained", FLAG, "a head abstained on it"),
    ),
    """
    WITH runs AS (
      SELECT batch_id, min(started_at) AS started_at
      FROM (SELECT explode(batches) AS batch_id, started_at FROM metrics.runs) AS b GROUP BY batch_id
    ),
    undecided AS (SELECT mail_key, true AS abstained FROM gold.labels WHERE abstained GROUP BY mail_key),
    due AS (SELECT * FROM gold.responses WHERE state <> 'none_due'),
    events AS (
      SELECT queue, received_at AS at, 1 AS change, mail_key FROM due
      UNION ALL SELECT queue, answered_at, -1, '' FROM due WHERE answered_at IS NOT NULL
    ),
    counted AS (
      SELECT queue, mail_key, sum(change) OVER (
               PARTITION BY queue ORDER BY at, mail_key ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS waiting
      FROM events
    ),
    waits AS (SELECT mail_key, waiting FROM counted WHERE mail_key <> ''),
    usual AS (
      SELECT d.queue, median(w.waiting) AS waiting, median(d.hours_to_answer) AS hours
      FROM due AS d JOIN waits AS w ON d.mail_key = w.mail_key GROUP BY d.queue
    )
    SELECT d.mail_key, d.queue, d.priority, d.rule, d.received_at, d.due_at, d.answered_at, d.hours_late,
           CASE WHEN r.started_at > d.due_at AND coalesce(d.answered_at > r.started_at, true) THEN 'read_late'
                WHEN u.abstained THEN 'undecided'
                WHEN (unix_timestamp(d.due_at) - unix_timestamp(d.received_at)) / 3600 < s.hours THEN 'short'
                WHEN w.waiting > 2 * s.waiting THEN 'backlog'
                WHEN d.answered_at IS NULL THEN 'no_answer' ELSE 'slow' END AS why,
           cast(w.waiting AS DOUBLE) AS waiting, s.waiting AS usual_waiting, s.hours AS usual_hours,
           coalesce(u.abstained, false) AS abstained
    FROM due AS d
    LEFT JOIN runs AS r ON d.batch_id = r.batch_id
    LEFT JOIN undecided AS u ON d.mail_key = u.mail_key
    LEFT JOIN waits AS w ON d.mail_key = w.mail_key
    LEFT JOIN usual AS s ON d.queue = s.queue
    WHERE d.state IN ('late', 'overdue')
    """,
)
