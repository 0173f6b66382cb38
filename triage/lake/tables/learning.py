"""Tables of learning: the gold set, the review queue, training sets, decisions on models, and relabelled windows."""

from __future__ import annotations

from pyspark.sql import types as t

from triage.lake.tables.schema import BATCH_ID, DOUBLE, FLAG, LONG, MAIL_KEY, TEXT, TEXTS, TIME, Column, Privacy, Table

UNSETTLED = "unsettled"
"""Purpose of a mail that people answered and that waits for another person."""

REVIEW_PURPOSES = ("uncertain", "disagreement", "new_cluster", "random", "audit", "gold_question", UNSETTLED)
"""Why a mail is in the review queue."""

DECISIONS = ("promoted", "refused", "overridden", "awaits_approval", "rolled_back", "started", "stopped")
"""What was decided on a model version; `started` and `stopped` are of a shadow, canary or A/B test."""

_APPEND_ONLY = (("delta.appendOnly", "true"),)
_HEAD = Column("head", TEXT, "name of the head", required=True)

GOLD_SET = Table(
    "gold/gold_set",
    "One row per mail and head whose right label is settled. No model learns from it; it tests models and reviewers.",
    (
        MAIL_KEY,
        _HEAD,
        Column("label", TEXT, "the right label", required=True),
        Column("settled_at", TIME, "when it was settled", required=True),
        Column("settled_by", TEXT, "pseudonym of the person", required=True, privacy=Privacy.PSEUDONYM),
    ),
    keys=("mail_key", "head"),
    statistics=("settled_at",),
)

REVIEW_QUEUE = Table(
    "gold/review_queue",
    "One row per mail and head that a person should look at, until it is answered or `learning.review.open_days` old.",
    (
        Column("item_id", TEXT, "name of the item: a hash of draw, mail and head", required=True),
        Column("draw_id", TEXT, "name of the draw", required=True),
        Column("drawn_at", TIME, "when it was drawn", required=True),
        MAIL_KEY,
        _HEAD,
        Column("team", TEXT, "the queue in gold/routes whose people review it", required=True),
        Column("place", LONG, "place in the team's queue, 1 is first", required=True, minimum=1),
        Column("purpose", TEXT, "why it was drawn", required=True, one_of=REVIEW_PURPOSES),
        Column("value", DOUBLE, "expected cost of the error that a review prevents", required=True, minimum=0),
        Column("suggested", TEXT, "the most probable label", required=True),
        Column("score", DOUBLE, "probability of `suggested`", required=True, minimum=0, maximum=1),
        Column(
            "answers",
            LONG,
            "how many people should review it, 1 or 2; of an unsettled one, also those who did before the draw",
            required=True,
            minimum=1,
        ),
        Column("model_version", TEXT, "version of the model that labelled the mail"),
        Column("terms", TEXTS, "words that most support `suggested`, the strongest first", privacy=Privacy.PSEUDONYM),
        Column("seen_batch", LONG, "newest batch at the draw; the next audit takes later ones", minimum=0),
    ),
    keys=("item_id",),
    statistics=("drawn_at",),
)

TRAINING_SETS = Table(
    "gold/training_sets",
    "One row per mail and head that a model learnt from or was tested on; with silver/mail the model can be rebuilt.",
    (
        Column("training_id", TEXT, "name of the training, as on the model's card", required=True),
        Column("built_at", TIME, "when the set was built", required=True),
        MAIL_KEY,
        _HEAD,
        Column("label", TEXT, "the label that was learnt", required=True),
        Column(
            "weight", DOUBLE, "weight after the guards, 1 for a trusted, fresh correction", required=True, minimum=0
        ),
        Column("source", TEXT, "where the label came from", required=True),
        Column("part", TEXT, "learnt from, or held back for the gate", required=True, one_of=("train", "gate")),
    ),
    keys=("training_id", "mail_key", "head"),
    statistics=("built_at",),
)

PROMOTIONS = Table(
    "ops/promotions",
    "One row per decision on a model version, with its evidence. Append only.",
    (
        Column("promotion_id", TEXT, "name of the decision", required=True),
        Column("decided_at", TIME, "when it was decided", required=True),
        Column("model", TEXT, "name in the model registry", required=True),
        Column("version", TEXT, "the version that was decided on", required=True),
        Column("champion", TEXT, "the version that was champion then; null where there was none"),
        Column("decision", TEXT, "what was decided", required=True, one_of=DECISIONS),
        Column("decided_by", TEXT, "`gate`, or the operating system user who decided", required=True),
        Column("reason", TEXT, "the stated reason", required=True),
        Column("evidence", TEXT, "figures and their intervals as JSON; no text of mails", required=True),
    ),
    keys=("promotion_id",),
    statistics=("decided_at",),
    properties=_APPEND_ONLY,
)

RELABELS = Table(
    "ops/relabels",
    "One row per relabel before anything is changed, one per chunk of batches, and one when all is done. Append only.",
    (
        Column("relabel_id", TEXT, "name of the relabel", required=True),
        Column("phase", TEXT, "`begun`, `chunk` or `done`", required=True, one_of=("begun", "chunk", "done")),
        Column("last_batch", LONG, "last batch of the chunk; else the last one that the lake had", required=True),
        Column("written_at", TIME, "when the row was written", required=True),
        Column("cause", TEXT, "why", required=True, one_of=("rollback", "backfill")),
        Column("received_from", TIME, "mails received at this time or later; null for all"),
        Column("received_to", TIME, "mails received before this time; null for all later ones"),
        Column("only_version", TEXT, "only labels that this version gave; null for all"),
        Column("live_since", TIME, "when `only_version` became champion, the last time; null for a backfill"),
        Column("head", TEXT, "only this head; null for all heads that the models decide"),
        Column("model", TEXT, "name in the model registry", required=True),
        Column("model_version", TEXT, "the version that labels them now", required=True),
        Column("models", t.MapType(TEXT, TEXT), "version of each model that labels them now, by name", required=True),
        Column("os_user", TEXT, "operating system user who asked", required=True),
        Column("reason", TEXT, "the stated reason; may be empty for a backfill", required=True),
        Column("mails", LONG, "mails of the chunk, or of all chunks; null before anything is done", minimum=0),
        Column("labels_changed", t.MapType(TEXT, LONG), "changed labels by head"),
        Column("routes_changed", LONG, "mails that changed their queue", minimum=0),
        Column("left_to_staff", LONG, "mails whose route stays because a person had decided", minimum=0),
        Column("without_text", LONG, "mails that could not be labelled because their text is gone", minimum=0),
        Column("changes", TEXT, "JSON: counts of labels by head and of queues, each as [from, to, mails]"),
        Column("seconds", DOUBLE, "seconds that the chunk took until its figures were known; of all chunks", minimum=0),
    ),
    keys=("relabel_id", "phase", "last_batch"),
    statistics=("written_at",),
    properties=_APPEND_ONLY,
)

SHADOW_LABELS = Table(
    "gold/shadow_labels",
    "One row per mail and head that two models labelled; one of them decided.",
    (
        MAIL_KEY,
        BATCH_ID,
        _HEAD,
        Column("model_version", TEXT, "the version that decided", required=True),
        Column("label", TEXT, "its label; null where it abstained"),
        Column("score", DOUBLE, "its probability", required=True, minimum=0, maximum=1),
        Column("other_version", TEXT, "the version that was compared", required=True),
        Column("other_label", TEXT, "its label; null where it abstained"),
        Column("other_score", DOUBLE, "its probability", required=True, minimum=0, maximum=1),
        Column("differs", FLAG, "the two decided differently", required=True),
    ),
    keys=("mail_key", "head", "other_version"),
)
