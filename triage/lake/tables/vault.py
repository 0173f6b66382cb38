"""Tables of the vault layer: the mail as it was read, and what stands behind the tokens; all of it sealed."""

from __future__ import annotations

from triage.lake.tables.schema import (
    BATCH_ID,
    LONG,
    MAIL_KEY,
    TEXT,
    TIME,
    TOKEN_PATTERN,
    Column,
    Privacy,
    Table,
    sealed,
)

RAW_MAIL = Table(
    "vault/raw_mail",
    "One row a distinct message found, its bytes encrypted.",
    (
        MAIL_KEY,
        BATCH_ID,
        Column("file_key", TEXT, "the export file it was found in first (ops/ledger)", required=True),
        Column(
            "byte_offset",
            LONG,
            "where its record begins in that file (in an archive: its ordinal)",
            minimum=0,
        ),
        Column("size_bytes", LONG, "bytes of the record", required=True, minimum=0),
        Column("received_at", TIME, "when the export file was last changed"),
        Column("fault", TEXT, "why the record cannot be parsed, if the export itself is broken"),
        Column(
            "thread_key",
            TEXT,
            "keyed hash of the Message-ID that began its thread (32 hex digits): mails of one are read together",
        ),
        sealed("sealed", "the record's bytes under AES-256-SIV; null where they were kept long enough"),
        sealed("sealed_member", "encrypted name inside an archive"),
    ),
    keys=("mail_key",),
    statistics=("batch_id", "fault"),
)

PSEUDONYMS = Table(
    "vault/pseudonyms",
    "One row a token that stands in the tables: what it stands for.",
    (
        Column("token", TEXT, "the pseudonym", True, Privacy.PSEUDONYM, pattern=TOKEN_PATTERN),
        BATCH_ID,
        Column("entity", TEXT, "what kind of value it stands for", required=True),
        Column("key_id", TEXT, "the key that made it", required=True),
        sealed("sealed", "encrypted JSON of the normalized value and its first spelling", "token"),
    ),
    keys=("token",),
)

LAKE_KEYS = Table(
    "vault/keys",
    "The lake's own key, under which erased mails and revealed values are remembered; sealed by the key in force.",
    (
        Column("key_id", TEXT, "the key that seals it; two rows while a rotation is under way", required=True),
        sealed("sealed", "encrypted: 32 random bytes, the same for the lake's life", "key_id"),
    ),
    keys=("key_id",),
    statistics=("key_id",),
)
