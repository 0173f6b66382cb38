from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores import SettingsOf, message
from triage.lake.store import Store
from triage.lake.tables import QUALITY, RAW_MAIL
from triage.privacy.pseudonyms.data_keys import with_data_keys
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import unseal
from triage.stages.ingest import Split, group_by_bytes, ingest
from triage.stages.plan import plan_new_files

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ingested(settings: object, store: Store, keys: Keys) -> dict[str, float]:
    for batch_id in plan_new_files(settings, store, keys):  # type: ignore[arg-type]
        ingest(batch_id, settings, store, keys)  # type: ignore[arg-type]
    rows = store.read(QUALITY).groupBy("measure").sum("value").collect()
    return {row[0]: row[1] for row in rows}


@pytest.mark.slow
def test_bytes_arrive_unchanged_however_the_file_is_cut(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path
) -> None:
    records = [message(n, "x" * (37 * n)) for n in range(40)]
    export = tmp_path / "a.mbox"
    export.write_bytes(b"".join(records))
    counts = ingested(settings_of(export, **{"ingest.split_bytes": 8_000, "ingest.batch_bytes": 25_000}), store, keys)
    rows, keys = store.read(RAW_MAIL).collect(), with_data_keys(keys, store)
    assert counts == {"new": 40.0, "duplicate": 0.0}
    assert sorted(unseal(bytes(row.sealed), row.mail_key.encode(), keys) for row in rows) == sorted(records)


def test_a_message_in_two_files_counts_once_and_its_first_place_is_kept(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path
) -> None:
    one, other = tmp_path / "1.mbox", tmp_path / "2.eml"
    one.write_bytes(message(1) + message(2) + message(1))
    other.write_bytes(message(2).split(b"\n", 1)[1].replace(b"\n", b"\r\n"))
    counts = ingested(settings_of(one, other), store, keys)
    assert counts == {"new": 2.0, "duplicate": 2.0}


def test_an_ingested_batch_may_be_repeated(settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path) -> None:
    export = tmp_path / "a.mbox"
    export.write_bytes(message(1) + message(2))
    settings = settings_of(export)
    ingested(settings, store, keys)
    before = sorted(map(repr, store.read(RAW_MAIL).collect()))
    ingest(1, settings, store, keys)
    assert sorted(map(repr, store.read(RAW_MAIL).collect())) == before
    assert store.read(QUALITY).count() == 2


def test_a_file_that_went_away_leaves_a_trace(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path
) -> None:
    export = tmp_path / "a.mbox"
    export.write_bytes(message(1))
    settings = settings_of(export)
    plan_new_files(settings, store, keys)
    export.unlink()
    ingest(1, settings, store, keys)
    assert [row.fault for row in store.read(RAW_MAIL).collect()] == ["SOURCE_UNREADABLE"]
    export.write_bytes(message(1))
    for batch_id in plan_new_files(settings, store, keys):
        ingest(batch_id, settings, store, keys)
    assert sorted(row.fault or "" for row in store.read(RAW_MAIL).collect()) == ["", "SOURCE_UNREADABLE"]


@pytest.mark.slow
def test_a_file_is_tried_until_all_of_it_was_read(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path
) -> None:
    export, content = tmp_path / "a.mbox", b"".join(message(n) for n in range(6))
    settings = settings_of(export, **{"ingest.batch_bytes": len(content) // 3 + 1})
    tried = []
    for unread in ({1, 2, 3}, {4}, {8}, set()):  # nights, and the batches in which the file is away
        put_back(export, content)
        batches = plan_new_files(settings, store, keys)
        for batch_id in batches:
            export.unlink() if batch_id in unread else put_back(export, content)
            ingest(batch_id, settings, store, keys)
            put_back(export, content)
        tried.append(batches)
    assert tried == [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]
    assert plan_new_files(settings, store, keys) == []
    faults = sorted((row.fault or "", row.batch_id) for row in store.read(RAW_MAIL).collect())
    assert faults[6:] == [("SOURCE_UNREADABLE", batch_id) for batch_id in (1, 2, 3, 4, 8)]
    assert {fault for fault, _ in faults[:6]} == {""}


def test_what_can_never_be_read_is_told_once(settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.mbox").write_bytes(message(1))
    (tmp_path / "in" / "link.mbox").symlink_to(tmp_path / "out.mbox")
    os.mkfifo(tmp_path / "in" / "pipe")
    settings = settings_of(tmp_path / "in")
    assert ingested(settings, store, keys) == {"new": 2.0, "duplicate": 0.0}
    assert plan_new_files(settings, store, keys) == []


def test_a_file_grows_whatever_its_name_is_encoded_in(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path
) -> None:
    export = Path(os.fsdecode(os.fsencode(tmp_path) + b"/in/B\xfcro.mbox"))
    export.parent.mkdir()
    settings = settings_of(tmp_path / "in")
    export.write_bytes(message(1))
    assert ingested(settings, store, keys) == {"new": 1.0, "duplicate": 0.0}
    export.write_bytes(message(1) + message(2))
    assert ingested(settings, store, keys) == {"new": 2.0, "duplicate": 0.0}


def put_back(file: Path, content: bytes) -> None:
    """The same file with the same time, as a mount that comes back shows it."""
    file.write_bytes(content)
    os.utime(file, (NOON.timestamp(), NOON.timestamp()))


@given(sizes=st.lists(st.integers(0, 500), max_size=40), most=st.integers(1, 600))
def test_tasks_hold_every_split_once_within_their_bytes(sizes: list[int], most: int) -> None:
    splits = [Split(f"f{n}", b"", "mbox", 0, size, NOON) for n, size in enumerate(sizes)]
    tasks = group_by_bytes(splits, most)
    assert sorted(split.file_key for task in tasks for split in task) == sorted(split.file_key for split in splits)
    assert all(len(task) == 1 or sum(max(1, split.end) for split in task) <= most for task in tasks)


@pytest.mark.parametrize("count", [1, 7], ids=["one mail", "several"])
def test_nothing_in_clear_is_kept(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path, count: int
) -> None:
    export = tmp_path / "a.mbox"
    export.write_bytes(b"".join(message(n, "a very secret sentence") for n in range(count)))
    ingested(settings_of(export), store, keys)
    files = [file.read_bytes() for file in Path(store.root).rglob("*") if file.is_file()]
    assert not any(b"secret sentence" in content or b"ann@example" in content for content in files)
