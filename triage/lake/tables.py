"""Every table of the lake, declared once: checks, dictionary, writer and tests derive from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from pyspark.sql import types as t

KEY_PATTERN = "^[0-9a-f]{64}$"
TOKEN_PATTERN = "^<[A-Z_]+_[0-9a-f]{6}_[0-9a-f]{16}>$"


REASONS_TO_ABSTAIN = (
    "PARENT_ABSTAINED",
    "EMPTY_TEXT",
    "UNKNOWN_LANGUAGE",
    "OUT_OF_DISTRIBUTION",
    "LOW_SCORE",
)


class Privacy(Enum):
    """What a column may hold of a person."""

    NONE = "no personal data"
    PSEUDONYM = "pseudonyms only"
    SEALED = "personal data, encrypted"


@dataclass(frozen=True, slots=True)
class Column:
    """A column and what must hold for it; `one_of`, `pattern`, `minimum`, `maximum` ignore nulls.

    A sealed value opens only together with that of its row's column `context`.
    """

    name: str
    type: t.DataType
    comment: str
    required: bool = False
    privacy: Privacy = Privacy.NONE
    one_of: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    context: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A Delta table at `<lake.root>/<name>`; `keys` are unique together, `statistics` feed data skipping."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    statistics: tuple[str, ...] = ("batch_id",)
    properties: tuple[tuple[str, str], ...] = ()

    @property
    def schema(self) -> t.StructType:
        """The Spark schema, with comments. All columns are nullable in Delta; `required` is checked by the gate."""
        return t.StructType(
            [t.StructField(c.name, c.type, True, {"comment": c.comment}) for c in self.columns]
        )

    @property
    def column_names(self) -> list[str]:
        """The names, in order."""
        return [c.name for c in self.columns]

    @property
    def delta_properties(self) -> dict[str, str]:
        """Of the Delta table. Its statistics keep the first characters of text columns: only harmless columns are named."""
        return {"delta.dataSkippingStatsColumns": ",".join(self.statistics)} | dict(self.properties)

    @property
    def view(self) -> str:
        """The name in SQL, such as `silver.mail`."""
        return self.name.replace("/", ".")


_text, _long, _double, _flag, _time = (
    t.StringType(),
    t.LongType(),
    t.DoubleType(),
    t.BooleanType(),
    t.TimestampType(),
)
_texts = t.ArrayType(t.StringType())
_participant = t.StructType([t.StructField("name", _text), t.StructField("address", _text)])
_recipient = t.StructType([t.StructField("role", _text), *_participant.fields])
_attachment = t.StructType(
    [t.StructField("name", _text), t.StructField("media_type", _text), t.StructField("size_bytes", _long)]
)

_mail_key = Column("mail_key", _text, "SHA-256 of the message's content", required=True, pattern=KEY_PATTERN)
_batch_id = Column("batch_id", _long, "the batch that wrote the row", required=True, minimum=1)


def _sealed(name: str, comment: str, context: str = "mail_key") -> Column:
    return Column(name, t.BinaryType(), comment, privacy=Privacy.SEALED, context=context)


RAW_MAIL = Table(
    "vault/raw_mail",
    "One row a distinct message found, its bytes encrypted.",
    (
        _mail_key,
        _batch_id,
        Column("file_key", _text, "the export file it was found in first (ops/ledger)", required=True),
        Column(
            "byte_offset",
            _long,
            "where its record begins in that file (in an archive: its ordinal)",
            minimum=0,
        ),
        Column("size_bytes", _long, "bytes of the record", required=True, minimum=0),
        Column("received_at", _time, "when the export file was last changed"),
        Column("fault", _text, "why the record cannot be parsed, if the export itself is broken"),
        Column(
            "thread_key",
            _text,
            "keyed hash of the Message-ID that began its thread (32 hex digits): mails of one are read together",
        ),
        _sealed("sealed", "the record's bytes under AES-256-SIV; null where they were kept long enough"),
        _sealed("sealed_member", "encrypted name inside an archive"),
    ),
    keys=("mail_key",),
    statistics=("batch_id", "fault"),
)

PSEUDONYMS = Table(
    "vault/pseudonyms",
    "One row a token that stands in the tables: what it stands for.",
    (
        Column("token", _text, "the pseudonym", True, Privacy.PSEUDONYM, pattern=TOKEN_PATTERN),
        _batch_id,
        Column("entity", _text, "what kind of value it stands for", required=True),
        Column("key_id", _text, "the key that made it", required=True),
        _sealed("sealed", "encrypted JSON of the normalized value and its first spelling", "token"),
    ),
    keys=("token",),
)

LAKE_KEYS = Table(
    "vault/keys",
    "The lake's own key, under which erased mails and revealed values are remembered; sealed by the key in force.",
    (
        Column(
            "key_id", _text, "the key that seals it; two rows while a rotation is under way", required=True
        ),
        _sealed("sealed", "encrypted: 32 random bytes, the same for the lake's life", "key_id"),
    ),
    keys=("key_id",),
    statistics=("key_id",),
)

QUARANTINE = Table(
    "quarantine/mail",
    "Every message or file that cannot go on, with the reasons.",
    (
        _mail_key,
        _batch_id,
        Column("file_key", _text, "the export file (ops/ledger)", required=True),
        Column("byte_offset", _long, "where the record begins in that file"),
        Column("size_bytes", _long, "bytes of the record", minimum=0),
        Column("reasons", _texts, "reason codes, all that apply", required=True),
        Column(
            "stage",
            _text,
            "the stage that held it",
            required=True,
            one_of=("ingest", "parse", "privacy", "gate"),
        ),
    ),
    keys=("mail_key",),
)

SILVER_MAIL = Table(
    "silver/mail",
    "One row a published mail, without personal data.",
    (
        _mail_key,
        _batch_id,
        Column(
            "message_token",
            _text,
            "pseudonym of the Message-ID",
            privacy=Privacy.PSEUDONYM,
            pattern=TOKEN_PATTERN,
        ),
        Column(
            "thread_token", _text, "pseudonym of the thread's first Message-ID", privacy=Privacy.PSEUDONYM
        ),
        Column("sent_at", _time, "Date header in UTC; null where missing or unreadable"),
        Column(
            "received_at", _time, "when the export says that it came; else the file's time", required=True
        ),
        Column("sender", _participant, "pseudonyms of the sender", privacy=Privacy.PSEUDONYM),
        Column(
            "recipients",
            t.ArrayType(_recipient),
            "pseudonyms, role to/cc/bcc/reply_to",
            privacy=Privacy.PSEUDONYM,
        ),
        Column("subject", _text, "anonymized subject", required=True, privacy=Privacy.PSEUDONYM),
        Column("body", _text, "anonymized text body", required=True, privacy=Privacy.PSEUDONYM),
        Column(
            "language", _text, "ISO 639-1 code, und where unknown", required=True, pattern="^([a-z]{2}|und)$"
        ),
        Column("language_score", _double, "the detector's confidence", minimum=0, maximum=1),
        Column(
            "attachments",
            t.ArrayType(_attachment),
            "anonymized names, media types, bytes",
            privacy=Privacy.PSEUDONYM,
        ),
        Column("has_html", _flag, "an HTML part was there", required=True),
        Column("auto_submitted", _flag, "sent by a program, as its headers say", required=True),
        Column("bulk", _flag, "Precedence bulk, list or junk", required=True),
        Column("list_mail", _flag, "a List-* header was there", required=True),
        Column("bounce", _flag, "a delivery report", required=True),
        Column("reply", _flag, "answers another mail", required=True),
        Column("importance", t.IntegerType(), "sender's own, 1 highest to 5 lowest", minimum=1, maximum=5),
        Column("size_bytes", _long, "bytes of the message", required=True, minimum=0),
        Column("body_chars", _long, "characters of the anonymized body", required=True, minimum=0),
        Column(
            "entity_counts", t.MapType(_text, t.IntegerType()), "replaced entities by type", required=True
        ),
        Column("marks", _texts, "what was noticed without holding the mail back", required=True),
        Column("key_id", _text, "the key that made the pseudonyms", required=True),
        Column("policy_version", _text, "digest of the privacy policy in force", required=True),
    ),
    keys=("mail_key",),
    statistics=("batch_id", "received_at", "sent_at"),
)

LABELS = Table(
    "gold/labels",
    "One row a mail and head.",
    (
        _mail_key,
        _batch_id,
        Column("head", _text, "what is decided, such as category", required=True),
        Column("label", _text, "the decision; null where the head abstained"),
        Column(
            "labels",
            _texts,
            "all that were decided: several where the head may give several, else one or none",
        ),
        Column("best_label", _text, "the most probable label, even where the head abstained", required=True),
        Column("score", _double, "probability of best_label", required=True, minimum=0, maximum=1),
        Column("scores", t.MapType(_text, _double), "probability of every label", required=True),
        Column("abstained", _flag, "a person should decide", required=True),
        Column("reason", _text, "why the head abstained; null where it decided", one_of=REASONS_TO_ABSTAIN),
        Column("threshold", _double, "score below which the head abstains", minimum=0, maximum=1),
        Column("decided_by", _text, "`model`, or the name of the sign in the mail that decided"),
        Column("model", _text, "name in the model registry", required=True),
        Column("model_version", _text, "version in the model registry", required=True),
    ),
    keys=("mail_key", "head"),
)

ROUTES = Table(
    "gold/routes",
    "One row a mail: where it goes and by when.",
    (
        _mail_key,
        _batch_id,
        Column("queue", _text, "the department's queue", required=True),
        Column("priority", _text, "the priority in force for the queue; null where the head abstained"),
        Column("due_at", _time, "received_at plus the rule's time to answer; null where none is due"),
        Column("rule", _text, "name of the rule that matched, or `default`", required=True),
        Column("reason", _text, "the rule's conditions in words", required=True),
        Column("rules_version", _text, "digest of the rule file in force", required=True),
    ),
    keys=("mail_key",),
)

RUNS = Table(
    "metrics/runs",
    "One row a run that found something to do.",
    (
        Column("run_id", _text, "name of the run", required=True),
        Column("started_at", _time, "start in UTC", required=True),
        Column("seconds", _double, "duration of the run", required=True, minimum=0),
        Column("batches", t.ArrayType(_long), "batches that it completed", required=True),
        Column("messages_read", _long, "records found in exports", required=True, minimum=0),
        Column("messages_new", _long, "first seen by content", required=True, minimum=0),
        Column("messages_duplicate", _long, "seen before", required=True, minimum=0),
        Column("messages_published", _long, "rows added to silver/mail", required=True, minimum=0),
        Column("messages_quarantined", _long, "rows added to quarantine/mail", required=True, minimum=0),
        Column("stage_seconds", t.MapType(_text, _double), "seconds by stage", required=True),
        Column("mlflow_run_id", _text, "the run in MLflow"),
        Column("model_version", _text, "label model in force"),
        Column("policy_version", _text, "privacy policy in force", required=True),
        Column("rules_version", _text, "routing rules in force", required=True),
    ),
    keys=("run_id",),
    statistics=("run_id",),
)

DRIFT = Table(
    "metrics/drift",
    "One row a run and feature: how far it moved from the baseline.",
    (
        Column("run_id", _text, "name of the run", required=True),
        Column(
            "feature",
            _text,
            "such as label.category, score.category, body_chars, language, queue",
            required=True,
        ),
        Column("psi", _double, "population stability index", required=True, minimum=0),
        Column("js", _double, "Jensen-Shannon distance, base 2", required=True, minimum=0, maximum=1),
        Column(
            "status",
            _text,
            "what the PSI means",
            required=True,
            one_of=("baseline", "stable", "watch", "alert"),
        ),
        Column("mails", _long, "values behind the figure", required=True, minimum=0),
        Column("baseline_run_id", _text, "the run compared with", required=True),
        Column("histogram", t.MapType(_text, _long), "counts by bin or value", required=True),
    ),
    keys=("run_id", "feature"),
    statistics=("run_id",),
)

QUALITY = Table(
    "metrics/quality",
    "One row a batch, stage and measure: counts and the gate's verdicts.",
    (
        _batch_id,
        Column("stage", _text, "the stage that measured", required=True),
        Column("measure", _text, "what was measured", required=True),
        Column("value", _double, "the figure", required=True),
        Column("passed", _flag, "the gate's verdict; null for a plain count"),
    ),
    keys=("batch_id", "stage", "measure"),
)

LEDGER = Table(
    "ops/ledger",
    "One row a planned piece of work: which bytes of which file belong to which batch.",
    (
        Column("file_key", _text, "keyed hash of the file's path", required=True),
        _batch_id,
        Column(
            "kind", _text, "read an export, or replay quarantine", required=True, one_of=("file", "replay")
        ),
        Column("path", _text, "source, with a pseudonym for what lies below it", privacy=Privacy.PSEUDONYM),
        _sealed("sealed_path", "the full path, encrypted", "file_key"),
        Column("format", _text, "mail format by name in triage/mail/formats"),
        Column("size_bytes", _long, "bytes of the file when it was planned", minimum=0),
        Column("modified_at", _time, "the file's time when it was planned"),
        Column("sha256", _text, "of the file's bytes up to size_bytes", pattern=KEY_PATTERN),
        Column("range_start", _long, "first byte of this batch's share", minimum=0),
        Column("range_end", _long, "byte after the last of this batch's share", minimum=0),
        Column("reasons", _texts, "replay: only mails held for one of these; empty for all"),
        Column("planned_at", _time, "when it was planned", required=True),
    ),
    keys=("file_key", "batch_id", "range_start"),
)

ERASURES = Table(
    "ops/erasures",
    "Two rows an erasure and person: one before anything is removed, one when the proof is written. Append only.",
    (
        Column("erasure_id", _text, "name of the erasure, and of its certificate", required=True),
        Column("phase", _text, "how far it came", required=True, one_of=("begun", "done")),
        Column("erased_at", _time, "when the row was written", required=True),
        Column("subject_hash", _text, "keyed hash of the identifier", required=True, pattern=KEY_PATTERN),
        Column("salted_hash", _text, "salted hash of the identifier, as in the certificate", required=True),
        Column(
            "mail_hashes",
            _texts,
            "keyed hashes of the removed mail keys: such mail stays known",
            required=True,
        ),
        Column("counts", t.MapType(_text, _long), "rows removed or changed by table", required=True),
        Column("certificate_sha256", _text, "of the certificate's file; null before it", pattern=KEY_PATTERN),
    ),
    keys=("erasure_id", "phase"),
    statistics=("erased_at",),
    properties=(("delta.appendOnly", "true"),),
)

REVEALS = Table(
    "ops/reveals",
    "One row an attempt to see personal data in clear, written before it is shown. Append only.",
    (
        Column("reveal_id", _text, "name of the attempt", required=True),
        Column("revealed_at", _time, "when", required=True),
        Column("os_user", _text, "the operating system's name of who asked", required=True),
        Column("action", _text, "what was asked for", required=True, one_of=("reveal", "export")),
        Column("value_hash", _text, "keyed hash of the value behind the token, the same after a rotation"),
        Column("entity", _text, "what kind of value it is"),
        Column("reason", _text, "the stated reason; empty where it named a person", required=True),
        Column("key_id", _text, "the key that was given", required=True),
        Column(
            "outcome",
            _text,
            "what came of it",
            required=True,
            one_of=("shown", "unknown", "wrong_key", "refused"),
        ),
    ),
    keys=("reveal_id",),
    statistics=("revealed_at",),
    properties=(("delta.appendOnly", "true"),),
)

TABLES: tuple[Table, ...] = (
    RAW_MAIL,
    PSEUDONYMS,
    LAKE_KEYS,
    QUARANTINE,
    SILVER_MAIL,
    LABELS,
    ROUTES,
    RUNS,
    DRIFT,
    QUALITY,
    LEDGER,
    ERASURES,
    REVEALS,
)


def dictionary() -> Iterator[str]:
    """The data dictionary, a Markdown line at a time."""
    for table in TABLES:
        yield f"\n### {table.name}\n\n{table.comment} Key: {', '.join(table.keys)}.\n"
        yield "| column | type | meaning | personal data |\n|---|---|---|---|"
        for column in table.columns:
            yield f"| {column.name} | {column.type.simpleString()} | {column.comment} | {column.privacy.value} |"
