"""What the project decides about mails: anonymized, labelled by the models in force and routed as in a run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.lake.tables import SILVER_MAIL
from triage.mail.parsing.parsed import ParsedMail
from triage.privacy.anonymizer import Anonymizer
from triage.routing.route import route
from triage.routing.rules import Rules
from triage.stages.mail_processor import PLACE, Readable, published_row

if TYPE_CHECKING:
    from triage.labelling.models import Champion

_READ = (
    "mail_key", "received_at", "sent_at", "outgoing", "subject", "body", "language", "attachments", "has_html",
    "auto_submitted", "bulk", "list_mail", "bounce", "reply", "importance", "size_bytes", "marks",
)  # fmt: skip
"""The columns of silver/mail that labels and routes depend on, but for what follows from them."""

_PSEUDONYM = re.compile(r"<([A-Z_]+)_[0-9a-f]{6}_[0-9a-f]{16}>")

_TOGETHER = 200
"""Mails that are anonymized at a time."""

_RECEIVED = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about a mail; `quarantined` mails have no more than that."""

    labels: Mapping[str, str | None] = field(default_factory=dict)
    """Head → label, None where it abstained."""

    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Head → probability of each label."""

    queue: str = ""
    priority: str | None = None
    quarantined: bool = False

    text: str = ""
    """Digest of the anonymized subject and body with each pseudonym reduced to its entity; empty in quarantine."""


def decide(
    mails: Sequence[ParsedMail], spark: SparkSession, engine: Anonymizer, champion: Champion, rules: Rules
) -> list[Decision]:
    """One decision a mail, in order. Each is read alone: mails of a thread share nothing here."""
    from triage.labelling.serving.inference import label  # with pyspark.ml and pandas

    rows = list(_silver_rows(mails, engine))
    schema = t.StructType([t.StructField(one.name, one.type) for one in SILVER_MAIL.columns if one.name in _READ])
    order = list(schema.names)
    silver = _with_derived(spark.createDataFrame([tuple(row[name] for name in order) for row in rows], schema))
    labels = label(silver.cache(), champion).cache()
    try:
        texts = {int(row["mail_key"]): text_digest(row["subject"], row["body"]) for row in rows}
        return _decisions(len(mails), labels, route(silver, labels, rules), texts)
    finally:
        labels.unpersist()
        silver.unpersist()


def _silver_rows(mails: Sequence[ParsedMail], engine: Anonymizer) -> Iterator[dict[str, Any]]:
    """Rows of the mails that are published, each with its number as key."""
    for begin in range(0, len(mails), _TOGETHER):
        part = mails[begin : begin + _TOGETHER]
        numbers = range(begin, begin + len(part))
        for number, mail, safe in zip(numbers, part, engine.anonymize(part, list(numbers)), strict=True):
            if not safe.fault:
                yield published_row(Readable(_raw(number, mail), mail, None), safe)


def _raw(number: int, mail: ParsedMail) -> dict[str, Any]:
    size = len(mail.subject) + len(mail.body)  # the same for all that rules on size would have to ignore, nearly
    return dict.fromkeys(PLACE) | {"mail_key": str(number), "size_bytes": size, "received_at": _RECEIVED}


def _with_derived(rows: DataFrame) -> DataFrame:
    return rows.withColumns({"batch_id": f.lit(0).cast("long"), "body_chars": f.length("body").cast("long")})


def text_digest(subject: str, body: str) -> str:
    """The same for two texts that differ in pseudonyms of the same entities only."""
    return hashlib.sha256(_PSEUDONYM.sub(r"<\1>", f"{subject}\n{body}").encode()).hexdigest()


def _decisions(count: int, labels: DataFrame, routes: DataFrame, texts: Mapping[int, str]) -> list[Decision]:
    by_mail: dict[int, dict[str, tuple[str | None, Mapping[str, float]]]] = {}
    for row in labels.select("mail_key", "head", "label", "scores").collect():
        by_mail.setdefault(int(row["mail_key"]), {})[row["head"]] = (row["label"], row["scores"])
    sent = {int(row["mail_key"]): row for row in routes.select("mail_key", "queue", "priority").collect()}
    return [_decision(by_mail.get(number), sent.get(number), texts.get(number, "")) for number in range(count)]


def _decision(heads: Mapping[str, tuple[str | None, Mapping[str, float]]] | None, sent: Any, text: str) -> Decision:
    if heads is None or sent is None:
        return Decision(quarantined=True)
    labels = {head: label for head, (label, _) in heads.items()}
    scores = {head: of_head for head, (_, of_head) in heads.items()}
    return Decision(labels, scores, sent["queue"], sent["priority"], text=text)
