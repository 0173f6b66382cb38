"""Erasures that were made after a backup: who they were is found again in the restored lake, by their hashes.

Nothing outside of the lake names an erased person. The lake's own key, which is in the backup too, gives the same keyed
hashes; so every identifier that the restored lake holds is hashed and compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from triage.backup.contents.erasures import LAKE_KEYS_LIST, LIST
from triage.backup.repository.manifest import Manifest
from triage.backup.repository.repository import Repository
from triage.config import Settings
from triage.lake.restored import DueErasure, RestoreRecord, SealedLakeKey, read_record, write_record
from triage.lake.store import Store
from triage.lake.tables import ERASURES, PSEUDONYMS
from triage.privacy.pseudonyms.keys import Keys, load_keys
from triage.privacy.pseudonyms.lake_key import keyed_hash, mail_hash
from triage.privacy.pseudonyms.token_vault import unseal_entry
from triage.rights.erasure.certificate.signing import verify_document
from triage.rights.rows import MAIL_TABLES
from triage.rights.search.subjects import Subject


def erasures_since(repository: Repository, restored: Store, settings: Settings, given: Path | None) -> list[DueErasure]:
    """The erasures that the newest backup, and certificates in the folder `given`, know and the restored lake does not.

    One that was begun and never ended counts, too: its person asked for it. Raises PrivacyError for a certificate that
    was altered or is another key's.
    """
    done = {row["erasure_id"] for row in restored.rows(ERASURES, ("erasure_id",), phase=["done"])}
    due: dict[str, DueErasure] = {}
    for row in _known(repository):
        if row["erasure_id"] not in done:
            hashes = tuple(sorted(row["mail_hashes"]))
            due[row["erasure_id"]] = DueErasure(
                erasure_id=row["erasure_id"], subject_hash=row["subject_hash"], mail_hashes=hashes
            )
    for one in _certified(settings, given):
        if one.erasure_id not in done:
            due.setdefault(one.erasure_id, one)
    return list(due.values())


def add_known_erasures(repository: Repository, restored: Store) -> None:
    """Adds to ops/erasures the rows that came since, so that mail of these persons is not taken from an export again.

    That holds for mail that came after the backup, too, of which the restored lake has nothing that could be erased.
    """
    present = {(row["erasure_id"], row["phase"]) for row in restored.rows(ERASURES, ("erasure_id", "phase"))}
    rows = [row for row in _known(repository) if (row["erasure_id"], row["phase"]) not in present]
    if rows:
        restored.add(ERASURES, [row | {"erased_at": datetime.fromisoformat(row["erased_at"])} for row in rows])


def lake_keys(repository: Repository) -> list[SealedLakeKey]:
    """The lake's own key as all backups have it: the same, sealed by each key that the operator had."""
    manifests = [repository.manifest(name) for name in repository.names()]
    rows = [row for manifest in manifests for row in _rows(repository, manifest, LAKE_KEYS_LIST)]
    return list(dict.fromkeys(SealedLakeKey(key_id=row["key_id"], sealed=row["sealed"]) for row in rows))


def _known(repository: Repository) -> list[dict[str, Any]]:
    return _rows(repository, repository.manifest(), LIST)


def _rows(repository: Repository, manifest: Manifest, name: str) -> list[dict[str, Any]]:
    entries = [entry for entry in manifest.entries if entry.place == "erasures" and entry.path == name]
    return [row for entry in entries for row in json.loads(b"".join(repository.get(entry.sha256)))]


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
    """Takes those off the list whose subject and mails are in none of the lake's rows.

    A later lake knew all of the person's mails, and this one holds none of them: an erasure by the identifier would
    find nothing. Of a certificate alone the mails are not known, so such an erasure stays due until a person makes it.
    """
    record = read_record(store.root)
    if record is None:
        return
    present = {mail_hash(secret, key) for key in _mail_keys(store)}
    due = tuple(one for one in record.due if one.subject_hash is None or present & set(one.mail_hashes))
    write_record(store.root, record.model_copy(update={"due": due}))


def _identifiers(store: Store, keys: Keys) -> Iterator[Subject]:
    """Every address, token and mail key of the lake, as an erasure takes it."""
    for row in store.rows(PSEUDONYMS, ("token", "entity", "sealed")):
        yield Subject("pseudonym", row["token"])
        if row["entity"] == "EMAIL_ADDRESS":
            entry = unseal_entry(bytes(row["sealed"]), row["token"], keys)
            for text in dict.fromkeys((entry.value.casefold(), entry.spelling.strip("<>").casefold())):
                yield Subject("address", text)
    for key in _mail_keys(store):
        yield Subject("mail_key", key)


def _mail_keys(store: Store) -> set[str]:
    tables = [table for table in MAIL_TABLES if "mail_key" in table.column_names and store.exists(table)]
    return {row["mail_key"] for table in tables for row in store.rows(table, ("mail_key",))}


def _keyed(secret: bytes) -> Any:
    return lambda identifier: keyed_hash(secret, "subject", identifier)
