"""Persons who were erased after a backup are found again in the restored lake by their hashes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.lake.builders import no_spark, quarantined
from triage.backup.contents.erasures import store_erasures
from triage.backup.contents.store_files import FileStore
from triage.backup.repository.manifest import Manifest
from triage.backup.repository.repository import Repository
from triage.backup.restoring.erasures import erasures_since, known_by_certificate_only, settle_absent, subjects_due
from triage.backup.restoring.known_erasures import known_erasures
from triage.config import Settings, load_settings
from triage.errors import PrivacyError
from triage.lake.restored import DueErasure, RestoreRecord, SealedLakeKey, erasing, read_record, write_record
from triage.lake.store import Store
from triage.lake.tables import ERASURES, PSEUDONYMS, QUARANTINE
from triage.learning.corrections.vault import remember_reviewers
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret
from triage.privacy.pseudonyms.lake_key import keyed_hash, lake_key, mail_hash
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.privacy.pseudonyms.token_vault import seal_entry
from triage.privacy.pseudonyms.tokens import pseudonym
from triage.rights.erasure.certificate.signing import sign, write_document
from triage.rights.search.subjects import Subject

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ADDRESS, STRANGER = "ann.berg@example.com", "nobody@example.org"
PUBLISHED, HELD, GONE = "a" * 64, "b" * 64, "c" * 64
SALT = bytes(range(16))


@pytest.fixture
def keys() -> Keys:
    return keys_from_secret(bytes.fromhex("5a" * 32))


@pytest.fixture
def store(tmp_path: Path, keys: Keys) -> Store:
    """A lake with one address and one quarantined mail."""
    store = Store(no_spark, str(tmp_path / "lake"))
    token = pseudonym("EMAIL_ADDRESS", ADDRESS, keys)
    _, entity, sealed = seal_entry(token, "EMAIL_ADDRESS", "Ann.Berg@Example.com", keys)
    store.append_rows(PSEUDONYMS, [{"token": token, "entity": entity, "sealed": bytearray(sealed), "batch_id": 1}], 1)
    store.append_rows(QUARANTINE, [quarantined(HELD, 1)], 1)
    return store


def due_of(secret: bytes, identifier: str, *mails: str) -> DueErasure:
    hashes = tuple(mail_hash(secret, key) for key in mails)
    return DueErasure(erasure_id="e1", subject_hash=keyed_hash(secret, "subject", identifier), mail_hashes=hashes)


def record(*due: DueErasure) -> RestoreRecord:
    return RestoreRecord(backup="000001-x", restored_at="now", due=due)


@pytest.mark.parametrize("kind", ["address", "pseudonym", "mail_key"])
def test_an_identifier_is_found_by_its_hash(store: Store, keys: Keys, kind: str) -> None:
    secret = lake_key(store, keys)
    identifier = {"address": ADDRESS, "pseudonym": pseudonym("EMAIL_ADDRESS", ADDRESS, keys), "mail_key": HELD}[kind]
    found = subjects_due(record(due_of(secret, identifier)), store, keys, secret)
    assert [(one.kind, one.identifier) for one in found] == [(kind, identifier)]


def test_a_certificate_finds_by_its_salt(store: Store, keys: Keys) -> None:
    salted = Subject("address", ADDRESS).salted_hash(SALT)
    due = DueErasure(erasure_id="e1", salt=SALT.hex(), salted_hash=salted)
    assert subjects_due(record(due), store, keys, lake_key(store, keys)) == [Subject("address", ADDRESS)]


def test_mail_in_quarantine_is_found_where_the_person_is_not(store: Store, keys: Keys) -> None:
    secret = lake_key(store, keys)
    due = due_of(secret, STRANGER, HELD, GONE)
    assert subjects_due(record(due), store, keys, secret) == [Subject("mail_key", HELD)]


def test_who_is_not_in_the_lake_is_settled_and_a_mere_certificate_is_not(store: Store, keys: Keys) -> None:
    secret = lake_key(store, keys)
    absent, held = due_of(secret, STRANGER, GONE), due_of(secret, STRANGER, HELD)
    certified = DueErasure(erasure_id="e3", salt=SALT.hex(), salted_hash="0" * 64)
    write_record(store.root, record(absent, held, certified))
    settle_absent(store, secret)
    left = read_record(store.root)
    assert left is not None and left.due == (held, certified)


@pytest.fixture
def repository(store: Store, tmp_path: Path) -> Repository:
    """A newer backup that knows two erasures, one of them not ended."""
    repository = Repository(str(tmp_path / "repository"))
    rows = [
        {"erasure_id": name, "phase": phase, "subject_hash": name, "mail_hashes": [], "erased_at": NOW.isoformat()}
        for name, phase in (("old", "begun"), ("old", "done"), ("since", "begun"), ("since", "done"), ("open", "begun"))
    ]
    file = tmp_path / "erasures.json"
    file.write_text(json.dumps(rows), "utf-8")
    entry = FileStore(repository, None).store("erasures", "erasures.json", file)
    repository.publish(
        Manifest(
            name="000002-x", snapshot_at=NOW, ended_at=NOW, lake_root=store.root, artifacts=None, tracking="",
            format_version=1, tables={}, entries=(entry,),
        )
    )  # fmt: skip
    return repository


def settings_for(store: Store) -> Settings:
    return load_settings(overrides=[f"lake.root={store.root}"])


def test_erasures_of_the_newest_backup_and_of_certificates_are_due(
    store: Store, keys: Keys, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAGE_KEY", "5a" * 32)
    common = {"erased_at": NOW, "subject_hash": "1" * 64, "salted_hash": "0" * 64, "mail_hashes": [], "counts": {}}
    store.add(
        ERASURES,
        [{"erasure_id": "old", "phase": phase} | common | {"subject_hash": "old"} for phase in ("begun", "done")],
    )
    subject = {"kind": "address", "salt": SALT.hex(), "salted_hash": "2" * 64}
    for name in ("erasure-1", "erasure-2"):
        write_document(tmp_path / "given" / f"{name}.json", sign({"erasure_id": name, "subject": subject}, keys))
    known = known_erasures(repository, repository.manifest()).rows
    found = erasures_since(known, store, settings_for(store), tmp_path / "given")
    assert [one.erasure_id for one in found] == ["since", "open", "erasure-1", "erasure-2"]
    unlisted = known_by_certificate_only(known, settings_for(store), tmp_path / "given")
    assert unlisted == ("erasure-1", "erasure-2"), "their mails are not known"
    altered = tmp_path / "given" / "erasure-2.json"
    altered.write_text(altered.read_text("utf-8").replace("2222", "3333"), "utf-8")
    with pytest.raises(PrivacyError):
        erasures_since(known, store, settings_for(store), tmp_path / "given")


def test_a_lake_from_before_the_first_erasure_takes_over_the_later_key(store: Store, keys: Keys) -> None:
    """Under a key of its own no hash of an erasure since could be compared, and everybody would count as absent."""
    secret = bytes(range(32))
    sealed = SealedLakeKey(key_id=keys.key_id, sealed=seal(secret, keys.key_id.encode(), keys).hex())
    write_record(store.root, record(due_of(secret, ADDRESS)).model_copy(update={"lake_keys": (sealed,)}))
    with erasing():
        assert lake_key(store, keys) == secret == lake_key(Store(no_spark, store.root), keys)
        assert subjects_due(record(due_of(secret, ADDRESS)), store, keys, secret) == [Subject("address", ADDRESS)]


def test_no_new_key_is_made_while_hashes_of_an_unknown_one_are_due(store: Store, keys: Keys) -> None:
    other = SealedLakeKey(key_id="0" * 16, sealed="00")
    write_record(store.root, record(due_of(b"s" * 32, ADDRESS)).model_copy(update={"lake_keys": (other,)}))
    with erasing(), pytest.raises(PrivacyError, match="another key"):
        lake_key(store, keys)


def test_a_backup_keeps_the_sealed_key_with_the_erasures(store: Store, keys: Keys, tmp_path: Path) -> None:
    secret = lake_key(store, keys)
    common = {"erased_at": NOW, "subject_hash": "1" * 64, "salted_hash": "0" * 64, "mail_hashes": [], "counts": {}}
    store.add(ERASURES, [{"erasure_id": "e", "phase": "begun"} | common])
    repository = Repository(str(tmp_path / "kept"))
    entries = tuple(store_erasures(store, FileStore(repository, None)))
    repository.publish(
        Manifest(
            name="000001-x", snapshot_at=NOW, ended_at=NOW, lake_root=store.root, artifacts=None, tracking="",
            format_version=1, tables={}, entries=entries,
        )
    )  # fmt: skip
    [kept] = known_erasures(repository, repository.manifest()).lake_keys
    assert unseal(bytes.fromhex(kept.sealed), keys.key_id.encode(), keys) == secret


def test_tracing_needs_leave_to_open_the_lake(store: Store, keys: Keys) -> None:
    secret = lake_key(store, keys)
    write_record(store.root, record(due_of(secret, ADDRESS)))
    fresh = Store(no_spark, store.root)
    with erasing():
        assert subjects_due(record(due_of(secret, ADDRESS)), fresh, keys, secret) == [Subject("address", ADDRESS)]
    with pytest.raises(PrivacyError):
        Store(no_spark, store.root).exists(PSEUDONYMS)


def known_row(name: str, phase: str, day: int, subject: str = "x") -> dict[str, Any]:
    at = NOW.replace(day=day)
    return {
        "erasure_id": name, "phase": phase, "erased_at": at, "subject_hash": subject, "salted_hash": "0" * 64,
        "mail_hashes": ["m"], "counts": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("finished", "due"),
    [((3, "x"), []), ((2, "x"), []), ((1, "x"), ["killed"]), ((3, "y"), ["killed"])],
    ids=["a later one", "at the same time", "an earlier one", "another person's"],
)
def test_a_killed_erasure_is_not_due_once_another_has_finished_it(
    store: Store, finished: tuple[int, str], due: list[str]
) -> None:
    """New mail of the person came after that, and must not go."""
    killed, done = known_row("killed", "begun", 2), known_row("again", "done", *finished)
    store.add(ERASURES, [killed, done])
    known = [row | {"erased_at": row["erased_at"].isoformat()} for row in (killed, done)]
    assert [one.erasure_id for one in erasures_since(known, store, settings_for(store), None)] == due


def test_who_corrects_is_found_by_address(store: Store, keys: Keys) -> None:
    """Of such a person the lake may hold no mail."""
    remember_reviewers(["Desk.Lead@Example.com", "Accounts Team"], store, keys)
    secret = lake_key(store, keys)
    found = subjects_due(record(due_of(secret, "desk.lead@example.com")), store, keys, secret)
    assert found == [Subject("address", "desk.lead@example.com")]


def test_an_erasure_without_mails_stays_due(store: Store, keys: Keys) -> None:
    """Whoever is only named by others' mail, under a token that a rotation changed, may still be there."""
    secret = lake_key(store, keys)
    named = due_of(secret, STRANGER)
    write_record(store.root, record(named))
    settle_absent(store, secret)
    left = read_record(store.root)
    assert left is not None and left.due == (named,)
