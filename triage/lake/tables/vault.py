"""Tables of the vault layer: the mail as it was read, and the values behind the tokens; all of it sealed."""

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
    "One row per distinct message, with its encrypted bytes.",
    (
        MAIL_KEY,
        BATCH_ID,
        Column("file_key", TEXT, "the export file in which it was found first (ops/ledger)", required=True),
        Column(
            "byte_offset",
            LONG,
            "offset of its record in that file (in an archive: its ordinal)",
            minimum=0,
        ),
        Column("size_bytes", LONG, "bytes of the record", required=True, minimum=0),
        Column("received_at", TIME, "when the export file was last modified"),
        Column("fault", TEXT, "why the record cannot be parsed; null unless the export itself is broken"),
        Column(
            "thread_key",
            TEXT,
            "keyed hash of the Message-ID that began its thread (32 hex digits); mails of a thread are read together",
        ),
        sealed(
            "sealed",
            "the record's bytes, AES-256-SIV by a data key (in older rows: another); null after retention removed them",
        ),
        sealed("sealed_member", "name inside an archive, encrypted"),
    ),
    keys=("mail_key",),
    statistics=("batch_id", "fault"),
)

PSEUDONYMS = Table(
    "vault/pseudonyms",
    "One row per token in the tables, with the value that it stands for.",
    (
        Column("token", TEXT, "the pseudonym", True, Privacy.PSEUDONYM, pattern=TOKEN_PATTERN),
        BATCH_ID,
        Column("entity", TEXT, "entity of the value", required=True),
        Column("key_id", TEXT, "id of the key that made it", required=True),
        sealed("sealed", "JSON of the normalized value and its first spelling, encrypted", "token"),
    ),
    keys=("token",),
)

LAKE_KEYS = Table(
    "vault/keys",
    "The lake's own key, for the hashes of erased mails and revealed values; sealed with the key in force.",
    (
        Column("key_id", TEXT, "id of the key that seals it; two rows during a rotation", required=True),
        sealed("sealed", "32 random bytes, encrypted; a rotation does not change them", "key_id"),
    ),
    keys=("key_id",),
    statistics=("key_id",),
)

DATA_KEYS = Table(
    "vault/data_keys",
    "The data keys, one a month, that seal mails and the values behind tokens; wrapped by the key in force.",
    (
        Column("data_key_id", TEXT, "names the data key; 16 hex digits, which begin each seal after its form", True),
        Column("month", TEXT, "month (UTC) of the plans of the batches that it seals, such as 2026-11", required=True),
        Column("key_id", TEXT, "id of the key that wraps it", required=True),
        sealed("sealed", "64 random bytes, encrypted; a rotation wraps them anew", "data_key_id"),
    ),
    keys=("data_key_id",),
    statistics=("data_key_id", "month"),
)
