"""Table of the quarantine layer: mails that are not published, with the reasons."""

from __future__ import annotations

from triage.lake.tables.schema import BATCH_ID, FILE_KEY_EXAMPLE, LONG, MAIL_KEY, TEXT, TEXTS, Column, Join, Table

QUARANTINE = Table(
    "quarantine/mail",
    "One row per quarantined message or file, with the reasons.",
    (
        MAIL_KEY,
        BATCH_ID,
        Column("file_key", TEXT, "the export file (ops/ledger)", required=True, example=FILE_KEY_EXAMPLE),
        Column("byte_offset", LONG, "offset of the record in that file", unit="bytes", example="22032"),
        Column("size_bytes", LONG, "bytes of the record", minimum=0, unit="bytes", example="849"),
        Column("reasons", TEXTS, "all reason codes that apply", required=True, example='["RESIDUE"]'),
        Column(
            "stage",
            TEXT,
            "the stage that quarantined it",
            required=True,
            one_of=("ingest", "parse", "privacy", "gate"),
        ),
    ),
    keys=("mail_key",),
    owner="operator",
    writers=("jobs/nightly.py", "jobs/replay.py"),
    joins=(Join("vault.raw_mail", ("mail_key",)), Join("ops.ledger", ("file_key",))),
)
