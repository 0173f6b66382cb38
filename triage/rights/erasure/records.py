"""The rows of ops/erasures: one before anything is removed, one when the certificate is written.

The first lets a later erasure of the same subject finish what a killed one has begun, even when the rows that led
to the person are gone already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from pyspark.sql import types as t

from triage.lake.restored import settle
from triage.lake.store import Store
from triage.lake.tables import ERASURES
from triage.privacy.pseudonyms.lake_key import keyed_hash, mail_hash
from triage.rights.engine.base import Engine, Scan
from triage.rights.erasure.row_counts import RowCounts
from triage.rights.rows import MAIL_TABLES, Rows
from triage.rights.search.persons import Person
from triage.rights.search.subjects import Subject

Erasure = dict[str, Any]
"""A row of ops/erasures."""

_HASHED = t.StructType([t.StructField("mail_key", t.StringType()), t.StructField("mail_hash", t.StringType())])


class ErasureId(NamedTuple):
    """The name of one subject's erasure, and the salt of the hash that its certificate shows."""

    name: str
    salt: bytes


def subject_hash(subject: Subject, secret: bytes) -> str:
    """The keyed hash by which the lake knows a subject again; `secret` is the lake's own key."""
    return keyed_hash(secret, "subject", subject.identifier)


def record(
    phase: Literal["begun", "done"],
    ids: Sequence[ErasureId],
    persons: Sequence[Person],
    counts: RowCounts,
    certificates: Sequence[str | None],
    store: Store,
    secret: bytes,
) -> None:
    """Adds one row a person; `certificates` holds the SHA-256 of each certificate's file, None before it exists."""
    rows = []
    for owner, (person, erasure_id) in enumerate(zip(persons, ids, strict=True)):
        rows.append(
            {
                "erasure_id": erasure_id.name,
                "phase": phase,
                "erased_at": datetime.now(UTC),
                "subject_hash": subject_hash(person.subject, secret),
                "salted_hash": person.subject.salted_hash(erasure_id.salt),
                "mail_hashes": sorted(mail_hash(secret, key) for key in person.mail_keys),
                "counts": dict(counts.removed[owner] + counts.changed[owner]),
                "certificate_sha256": certificates[owner],
            }
        )
    store.add(ERASURES, rows)
    if phase == "done":
        identifiers = [person.subject.identifier for person in persons]
        settle(store.root, identifiers, lambda identifier: keyed_hash(secret, "subject", identifier))


def interrupted_erasures(store: Store) -> list[Erasure]:
    """The rows of erasures that were begun, and that no later one of the same subject has finished."""
    rows = list(store.rows(ERASURES, ERASURES.column_names))
    done: dict[str, datetime] = {}
    for row in (row for row in rows if row["phase"] == "done"):
        done[row["subject_hash"]] = max(row["erased_at"], done.get(row["subject_hash"], row["erased_at"]))
    begun = [row for row in rows if row["phase"] == "begun"]
    return [row for row in begun if row["subject_hash"] not in done or done[row["subject_hash"]] < row["erased_at"]]


def add_mails_of_interrupted(
    persons: Sequence[Person], interrupted: Sequence[Erasure], engine: Engine, secret: bytes
) -> None:
    """Adds to the persons the mails that a killed erasure of the same subject had listed and not yet removed.

    They are listed by hash only, so the keys of all mails are hashed for the comparison.
    """
    by_hash = {subject_hash(person.subject, secret): person for person in persons}
    owners = {
        listed: by_hash[row["subject_hash"]]
        for row in interrupted
        if row["subject_hash"] in by_hash
        for listed in row["mail_hashes"]
    }
    if not owners:
        return

    def known(rows: Rows) -> Iterator[dict[str, Any]]:
        hashes = ((row["mail_key"], mail_hash(secret, row["mail_key"])) for row in rows)
        yield from ({"mail_key": key, "mail_hash": hashed} for key, hashed in hashes if hashed in listed_hashes)

    listed_hashes = frozenset(owners)
    for table in (table for table in MAIL_TABLES if engine.store.exists(table)):
        made = engine.through(Scan(table, ("mail_key",)), known, _HASHED)
        for row in made.rows("mail_key", "mail_hash"):
            owners[row["mail_hash"]].mail_keys.add(row["mail_key"])
        made.close()
