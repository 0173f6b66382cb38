"""Table of the silver layer: published mail without personal data."""

from __future__ import annotations

from pyspark.sql import types as t

from triage.lake.tables.schema import (
    BATCH_ID,
    DOUBLE,
    FILE_KEY_EXAMPLE,
    FLAG,
    KEY_ID_EXAMPLE,
    LONG,
    MAIL_KEY,
    TEXT,
    TEXTS,
    TIME,
    TOKEN_PATTERN,
    Column,
    Join,
    Privacy,
    Table,
)

_participant = t.StructType([t.StructField("name", TEXT), t.StructField("address", TEXT)])
_recipient = t.StructType([t.StructField("role", TEXT), *_participant.fields])
_attachment = t.StructType(
    [t.StructField("name", TEXT), t.StructField("media_type", TEXT), t.StructField("size_bytes", LONG)]
)
_EVENT = (
    '[{"method": "reply", "what": "Review", "starts_at": "2026-11-30 09:00:00Z",'
    ' "ends_at": "2026-11-30 10:00:00Z", "all_day": false, "reply": "accepted"}]'
)
_SENDER = '{"name": "<PERSON_5b21e0_7f3a9c0de1b2a394>", "address": "<EMAIL_ADDRESS_5b21e0_fa0dc75d0abf15d8>"}'
_event = t.StructType(
    [
        t.StructField("method", TEXT),
        t.StructField("what", TEXT),
        t.StructField("starts_at", TIME),
        t.StructField("ends_at", TIME),
        t.StructField("all_day", FLAG),
        t.StructField("reply", TEXT),
    ]
)
_zone = t.StructType(
    [t.StructField("zone", TEXT), t.StructField("start", t.IntegerType()), t.StructField("end", t.IntegerType())]
)

SILVER_MAIL = Table(
    "silver/mail",
    "One row per published mail, without personal data.",
    (
        MAIL_KEY,
        BATCH_ID,
        Column(
            "message_token",
            TEXT,
            "pseudonym of the Message-ID",
            privacy=Privacy.PSEUDONYM,
            pattern=TOKEN_PATTERN,
            example="<MESSAGE_ID_5b21e0_26fab3fc4183d778>",
        ),
        Column(
            "thread_token",
            TEXT,
            "pseudonym of the thread's first Message-ID",
            privacy=Privacy.PSEUDONYM,
            example="<MESSAGE_ID_5b21e0_d39dfe9e533ae7ee>",
        ),
        Column(
            "reply_token",
            TEXT,
            "pseudonym of the Message-ID in In-Reply-To",
            privacy=Privacy.PSEUDONYM,
            example="<MESSAGE_ID_5b21e0_d39dfe9e533ae7ee>",
        ),
        Column(
            "reference_tokens",
            TEXTS,
            "pseudonyms of the Message-IDs in References, the oldest first; of many the first and the last",
            privacy=Privacy.PSEUDONYM,
            example='["<MESSAGE_ID_5b21e0_d39dfe9e533ae7ee>"]',
        ),
        Column("sent_at", TIME, "Date header in UTC; null where missing or unreadable"),
        Column("received_at", TIME, "when it arrived, as the export says; else the file's time", required=True),
        Column("sender", _participant, "pseudonyms of the sender", privacy=Privacy.PSEUDONYM, example=_SENDER),
        Column(
            "recipients",
            t.ArrayType(_recipient),
            "pseudonyms of the recipients; role is to, cc, bcc or reply_to",
            privacy=Privacy.PSEUDONYM,
            example='[{"role": "to", "name": "", "address": "<EMAIL_ADDRESS_5b21e0_02ba4e13388f828d>"}]',
        ),
        Column(
            "subject",
            TEXT,
            "anonymized subject",
            required=True,
            privacy=Privacy.PSEUDONYM,
            example="Invoice <ACCOUNT_NUMBER_5b21e0_d0ae1b517a7604e1>",
        ),
        Column(
            "body",
            TEXT,
            "anonymized text body",
            required=True,
            privacy=Privacy.PSEUDONYM,
            example="Please find the invoice for <ORGANIZATION_5b21e0_91c07e5a34bd62f8> attached.",
        ),
        Column(
            "zones",
            t.ArrayType(_zone),
            "parts of the body in order, without gaps: newest, quoted, forwarded, header, signature, disclaimer; start "
            "and end in characters from 0, the end excluded; null in older rows",
            unit="characters",
            example='[{"zone": "newest", "start": 0, "end": 74}]',
        ),
        Column(
            "language",
            TEXT,
            "ISO 639-1 code; und where unknown",
            required=True,
            pattern="^([a-z]{2}|und)$",
            example="en",
        ),
        Column(
            "language_score",
            DOUBLE,
            "confidence of the language detector",
            minimum=0,
            maximum=1,
            unit="share 0 to 1",
            example="0.98",
        ),
        Column(
            "attachments",
            t.ArrayType(_attachment),
            "anonymized names, media types and sizes",
            privacy=Privacy.PSEUDONYM,
            unit="bytes",
            example='[{"name": "invoice.pdf", "media_type": "application/pdf", "size_bytes": 48213}]',
        ),
        Column(
            "attachment_kinds",
            TEXTS,
            "what each of `attachments` is, in their order: file, inline_image (part of the text), message, calendar, "
            "signature or encrypted",
            example='["file", "inline_image"]',
        ),
        Column(
            "events",
            t.ArrayType(_event),
            "what its invitations say (iTIP): method, such as request or reply; anonymized title; times in UTC, "
            "null where the time zone is unknown; in a reply accepted, declined or tentative",
            privacy=Privacy.PSEUDONYM,
            example=_EVENT,
        ),
        Column("signed", TEXT, "scheme of its signature, which is not verified; null without", one_of=("smime", "pgp")),
        Column("encrypted", TEXT, "scheme by which all or a part of it is encrypted", one_of=("smime", "pgp")),
        Column("has_html", FLAG, "the message has an HTML part", required=True),
        Column("auto_submitted", FLAG, "its headers say that a program sent it", required=True),
        Column("bulk", FLAG, "its Precedence header is bulk, list or junk", required=True),
        Column("list_mail", FLAG, "the message has a List-* header", required=True),
        Column("bounce", FLAG, "it is a delivery report", required=True),
        Column("reply", FLAG, "it answers another mail", required=True),
        Column("outgoing", FLAG, "the company itself sent it (company.domains); null where its domains are not known"),
        Column(
            "importance",
            t.IntegerType(),
            "set by the sender, from 1 (highest) to 5 (lowest)",
            minimum=1,
            maximum=5,
            unit="rank 1 to 5",
            example="1",
        ),
        Column("size_bytes", LONG, "bytes of the message", required=True, minimum=0, unit="bytes", example="2013"),
        Column(
            "body_chars",
            LONG,
            "characters of the anonymized body",
            required=True,
            minimum=0,
            unit="characters",
            example="886",
        ),
        Column(
            "entity_counts",
            t.MapType(TEXT, t.IntegerType()),
            "number of replaced findings by entity",
            required=True,
            unit="findings",
            example='{"PERSON": 2, "ACCOUNT_NUMBER": 1}',
        ),
        Column("marks", TEXTS, "codes of marks, which do not quarantine the mail", required=True, example='["NO_NER"]'),
        Column("file_key", TEXT, "the export file in which it was found first (ops/ledger)", example=FILE_KEY_EXAMPLE),
        Column(
            "terms",
            t.ArrayType(t.IntegerType()),
            "hashes of its distinct words, without pseudonyms (triage/mail/word_terms.py)",
            privacy=Privacy.PSEUDONYM,
            unit="hashes of 18 bits",
            example="[8931, 10640, 13956]",
        ),
        Column(
            "words",
            t.IntegerType(),
            "words read of subject and body, without pseudonyms",
            minimum=0,
            unit="words",
            example="71",
        ),
        Column(
            "rare_words",
            t.IntegerType(),
            "of these, words that are uncommon in its language",
            minimum=0,
            unit="words",
            example="1",
        ),
        Column(
            "garbled",
            t.IntegerType(),
            "places that look like text in a wrong character set",
            minimum=0,
            unit="places",
            example="0",
        ),
        Column("key_id", TEXT, "id of the key that made the pseudonyms", required=True, example=KEY_ID_EXAMPLE),
        Column("policy_version", TEXT, "digest of the privacy policy in force", required=True, example="f232b7c4231f"),
    ),
    keys=("mail_key",),
    statistics=("batch_id", "received_at", "sent_at"),
    owner="privacy_officer",
    writers=("jobs/nightly.py", "jobs/replay.py"),
    joins=(
        Join("vault.raw_mail", ("mail_key",)),
        Join("vault.pseudonyms", ("message_token",), ("token",)),
        Join("metrics.runs", ("batch_id",), ("batches",)),
        Join("ops.ledger", ("file_key",)),
    ),
)
