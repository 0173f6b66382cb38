"""Rows under another key: what joined joins, what was sealed opens, and a second pass changes nothing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.stores import message
from triage.lake.store import Store
from triage.lake.tables import LEDGER, PSEUDONYMS, QUARANTINE, RAW_MAIL, SILVER_MAIL
from triage.mail.keys import mail_key
from triage.privacy.pseudonyms.data_keys import rewrap, sealing_key, with_data_keys
from triage.privacy.pseudonyms.file_tokens import file_token
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.privacy.pseudonyms.token_vault import seal_entry, unseal_entry
from triage.privacy.pseudonyms.tokens import TOKEN, pseudonym
from triage.rights.erasure.blanking import ERASED
from triage.rights.rotation.rewrite import new_file_keys, rekey_files, retoken, retoken_vault
from triage.stages.ingest import thread_key
from triage.stages.plan import file_key, validate_key

NEW = keys_from_secret(b"n" * 32)
PEOPLE = ["Ann Quist", "Bob Nyborg", "Ann Quist", "ann quist"]
PATHS = ["/exports/a.mbox", "/exports/b.mbox"]


@pytest.fixture
def lake(store: Store, keys: Keys) -> Store:
    """Four mails of two people from two files; one token has no value in the vault, one is another key's."""
    files = [file_key(path, keys) for path in PATHS]
    data_key = sealing_key("2026-05", store, keys)
    ledger = [
        {"file_key": key, "batch_id": 1, "kind": "file", "planned_at": datetime.now(UTC), "range_start": 0,
         "sealed_path": bytearray(seal(path.encode(), key.encode(), keys)), "path": f"/exports/{file_token(key)}"}
        for key, path in zip(files, PATHS, strict=True)
    ]  # fmt: skip
    raw: list[dict[str, Any]] = []
    silver: list[dict[str, Any]] = []
    vault = {}
    for number, name in enumerate(PEOPLE):
        data = message(number)
        key, token = mail_key(data), pseudonym("PERSON", name, keys)
        by = data_key if number % 2 else None  # an older row has none
        sealed, member = (bytearray(seal(d, key.encode(), keys, by)) for d in (data, b"inner.eml"))
        place = {
            "mail_key": key,
            "batch_id": 1,
            "file_key": files[number % 2],
            "thread_key": thread_key(data, key, keys),
        }
        raw.append(place | {"sealed": sealed, "sealed_member": member if number else None})
        body = f"Hi {token}, <PERSON_000000_0000000000000000>, {pseudonym('EMAIL_ADDRESS', 'lost@x.example', keys)}"
        silver.append({"mail_key": key, "batch_id": 1, "body": body, "sender": (token, None), "key_id": keys.key_id})
        _, entity, entry = seal_entry(token, "PERSON", name, keys, by)
        vault[token] = {
            "token": token,
            "entity": entity,
            "sealed": bytearray(entry),
            "batch_id": 1,
            "key_id": keys.key_id,
        }
    for table, rows in (
        (LEDGER, ledger),
        (RAW_MAIL, raw),
        (QUARANTINE, raw),
        (SILVER_MAIL, silver),
        (PSEUDONYMS, list(vault.values())),
    ):
        store.append_rows(table, rows, 1)
    return store


def rotated(store: Store, keys: Keys) -> None:
    old, new = with_data_keys(keys, store, NEW), with_data_keys(NEW, store, keys)
    files = new_file_keys(store, old, new)
    store.overwrite(SILVER_MAIL, retoken(SILVER_MAIL, store, old, new))
    for table in (RAW_MAIL, QUARANTINE):
        store.overwrite(table, rekey_files(table, files, store, old, new))
    store.overwrite(PSEUDONYMS, retoken_vault(store, old, new))
    store.overwrite(LEDGER, rekey_files(LEDGER, files, store, old, new))
    rewrap(store, old, new)


def groups(store: Store) -> Counter[int]:
    text = "\n".join(f"{row.body} {row.sender}" for row in store.read(SILVER_MAIL).collect())
    return Counter(Counter(found[0] for found in TOKEN.finditer(text)).values())


def everything(store: Store) -> list[str]:
    tables = (SILVER_MAIL, RAW_MAIL, QUARANTINE, PSEUDONYMS, LEDGER)
    return sorted(repr(row) for table in tables for row in store.read(table).collect())


@pytest.mark.slow
def test_joins_hold_and_a_second_pass_changes_nothing(lake: Store, keys: Keys) -> None:
    before = groups(lake)
    rotated(lake, keys)
    once = everything(lake)
    assert groups(lake) == before
    rotated(lake, keys)
    assert everything(lake) == once
    validate_key(lake, NEW)
    new = with_data_keys(NEW, lake)
    assert [one.month for one in new.data_keys.values()] == ["2026-05"]
    rows = {row.mail_key: row for row in lake.read(RAW_MAIL).collect()}
    assert {bytes(row.sealed[:1]) for row in rows.values()} == {b"\x02", b"\x03"}
    assert {row.file_key for row in rows.values()} == {file_key(path, NEW) for path in PATHS}
    for number in range(len(PEOPLE)):
        data = message(number)
        key = mail_key(data)
        assert unseal(bytes(rows[key].sealed), key.encode(), new) == data
        assert rows[key].thread_key == thread_key(data, key, NEW)
    for row in lake.read(PSEUDONYMS).collect():
        assert row.token == pseudonym("PERSON", unseal_entry(bytes(row.sealed), row.token, new).spelling, NEW)
    silver = lake.read(SILVER_MAIL).collect()
    assert {row.sender.name for row in silver} == {pseudonym("PERSON", name, NEW) for name in PEOPLE}
    assert all(keys.key_id[:6] not in row.body and "<PERSON_000000_0000000000000000>" in row.body for row in silver)
    assert {row.key_id for row in silver} == {NEW.key_id}
    assert all(file_token(row.file_key) in row.path for row in lake.read(LEDGER).collect())


def test_a_file_that_lost_its_path_and_grew_has_the_key_of_its_path(store: Store, keys: Keys) -> None:
    """An erasure blanks the rows that there are; later ones bear the path again."""
    key = file_key(PATHS[0], keys)
    rows = [
        {"file_key": key, "batch_id": batch_id, "kind": "file", "range_start": 0,
         "sealed_path": bytearray(seal(path.encode(), key.encode(), keys))}
        for batch_id, path in ((1, ERASED), (2, PATHS[0]), (3, ERASED))
    ]  # fmt: skip
    store.append_rows(LEDGER, rows, 1)
    found = [tuple(row) for row in new_file_keys(store, keys, NEW).collect()]
    assert found == [(key, file_key(PATHS[0], NEW))]
