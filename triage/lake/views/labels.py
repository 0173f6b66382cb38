"""Views on labels: each with its mail's facts, why heads abstained, and what people corrected."""

from __future__ import annotations

from triage.lake.tables.gold import REASONS_TO_ABSTAIN
from triage.lake.tables.schema import DOUBLE, FLAG, LONG, MAIL_KEY, TEXT, TIME, Column
from triage.lake.views.view import View

_HEAD = Column("head", TEXT, "name of the head, such as category", required=True, example="category")

LABELLED = View(
    "gold/labelled",
    "One row per mail and head: the label with its score, and the queue, language and time of its mail.",
    (
        MAIL_KEY,
        _HEAD,
        Column("label", TEXT, "the label; null where the head abstained", example="billing"),
        Column(
            "best_label",
            TEXT,
            "the most probable label, even where the head abstained",
            required=True,
            example="billing",
        ),
        Column(
            "score",
            DOUBLE,
            "probability of best_label",
            required=True,
            minimum=0,
            maximum=1,
            unit="share 0 to 1",
            example="0.93",
        ),
        Column(
            "threshold",
            DOUBLE,
            "score below which the head abstains",
            minimum=0,
            maximum=1,
            unit="share 0 to 1",
            example="0.6",
        ),
        Column("abstained", FLAG, "true where a person should decide", required=True),
        Column("reason", TEXT, "why the head abstained; null where it decided", one_of=REASONS_TO_ABSTAIN),
        Column("decided_by", TEXT, "`model`, or the name of the sign that decided", example="model"),
        Column("model_version", TEXT, "version in the model registry", required=True, example="3"),
        Column("queue", TEXT, "the mail's queue", example="billing"),
        Column("priority", TEXT, "the mail's priority in its queue", example="high"),
        Column("language", TEXT, "the mail's language; und where unknown", example="de"),
        Column("received_at", TIME, "when the mail arrived"),
    ),
    """
    SELECT l.mail_key, l.head, l.label, l.best_label, l.score, l.threshold, l.abstained, l.reason, l.decided_by,
           l.model_version, r.queue, r.priority, r.language, r.received_at
    FROM gold.labels AS l LEFT JOIN gold.routes AS r ON l.mail_key = r.mail_key
    """,
)

ABSTAINED = View(
    "gold/abstained",
    "One row per head, language and reason: on how many mails the head abstained for it.",
    (
        _HEAD,
        Column("language", TEXT, "ISO 639-1 code; und where unknown", example="de"),
        Column("reason", TEXT, "why the head abstained", one_of=REASONS_TO_ABSTAIN),
        Column("mails", LONG, "mails on which it abstained", required=True, unit="mails", example="42"),
        Column(
            "share",
            DOUBLE,
            "of the head's mails in the language",
            required=True,
            minimum=0,
            maximum=1,
            unit="share 0 to 1",
            example="0.125",
        ),
        Column(
            "median_score",
            DOUBLE,
            "probability of the best label on half of them, at least",
            unit="share 0 to 1",
            example="0.41",
        ),
    ),
    """
    WITH every AS (SELECT head, coalesce(language, 'und') AS language, count(*) AS mails
                   FROM gold.labelled GROUP BY head, coalesce(language, 'und'))
    SELECT l.head, e.language, l.reason, count(*) AS mails,
           floor(count(*) / max(e.mails) * 10000 + 0.500001) / 10000 AS share,
           floor(median(l.score) * 10000 + 0.500001) / 10000 AS median_score
    FROM gold.labelled AS l JOIN every AS e ON l.head = e.head AND coalesce(l.language, 'und') = e.language
    WHERE l.abstained GROUP BY l.head, e.language, l.reason
    """,
)

# SQL of the dialect has no recursion: an undo of an undo of an undo of an undo counts as none. Each step takes away the
# undos that an undo of the step before takes back.
CORRECTED = View(
    "gold/corrected",
    "One row per mail and head with a correction in force: what the model said and what a person said. Of several it "
    "is the last that a person stated, else the last move. One that was taken back, and not put back, is left out.",
    (
        MAIL_KEY,
        _HEAD,
        Column("decided", TEXT, "the label that the model gave; null where it abstained", example="billing"),
        Column("label", TEXT, "the right label, which may be the same", required=True, example="billing"),
        Column("was_right", FLAG, "the model gave the right label", required=True),
        Column(
            "source", TEXT, "where the correction came from: file, page, move or audit", required=True, example="page"
        ),
        Column("model_version", TEXT, "version of the model that was corrected", example="3"),
        Column("corrected_at", TIME, "when the person decided", required=True),
        Column("queue", TEXT, "the mail's queue", example="billing"),
    ),
    """
    WITH undos AS (SELECT correction_id, undoes FROM gold.corrections WHERE undoes IS NOT NULL),
    third AS (SELECT u.* FROM undos AS u LEFT JOIN undos AS x ON x.undoes = u.correction_id WHERE x.undoes IS NULL),
    second AS (SELECT u.* FROM undos AS u LEFT JOIN (SELECT DISTINCT undoes FROM third) AS x
               ON x.undoes = u.correction_id WHERE x.undoes IS NULL),
    first AS (SELECT u.* FROM undos AS u LEFT JOIN (SELECT DISTINCT undoes FROM second) AS x
              ON x.undoes = u.correction_id WHERE x.undoes IS NULL),
    in_force AS (
      SELECT c.*, row_number() OVER (PARTITION BY c.mail_key, c.head ORDER BY if(c.source = 'move', 1, 0),
                                     c.corrected_at DESC, c.correction_id DESC) AS n
      FROM gold.corrections AS c LEFT JOIN (SELECT DISTINCT undoes FROM first) AS x ON c.correction_id = x.undoes
      WHERE c.undoes IS NULL AND x.undoes IS NULL
    )
    SELECT f.mail_key, f.head, f.decided, f.label, coalesce(f.decided = f.label, false) AS was_right, f.source,
           f.model_version, f.corrected_at, r.queue
    FROM in_force AS f LEFT JOIN gold.routes AS r ON f.mail_key = r.mail_key WHERE f.n = 1
    """,
)
