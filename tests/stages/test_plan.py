from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.stores import SettingsOf, message
from triage.config import IngestSettings
from triage.errors import KeyMaterialError, SourceError
from triage.lake.store import Store
from triage.lake.tables import LEDGER
from triage.mail.exports import SourceFile
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret
from triage.stages.plan import (
    Share,
    cut_into_batches,
    file_key,
    plan_new_files,
    planned_bytes,
    shown_path,
    validate_key,
)
from triage.stages.replay import plan_replay


def share(name: str, size: int, form: str = "mbox", start: int = 0) -> Share:
    return Share(SourceFile(f"/in/{name}", "/in", form, size, 0.0), name, "0" * 64, start, size)


def shown(batches: list[list[Share]]) -> list[list[tuple[str, int, int]]]:
    return [[(s.file_key, s.start, s.end) for s in batch] for batch in batches]


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([], []),
        ([share("a", 40), share("b", 60)], [[("a", 0, 40), ("b", 0, 60)]]),
        ([share("a", 60), share("b", 60)], [[("a", 0, 60)], [("b", 0, 60)]]),
        ([share("a", 250)], [[("a", 0, 100)], [("a", 100, 200)], [("a", 200, 250)]]),
        ([share("z", 250, "zip"), share("b", 10)], [[("z", 0, 250)], [("b", 0, 10)]]),
        ([share("a", 130, start=120)], [[("a", 120, 130)]]),
        (
            [share("a", 0), share("b", 0), share("c", 0), share("d", 0)],
            [[("a", 0, 0), ("b", 0, 0), ("c", 0, 0)], [("d", 0, 0)]],
        ),
    ],
    ids=["nothing", "fits", "over the bytes", "spans batches", "cannot be split", "read on", "over the files"],
)  # fmt: skip
def test_batches_keep_their_limits(shares: list[Share], expected: list[list[tuple[str, int, int]]]) -> None:
    limits = IngestSettings(batch_bytes=100, batch_files=3)
    assert shown(list(cut_into_batches(shares, limits))) == expected


def test_a_file_seen_is_not_planned_again(settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path) -> None:
    export = tmp_path / "a.mbox"
    export.write_bytes(message(1) + message(2))
    settings = settings_of(export)
    assert plan_new_files(settings, store, keys) == [1]
    assert plan_new_files(settings, store, keys) == []
    os.utime(export, (1, 1))
    assert plan_new_files(settings, store, keys) == [], "touched, not changed"


def test_a_grown_mbox_is_read_on_and_a_changed_one_anew(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path
) -> None:
    export = tmp_path / "a.mbox"
    export.write_bytes(message(1))
    settings = settings_of(export)
    plan_new_files(settings, store, keys)
    first = export.stat().st_size
    export.write_bytes(message(1) + message(2))
    assert plan_new_files(settings, store, keys) == [2]
    second = export.stat().st_size
    export.write_bytes(message(3) + message(2) + message(4))
    assert plan_new_files(settings, store, keys) == [3]
    ranges = {row.batch_id: (row.range_start, row.range_end) for row in store.read(LEDGER).collect()}
    assert ranges == {1: (0, first), 2: (first, second), 3: (0, export.stat().st_size)}


def test_the_ledger_shows_no_name_below_a_source(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "jane.roe.mbox").write_bytes(message(1))
    plan_new_files(settings_of(folder), store, keys)
    row = store.read(LEDGER).first()
    assert row is not None
    assert row.path.startswith(f"{folder}/<FILE_")
    assert "jane" not in repr(row)


def test_what_is_new_is_found_and_planned_without_spark(settings_of: SettingsOf, keys: Keys, tmp_path: Path) -> None:
    def no_spark() -> SparkSession:
        raise AssertionError("Spark was started")

    export, store = tmp_path / "a.mbox", Store(no_spark, str(tmp_path / "lake"))
    export.write_bytes(message(1))
    assert plan_new_files(settings_of(export), store, keys) == [1]
    assert plan_new_files(settings_of(export), store, keys) == []
    assert planned_bytes(1, store) == len(message(1))
    with pytest.raises(KeyMaterialError, match="begun with"):
        validate_key(store, keys_from_secret(b"t" * 32))


def test_a_missing_source_is_told(settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.mbox"):
        plan_new_files(settings_of(tmp_path / "none.mbox"), store, keys)


def test_a_replay_is_a_batch_like_another(settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path) -> None:
    export = tmp_path / "a.mbox"
    export.write_bytes(message(1))
    settings = settings_of(export)
    plan_new_files(settings, store, keys)
    assert plan_replay(store, ["EMPTY"], datetime(2026, 3, 1, tzinfo=UTC)) == 2
    export.write_bytes(message(1) + message(2))
    assert plan_new_files(settings, store, keys) == [3]


def test_no_file_name_is_shown(keys: Keys) -> None:
    file = SourceFile("/in/jane.roe.mbox", "/in/jane.roe.mbox", "mbox", 1, 0.0)
    shown = shown_path(file, file_key(file.path, keys))
    assert shown.startswith("/in/<FILE_")
    assert "jane" not in shown


def test_another_key_is_refused_before_anything_is_planned(
    settings_of: SettingsOf, store: Store, keys: Keys, tmp_path: Path
) -> None:
    validate_key(store, keys)
    export = tmp_path / "a.mbox"
    export.write_bytes(message(1))
    plan_new_files(settings_of(export), store, keys)
    validate_key(store, keys)
    with pytest.raises(KeyMaterialError, match="begun with"):
        validate_key(store, keys_from_secret(b"t" * 32))


def test_a_path_is_known_by_a_keyed_hash(keys: Keys) -> None:
    assert file_key("/in/a", keys) != file_key("/in/A", keys)
    assert len(file_key("/in/a", keys)) == 32
