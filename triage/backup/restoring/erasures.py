"""Erasures that were made after a backup: who they were is found again in the restored lake, by their hashes.

Nothing outside of the lake names an erased person. The lake's own key, which is in the backup too, gives the same keyed
hashes; so every identifier that the restored lake holds is hashed and compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from triage.backup.contents.erasures import Row
from triage.config import Settings
from triage.lake.restored import DueErasure, RestoreRecord, read_record, write_record
from triage.lake.store import Store
from triage.lake.tables import ERASURES, PSEUDONYMS
from triage.privacy.pseudonyms.keys import Keys, load_keys
from triage.privacy.pseudonyms.lake_key import keyed_hash, mail_hash
from triage.privacy.pseudonyms.token_vault import unseal_entry
from triage.privacy.pseudonyms.tokens import REVIEWER
from triage.rights.erasure.certificate.signing import verify_document
from triage.rights.rows import MAIL_TABLES
from triage.rights.search.subjects import Subject


def erasures_since(known: Sequence[Row], restored: Store, settings: Settings, given: Path | None) -> list[DueErasure]:
    """The erasures that backups (`known`), and certificates in the folder `given`, name and the restored lake lacks.

    One that was begun and never ended counts, too: its person asked for it. One that a later erasure of the same
    subject has finished does not, as for `interrupted_erasures`: mail that came after that is not to be erased. Raises
    PrivacyError for a certificate that was altered or is another key's.
    """
    done = list(restored.rows(ERASURES, ("erasure_id", "subject_hash", "erased_at"), phase=["done"]))
    ids = {row["erasure_id"] for row in done}
    due: dict[str, DueErasure] = {}
    for erasure_id, rows in _by_id(known).items():
        begun, subject = min(datetime.fromisoformat(row["erased_at"]) for row in rows), rows[0]["subject_hash"]
        is_finished = any(row["subject_hash"] == subject and row["erased_at"] >= begun for row in done)
        if erasure_id not in ids and not is_finished:
            hashes = tuple(sorted({listed for row in rows for listed in row["mail_hashes"]}))
            due[erasure_id] = DueErasure(erasure_id=erasure_id, subject_hash=subject, mail_hashes=hashes)
    for one in _certified(settings, given):
        if one.erasure_id not in ids:
            due.setdefault(one.erasure_id, one)
    return list(due.values())


def add_known_erasures(known: Sequence[Row], restored: Store) -> None:
    """Adds to ops/erasures the rows that came since, so that mail of these persons is not taken from an export again.

    That holds for mail that came after the backup, too, of which the restored lake has nothing that could be erased.
    """
    present = {(row["erasure_id"], row["phase"]) for row in restored.rows(ERASURES, ("erasure_id", "phase"))}
    rows = [row for row in known if (row["erasure_id"], row["phase"]) not in present]
    if rows:
        restored.add(ERASURES, [row | {"erased_at": datetime.fromisoformat(row["erased_at"])} for row in rows])


def known_by_certificate_only(known: Sequence[Row], settings: Settings, given: Path | None) -> tuple[str, ...]:
    """The erasures of which a certificate tells and no backup: which mails they were is not known."""
    ids = {row["erasure_id"] for row in known}
    return tuple(one.erasure_id for one in _certified(settings, given) if one.erasure_id not in ids)


def _by_id(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["erasure_id"], []).append(row)
    return found


def _certified(settings: Settings, folder: Path | None) -> Iterator[DueErasure]:
    for file in sorted(folder.glob("erasure-*.json")) if folder else []:
        content = verify_document(file, load_keys(settings))
        subject = content["subject"]
        yield DueErasure(erasure_id=content["erasure_id"], salt=subject["salt"], salted_hash=subject["salted_hash"])


def subjects_due(record: RestoreRecord, store: Store, keys: Keys, secret: bytes) -> list[Subject]:
    """Whom and which mails to erase; the lake holds nothing of the others that it could find."""
    found = [
        subject
        for subject in _identifiers(store, keys)
        if any(one.is_of(subject.identifier, _keyed(secret)) for one in record.due)
    ]
    known = [one for one in record.due if any(one.is_of(subject.identifier, _keyed(secret)) for subject in found)]
    hashes = {listed for one in record.due if one not in known for listed in one.mail_hashes}
    mails = [Subject("mail_key", key) for key in _mail_keys(store) if mail_hash(secret, key) in hashes]
    return list(dict.fromkeys([*found, *mails]))


def settle_absent(store: Store, secret: bytes) -> None:
    """Takes those off the list whose mails are known and in none of the lake's rows.

    A later lake knew all of the person's mails, and this one holds none of them: an erasure by the identifier would
    find nothing. Where no mail is known, as of a certificate alone, or of a person whom mails of others name, the
    erasure stays due until a person makes it.
    """
    record = read_record(store.root)
    if record is None:
        return
    present = {mail_hash(secret, key) for key in _mail_keys(store)}
    due = tuple(one for one in record.due if not one.mail_hashes or present & set(one.mail_hashes))
    write_record(store.root, record.model_copy(update={"due": due}))


def _identifiers(store: Store, keys: Keys) -> Iterator[Subject]:
    """Every address (also of persons who correct), token and mail key of the lake, as an erasure takes it."""
    for row in store.rows(PSEUDONYMS, ("token", "entity", "sealed")):
        yield Subject("pseudonym", row["token"])
        if row["entity"] in ("EMAIL_ADDRESS", REVIEWER):
            entry = unseal_entry(bytes(row["sealed"]), row["token"], keys)
            spellings = dict.fromkeys((entry.value.casefold(), entry.spelling.strip("<>").casefold()))
            yield from (Subject("address", text) for text in spellings if "@" in text)
    for key in _mail_keys(store):
        yield Subject("mail_key", key)


def _mail_keys(store: Store) -> set[str]:
    tables = [table for table in MAIL_TABLES if "mail_key" in table.column_names and store.exists(table)]
    return {row["mail_key"] for table in tables for row in store.rows(table, ("mail_key",))}


def _keyed(secret: bytes) -> Any:
    return lambda identifier: keyed_hash(secret, "subject", identifier)
