"""Tables of the ops layer: the plan, erasures and disclosures."""

from __future__ import annotations

from pyspark.sql import types as t

from triage.lake.tables.schema import (
    BATCH_ID,
    FILE_KEY_EXAMPLE,
    HASH_EXAMPLE,
    KEY_ID_EXAMPLE,
    KEY_PATTERN,
    LONG,
    MAIL_KEY,
    TEXT,
    TEXTS,
    TIME,
    Column,
    Join,
    Privacy,
    Table,
    sealed,
)

LEDGER = Table(
    "ops/ledger",
    "One row per planned piece of work: which bytes of which file belong to which batch.",
    (
        Column("file_key", TEXT, "keyed hash of the file's path", required=True, example=FILE_KEY_EXAMPLE),
        BATCH_ID,
        Column("kind", TEXT, "read an export, or replay quarantine", required=True, one_of=("file", "replay")),
        Column(
            "path",
            TEXT,
            "the source, with a pseudonym for the path below it",
            privacy=Privacy.PSEUDONYM,
            example="/exports/sales/<FILE_8971337c7f7232c2>",
        ),
        sealed("sealed_path", "the full path, encrypted", "file_key"),
        Column("format", TEXT, "name of the mail format (triage/mail/formats)", example="mbox"),
        Column("size_bytes", LONG, "size of the file when it was planned", minimum=0, unit="bytes", example="27813"),
        Column("modified_at", TIME, "the file's time when it was planned"),
        Column("sha256", TEXT, "SHA-256 of the file's bytes up to size_bytes", pattern=KEY_PATTERN),
        Column("range_start", LONG, "first byte of this batch's share", minimum=0, unit="bytes", example="0"),
        Column(
            "range_end", LONG, "the byte after the last of this batch's share", minimum=0, unit="bytes", example="27813"
        ),
        Column(
            "reasons",
            TEXTS,
            "for a replay: only mails quarantined for one of these; empty for all",
            example='["RESIDUE"]',
        ),
        Column("planned_at", TIME, "when it was planned", required=True),
    ),
    keys=("file_key", "batch_id", "range_start"),
    owner="operator",
    writers=("jobs/nightly.py", "jobs/replay.py"),
)

ERASURES = Table(
    "ops/erasures",
    "Two rows per erasure and person: one before anything is removed, one when its certificate is there. Append only.",
    (
        Column(
            "erasure_id",
            TEXT,
            "name of the erasure, and of its certificate",
            required=True,
            example="erasure-20261130T093000Z-1f0c77a2",
        ),
        Column(
            "phase",
            TEXT,
            "`begun` before the removal, `done` after the certificate",
            required=True,
            one_of=("begun", "done"),
        ),
        Column("erased_at", TIME, "when the row was written", required=True),
        Column("subject_hash", TEXT, "keyed hash of the identifier", required=True, pattern=KEY_PATTERN),
        Column(
            "salted_hash",
            TEXT,
            "salted hash of the identifier, as in the certificate",
            required=True,
            example=HASH_EXAMPLE,
        ),
        Column(
            "mail_hashes",
            TEXTS,
            "keyed hashes of the removed mail keys, so that such mail stays known",
            required=True,
            example=f'["{HASH_EXAMPLE}"]',
        ),
        Column(
            "counts",
            t.MapType(TEXT, LONG),
            "rows removed or changed by table",
            required=True,
            unit="rows",
            example='{"silver/mail": 3, "gold/routes": 3}',
        ),
        Column(
            "certificate_sha256",
            TEXT,
            "SHA-256 of the certificate's file; null before it is written",
            pattern=KEY_PATTERN,
        ),
    ),
    keys=("erasure_id", "phase"),
    statistics=("erased_at",),
    properties=(("delta.appendOnly", "true"),),
    owner="privacy_officer",
    writers=("jobs/erase.py", "jobs/restore.py"),
)

REVEALS = Table(
    "ops/reveals",
    "One row per request to see personal data in clear, written before it is shown. Append only.",
    (
        Column("reveal_id", TEXT, "name of the request", required=True, example="f8473d4e1835ad74"),
        Column("revealed_at", TIME, "when the row was written", required=True),
        Column("os_user", TEXT, "operating system user who asked", required=True, example="triage"),
        Column("action", TEXT, "the kind of request", required=True, one_of=("reveal", "export", "query")),
        Column(
            "value_hash",
            TEXT,
            "keyed hash of the value behind the token, the same after a rotation",
            example=HASH_EXAMPLE,
        ),
        Column("entity", TEXT, "entity of the value", example="PERSON"),
        Column("reason", TEXT, "the stated reason; empty where it named a person", required=True, example="case 4711"),
        Column(
            "key_id", TEXT, "id of the key that was given; empty where none was", required=True, example=KEY_ID_EXAMPLE
        ),
        Column(
            "outcome",
            TEXT,
            "result of the request",
            required=True,
            one_of=("shown", "unknown", "wrong_key", "no_key", "refused"),
        ),
    ),
    keys=("reveal_id",),
    statistics=("revealed_at",),
    properties=(("delta.appendOnly", "true"),),
    owner="privacy_officer",
    writers=("jobs/reveal.py", "jobs/export_person.py", "jobs/evaluate_pii.py", "jobs/query.py"),
)

APPLIED_MIGRATIONS = Table(
    "ops/migrations",
    "One row per version of the lake's format that it was brought to; the highest is the lake's. Append only.",
    (
        Column(
            "format_version",
            LONG,
            "version of the format (triage/lake/migrations)",
            required=True,
            minimum=1,
            unit="number of a version",
            example="3",
        ),
        Column("name", TEXT, "name of the migration, or `new lake`", required=True, example="new lake"),
        Column("applied_at", TIME, "when it had ended", required=True),
    ),
    keys=("format_version",),
    statistics=("format_version",),
    properties=(("delta.appendOnly", "true"),),
    owner="operator",
    writers=(
        "jobs/nightly.py",
        "jobs/replay.py",
        "jobs/erase.py",
        "jobs/maintain.py",
        "jobs/rotate.py",
        "jobs/restore.py",
    ),
)

BASELINES = Table(
    "ops/baselines",
    "One row per decision on the reference that runs are compared with. Append only; the latest row is in force.",
    (
        Column("baseline_id", TEXT, "name of the decision", required=True, example="baseline-20261130T093000000000Z"),
        Column("decided_at", TIME, "when the row was written", required=True),
        Column("os_user", TEXT, "operating system user who decided", required=True, example="triage"),
        Column("action", TEXT, "set a reference, or go back to none", required=True, one_of=("set", "reset")),
        Column("run_ids", TEXTS, "the runs that it is made of", required=True, example='["batches-000021-000021"]'),
        Column("reason", TEXT, "the stated reason", required=True, example="first month after the move"),
        Column(
            "taxonomy_version",
            TEXT,
            "digest of heads and labels that its runs have",
            required=True,
            example="3e08868bc75b008c",
        ),
    ),
    keys=("baseline_id",),
    statistics=("decided_at",),
    properties=(("delta.appendOnly", "true"),),
    owner="operator",
    writers=("jobs/baseline.py",),
    joins=(Join("metrics.runs", ("run_ids",), ("run_id",)),),
)

WRITE_BACKS = Table(
    "ops/write_backs",
    "One row per step of writing a route to a target outside: planned before it is made, then written, later undone. "
    "The latest row of an entry is in force.",
    (
        Column("entry", TEXT, "digest of target, mail and place", required=True, example=HASH_EXAMPLE[:32]),
        Column("noted_at", TIME, "when the row was written", required=True),
        Column("target", TEXT, "name in write_back.targets", required=True, example="help_desk"),
        MAIL_KEY,
        Column(
            "place",
            TEXT,
            "where it is in the target: a file, or folder, validity and number on a server",
            example="1764460800/42/INBOX",
        ),
        Column("state", TEXT, "how far it is", required=True, one_of=("planned", "written", "undone")),
        Column("wanted", TEXTS, "all marks of the route, such as keywords", required=True, example='["queue_billing"]'),
        Column(
            "added",
            TEXTS,
            "those of them that were not there before, which an undo takes away",
            required=True,
            example='["queue_billing"]',
        ),
    ),
    keys=("entry", "noted_at"),
    statistics=("noted_at", "target"),
    owner="operator",
    writers=("jobs/write_back.py",),
    joins=(Join("gold.routes", ("mail_key",)), Join("silver.mail", ("mail_key",))),
)
