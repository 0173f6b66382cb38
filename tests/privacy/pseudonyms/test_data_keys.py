"""A month has one data key, random and wrapped; a rotation wraps it anew, and what is destroyed is gone from all files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.lake.builders import no_spark
from triage.config import RetentionSettings
from triage.errors import PrivacyError
from triage.lake.store import Store
from triage.lake.tables import DATA_KEYS, LEDGER, PSEUDONYMS, RAW_MAIL
from triage.privacy.pseudonyms.data_keys import (
    destroy,
    month_of,
    month_of_batch,
    rewrap,
    sealing_key,
    with_data_keys,
)
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.rights.unused_data_keys import destroy_unused

NEW = keys_from_secret(b"n" * 32)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A local lake: nothing here starts a JVM."""
    return Store(no_spark, str(tmp_path / "lake"))


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 5, 31, 23, 59, tzinfo=UTC), "2026-05"),
        (datetime(2026, 5, 31, 23, 59), "2026-05"),  # noqa: DTZ001 - as delta-rs and Spark may give it
        (datetime(2026, 6, 1, 0, 30, tzinfo=timezone(timedelta(hours=2))), "2026-05"),
    ],
    ids=["UTC", "without a zone", "another zone"],
)
def test_months_are_of_utc(moment: datetime, month: str) -> None:
    assert month_of(moment) == month


def test_a_batch_has_the_month_of_its_plan(store: Store) -> None:
    plan = {"file_key": "f", "kind": "file", "planned_at": datetime(2026, 2, 28, 23, 59, tzinfo=UTC), "batch_id": 1}
    store.append_rows(LEDGER, [plan, plan | {"planned_at": datetime(2026, 3, 1, tzinfo=UTC)}], 1)
    assert month_of_batch(1, store) == "2026-02"


def test_a_months_key_is_made_once_and_stands_nowhere_in_clear(store: Store, keys: Keys) -> None:
    may, june = (sealing_key(month, store, keys) for month in ("2026-05", "2026-06"))
    assert sealing_key("2026-05", store, keys) == may != june
    assert may.key[:32] != june.key[:32] and len(may.key) == 64
    assert with_data_keys(keys, store).data_keys == {may.key_id: may, june.key_id: june}
    assert with_data_keys(NEW, store).data_keys == {}
    rows = list(store.rows(DATA_KEYS, DATA_KEYS.column_names))
    assert not any(may.key in bytes(row["sealed"]) for row in rows)


def test_a_rotation_wraps_data_keys_anew_and_may_be_repeated(store: Store, keys: Keys) -> None:
    may = sealing_key("2026-05", store, keys)
    sealed = seal(b"Dear Anna", b"a1b2", keys, may)
    for _ in range(2):
        rewrap(store, keys, NEW)
        assert unseal(sealed, b"a1b2", with_data_keys(NEW, store)) == b"Dear Anna"
        assert with_data_keys(keys, store).data_keys == {}
    assert with_data_keys(keys, store, NEW).data_keys == {may.key_id: may}
    assert len(list(Path(store.path(DATA_KEYS)).glob("*.parquet"))) == 1, "the old key's wraps are cleared"
    with pytest.raises(PrivacyError, match="neither"):
        rewrap(store, keys_from_secret(b"x" * 32), keys)


def test_a_month_without_rows_loses_its_key_for_good(store: Store, keys: Keys) -> None:
    now = datetime(2026, 8, 1, tzinfo=UTC)
    months = {"2026-02": None, "2026-03": "a mail", "2026-04": "a token", "2026-07": None}
    for number, (month, left) in enumerate(months.items(), 1):
        key = sealing_key(month, store, keys)
        store.append_rows(
            LEDGER,
            [{"file_key": "f", "kind": "file", "batch_id": number,
              "planned_at": datetime.fromisoformat(f"{month}-05T00:00:00+00:00")}],
            number,
        )  # fmt: skip
        sealed = bytearray(seal(b"x", b"a" * 64, keys, key)) if left == "a mail" else None
        store.append_rows(RAW_MAIL, [{"mail_key": "a" * 64, "batch_id": number, "sealed": sealed}], number)
        if left == "a token":
            row = {
                "token": "t",
                "batch_id": number,
                "entity": "PERSON",
                "key_id": keys.key_id,
                "sealed": bytearray(b"s"),
            }
            store.append_rows(PSEUDONYMS, [row], number)
    assert destroy_unused(RetentionSettings(raw_mail=30), store, keys, now) == 0
    ages = RetentionSettings(raw_mail=30, silver=60)
    assert destroy_unused(ages, store, keys, now) == 1
    assert {one.month for one in with_data_keys(keys, store).data_keys.values()} == {"2026-03", "2026-04", "2026-07"}
    assert len(list(Path(store.path(DATA_KEYS)).glob("*.parquet"))) == 1, "no old version holds the key"
    assert destroy_unused(ages, store, keys, now) == 0


def test_what_a_destroyed_key_sealed_never_opens_again(store: Store, keys: Keys) -> None:
    may, june = (sealing_key(month, store, keys) for month in ("2026-05", "2026-06"))
    of_may, of_june = (seal(b"Dear Anna", b"a1b2", keys, one) for one in (may, june))
    destroy([may], store, keys)
    left = with_data_keys(keys, store)
    assert unseal(of_june, b"a1b2", left) == b"Dear Anna"
    with pytest.raises(PrivacyError):
        unseal(of_may, b"a1b2", left)
    assert sealing_key("2026-05", store, keys) != may, "a batch of that month that is repeated gets a new one"


def test_all_data_keys_may_be_destroyed(store: Store, keys: Keys) -> None:
    """Their table stays, with no row and no file of a former version."""
    destroy([sealing_key("2026-05", store, keys)], store, keys)
    assert with_data_keys(keys, store).data_keys == {} and store.exists(DATA_KEYS)
    files = [file.read_bytes() for file in Path(store.path(DATA_KEYS)).glob("*.parquet")]
    assert not any(b"2026-05" in content for content in files)
    assert sealing_key("2026-05", store, keys).month == "2026-05", "a later batch of the month gets a new one"
