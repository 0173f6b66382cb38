"""Tables of the vault layer: the mail as it was read, and the values behind the tokens; all of it sealed."""

from __future__ import annotations

from triage.lake.tables.schema import (
    BATCH_ID,
    FILE_KEY_EXAMPLE,
    KEY_ID_EXAMPLE,
    LONG,
    MAIL_KEY,
    TEXT,
    TIME,
    TOKEN_PATTERN,
    Column,
    Join,
    Privacy,
    Table,
    sealed,
)
from triage.reasons import Reason

_RUN_JOBS = ("jobs/nightly.py", "jobs/replay.py")
_SEALED_WITH = Join("vault.keys", ("key_id",))

RAW_MAIL = Table(
    "vault/raw_mail",
    "One row per distinct message, with its encrypted bytes.",
    (
        MAIL_KEY,
        BATCH_ID,
        Column(
            "file_key", TEXT, "the export file in which it was found first (ops/ledger)", True, example=FILE_KEY_EXAMPLE
        ),
        Column(
            "byte_offset",
            LONG,
            "offset of its record in that file (in an archive: its ordinal)",
            minimum=0,
            unit="bytes",
            example="22032",
        ),
        Column("size_bytes", LONG, "bytes of the record", required=True, minimum=0, unit="bytes", example="849"),
        Column("received_at", TIME, "when the export file was last modified"),
        Column(
            "fault",
            TEXT,
            "why the record cannot be parsed; null unless the export itself is broken",
            example=str(Reason.SOURCE_CORRUPT),
        ),
        Column(
            "thread_key",
            TEXT,
            "keyed hash of the Message-ID that began its thread (32 hex digits); mails of a thread are read together",
            example="c4a86b1f5d2e4b0f9a7730d1e6f5b2c8",
        ),
        sealed(
            "sealed",
            "the record's bytes, AES-256-SIV by a data key (in older rows: another); null after retention removed them",
        ),
        sealed("sealed_member", "name inside an archive, encrypted"),
    ),
    keys=("mail_key",),
    statistics=("batch_id", "fault"),
    owner="privacy_officer",
    writers=_RUN_JOBS[:1],
    joins=(Join("ops.ledger", ("file_key", "batch_id")),),
)

PSEUDONYMS = Table(
    "vault/pseudonyms",
    "One row per token in the tables, with the value that it stands for.",
    (
        Column("token", TEXT, "the pseudonym", True, Privacy.PSEUDONYM, pattern=TOKEN_PATTERN),
        BATCH_ID,
        Column("entity", TEXT, "entity of the value", required=True, example="PERSON"),
        Column("key_id", TEXT, "id of the key that made it", required=True, example=KEY_ID_EXAMPLE),
        sealed("sealed", "JSON of the normalized value and its first spelling, encrypted", "token"),
    ),
    keys=("token",),
    owner="privacy_officer",
    writers=(*_RUN_JOBS, "jobs/feedback.py", "jobs/review.py"),
    joins=(_SEALED_WITH,),
)

LAKE_KEYS = Table(
    "vault/keys",
    "The lake's own key, for the hashes of erased mails and revealed values; sealed with the key in force.",
    (
        Column("key_id", TEXT, "id of the key that seals it; two rows during a rotation", True, example=KEY_ID_EXAMPLE),
        sealed("sealed", "32 random bytes, encrypted; a rotation does not change them", "key_id"),
    ),
    keys=("key_id",),
    statistics=("key_id",),
    owner="privacy_officer",
    writers=(
        "jobs/erase.py",
        "jobs/reveal.py",
        "jobs/export_person.py",
        "jobs/evaluate_pii.py",
        "jobs/feedback.py",
        "jobs/review.py",
        "jobs/rotate.py",
        "jobs/restore.py",
    ),
)

DATA_KEYS = Table(
    "vault/data_keys",
    "The data keys, one a month, that seal mails and the values behind tokens; wrapped by the key in force.",
    (
        Column(
            "data_key_id",
            TEXT,
            "names the data key; 16 hex digits, which begin each seal after its form",
            True,
            example="9d3b70e1c26f4a58",
        ),
        Column(
            "month",
            TEXT,
            "month (UTC) of the plans of the batches that it seals, such as 2026-11",
            required=True,
            example="2026-11",
        ),
        Column("key_id", TEXT, "id of the key that wraps it", required=True, example=KEY_ID_EXAMPLE),
        sealed("sealed", "64 random bytes, encrypted; a rotation wraps them anew", "data_key_id"),
    ),
    keys=("data_key_id",),
    statistics=("data_key_id", "month"),
    owner="privacy_officer",
    writers=_RUN_JOBS,
    joins=(_SEALED_WITH,),
)
