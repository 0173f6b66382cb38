from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pyspark.sql import functions as f

from triage.errors import ContractError, KeyMaterialError
from triage.lake.store import Store
from triage.lake.tables import ERASURES, LAKE_KEYS
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret
from triage.privacy.pseudonyms.lake_key import (
    keyed_hash,
    lake_key,
    mail_hash,
    require_no_open_rotation,
    sealed_row,
    without_erased,
)


def test_the_lakes_key_is_made_once_and_sealed(store: Store, keys: Keys) -> None:
    secret = lake_key(store, keys)
    assert lake_key(store, keys) == secret and len(secret) == 32
    with pytest.raises(KeyMaterialError):
        lake_key(store, keys_from_secret(b"n" * 32))
    [row] = store.read(LAKE_KEYS).collect()
    assert secret not in bytes(row.sealed)


def test_a_rotation_that_has_not_ended_closes_the_lake(store: Store, keys: Keys) -> None:
    secret, new = lake_key(store, keys), keys_from_secret(b"n" * 32)
    require_no_open_rotation(store)
    store.add(LAKE_KEYS, [sealed_row(secret, new)])
    with pytest.raises(ContractError, match="rotation"):
        require_no_open_rotation(store)
    assert lake_key(store, new) == secret == lake_key(store, keys)


def test_erased_mail_is_known_and_other_mail_is_not(store: Store, keys: Keys) -> None:
    rows = store.spark.createDataFrame([("a" * 64, 1), ("b" * 64, 2)], "mail_key string, n int")
    assert without_erased(rows, store, keys).count() == 2
    secret = lake_key(store, keys)
    erasure = {
        "erasure_id": "e",
        "phase": "begun",
        "erased_at": datetime.now(UTC),
        "subject_hash": "",
        "counts": {},
    }
    store.add(ERASURES, [erasure | {"salted_hash": "", "mail_hashes": [mail_hash(secret, "a" * 64)]}])
    assert [row.n for row in without_erased(rows, store, keys).collect()] == [2]
    assert store.read(ERASURES).where(f.array_contains("mail_hashes", "a" * 64)).isEmpty()


def test_hashes_of_two_kinds_or_lakes_do_not_meet() -> None:
    made = {keyed_hash(s, k, "x") for s in (b"1" * 32, b"2" * 32) for k in ("mail", "subject", "PERSON")}
    assert len(made) == 6
