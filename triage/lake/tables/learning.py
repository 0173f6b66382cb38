"""Tables of learning: the gold set, the review queue, training sets, and labels of models on trial."""

from __future__ import annotations

from triage.lake.tables.schema import (
    BATCH_ID,
    DOUBLE,
    FLAG,
    LONG,
    MAIL_KEY,
    TEXT,
    TEXTS,
    TIME,
    Column,
    Join,
    Privacy,
    Table,
    share,
)

UNSETTLED = "unsettled"
"""Purpose of a mail that people answered and that waits for another person."""

REVIEW_PURPOSES = ("uncertain", "disagreement", "new_cluster", "random", "audit", "gold_question", UNSETTLED)
"""Why a mail is in the review queue."""

_HEAD = Column("head", TEXT, "name of the head", required=True, example="category")
_OF_MAIL, _OF_ROUTE = (Join(one, ("mail_key",)) for one in ("silver.mail", "gold.routes"))
_OF_LABEL = Join("gold.labels", ("mail_key", "head"))

GOLD_SET = Table(
    "gold/gold_set",
    "One row per mail and head whose right label is settled. No model learns from it; it tests models and reviewers.",
    (
        MAIL_KEY,
        _HEAD,
        Column("label", TEXT, "the right label", required=True, example="billing"),
        Column("settled_at", TIME, "when it was settled", required=True),
        Column(
            "settled_by",
            TEXT,
            "pseudonym of the person",
            required=True,
            privacy=Privacy.PSEUDONYM,
            example="<REVIEWER_5b21e0_7f3a9c0de1b2a394>",
        ),
    ),
    keys=("mail_key", "head"),
    statistics=("settled_at",),
    owner="reviewer",
    writers=("jobs/review.py",),
    joins=(_OF_MAIL, _OF_LABEL, Join("vault.pseudonyms", ("settled_by",), ("token",))),
)

REVIEW_QUEUE = Table(
    "gold/review_queue",
    "One row per mail and head that a person should look at, until it is answered or `learning.review.open_days` old.",
    (
        Column(
            "item_id",
            TEXT,
            "name of the item: a hash of draw, mail and head",
            required=True,
            example="7c1d0a6e94b34f0ea5527a9f3c0de1b2",
        ),
        Column("draw_id", TEXT, "name of the draw", required=True, example="draw-20261130T051500000000Z"),
        Column("drawn_at", TIME, "when it was drawn", required=True),
        MAIL_KEY,
        _HEAD,
        Column("team", TEXT, "the queue in gold/routes whose people review it", required=True, example="billing"),
        Column("place", LONG, "place in the team's queue, 1 is first", True, minimum=1, unit="place", example="1"),
        Column("purpose", TEXT, "why it was drawn", required=True, one_of=REVIEW_PURPOSES),
        Column(
            "value",
            DOUBLE,
            "expected cost of the error that a review prevents",
            required=True,
            minimum=0,
            unit="as the head's costs in conf/taxonomy.yaml",
            example="0.84",
        ),
        Column("suggested", TEXT, "the most probable label", required=True, example="billing"),
        share("score", "probability of `suggested`", "0.58", required=True),
        Column(
            "answers",
            LONG,
            "how many people should review it, 1 or 2; of an unsettled one, also those who did before the draw",
            required=True,
            minimum=1,
            unit="people",
            example="1",
        ),
        Column("model_version", TEXT, "version of the model that labelled the mail", example="7"),
        Column(
            "terms",
            TEXTS,
            "words that most support `suggested`, the strongest first",
            privacy=Privacy.PSEUDONYM,
            example='["invoice", "reminder"]',
        ),
        Column(
            "seen_batch",
            LONG,
            "newest batch at the draw; the next audit takes later ones",
            minimum=0,
            unit="number of a batch",
            example="29",
        ),
    ),
    keys=("item_id",),
    statistics=("drawn_at",),
    owner="reviewer",
    writers=("jobs/review.py",),
    joins=(_OF_MAIL, _OF_ROUTE, _OF_LABEL, Join("gold.corrections", ("mail_key", "head"))),
)

TRAINING_SETS = Table(
    "gold/training_sets",
    "One row per mail and head that a model learnt from or was tested on; with silver/mail the model can be rebuilt.",
    (
        Column(
            "training_id",
            TEXT,
            "name of the training, as on the model's card",
            required=True,
            example="20261130-5f9a01c7",
        ),
        Column("built_at", TIME, "when the set was built", required=True),
        MAIL_KEY,
        _HEAD,
        Column("label", TEXT, "the label that was learnt", required=True, example="billing"),
        Column(
            "weight",
            DOUBLE,
            "weight after the guards, 1 for a trusted, fresh correction",
            required=True,
            minimum=0,
            unit="factor of the row's loss",
            example="0.92",
        ),
        Column("source", TEXT, "where the label came from", required=True, example="page"),
        Column("part", TEXT, "learnt from, or held back for the gate", required=True, one_of=("train", "gate")),
    ),
    keys=("training_id", "mail_key", "head"),
    statistics=("built_at",),
    owner="data_scientist",
    writers=("jobs/learn.py",),
    joins=(_OF_MAIL, _OF_LABEL),
)

SHADOW_LABELS = Table(
    "gold/shadow_labels",
    "One row per mail and head that two models labelled; one of them decided.",
    (
        MAIL_KEY,
        BATCH_ID,
        _HEAD,
        Column("model_version", TEXT, "the version that decided", required=True, example="7"),
        Column("label", TEXT, "its label; null where it abstained", example="billing"),
        share("score", "its probability", "0.91", required=True),
        Column("other_version", TEXT, "the version that was compared", required=True, example="8"),
        Column("other_label", TEXT, "its label; null where it abstained", example="sales"),
        share("other_score", "its probability", "0.77", required=True),
        Column("differs", FLAG, "the two decided differently", required=True),
    ),
    keys=("mail_key", "head", "other_version"),
    owner="data_scientist",
    writers=("jobs/nightly.py", "jobs/replay.py"),
    joins=(_OF_MAIL, _OF_LABEL),
)
