"""What a source is called: a folder may name a person, so that only a declared or a keyed name leaves the ledger."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from triage.config import Settings, load_settings
from triage.lake.store import Store
from triage.lake.tables import LEDGER
from triage.pipeline.account.source_names import source_name, source_names, with_folders
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.stages.replay import plan_replay

JANE, SALES = "/export/jane.doe", "/exports/sales"
KEYS, NEW_KEYS = keys_from_secret(b"o" * 32), keys_from_secret(b"n" * 32)


def test_a_folder_has_a_short_name_that_stays_until_the_key_is_another() -> None:
    name = source_name(JANE, {}, KEYS)
    assert re.fullmatch("source-[0-9a-f]{8}", name)
    assert name == source_name(JANE, {}, KEYS)
    assert len({name, source_name(JANE, {}, NEW_KEYS), source_name(SALES, {}, KEYS)}) == 3


def test_a_declared_name_stands_for_its_folder_under_any_key() -> None:
    declared = {SALES: "sales"}
    assert {source_name(SALES, declared, keys) for keys in (KEYS, NEW_KEYS)} == {"sales"}
    assert source_name(JANE, declared, KEYS) == source_name(JANE, {}, KEYS)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(overrides=[f"lake.root={tmp_path / 'lake'}", f"source_names={{{SALES}: sales}}"])


@pytest.fixture
def store(spark: SparkSession, settings: Settings) -> Store:
    """A lake with a file of each folder, in a batch of its own."""
    store = Store(spark, settings.lake.root)
    for batch, folder in enumerate((JANE, SALES), start=1):
        file = {"file_key": f"f{batch}", "path": f"{folder}/<FILE_0{batch}>", "kind": "file"}
        store.append_rows(LEDGER, [file | {"batch_id": batch, "planned_at": datetime.now(UTC)}], batch)
    return store


def test_only_the_folders_of_the_batches_are_named(store: Store, settings: Settings) -> None:
    rows = source_names(range(2, 3), store, settings, KEYS).collect()
    assert [tuple(row) for row in rows] == [(SALES, "sales")]


def test_a_replay_may_take_up_mail_of_any_folder(store: Store, settings: Settings) -> None:
    plan_replay(store, [], datetime.now(UTC))
    rows = source_names(range(3, 4), store, settings, KEYS).collect()
    assert {tuple(row) for row in rows} == {(SALES, "sales"), (JANE, source_name(JANE, {}, KEYS))}


def test_the_terminal_says_which_folder_a_short_name_is(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("a")  # a long path is cut
    (folder / "one.mbox").touch()
    settings = load_settings(overrides=[f"sources={folder / 'one.mbox'}"])
    name = source_name(str(folder), {}, KEYS)
    lines = [f"critical: No mail came from the source {name}.", "of source-00000000", "no source"]
    assert with_folders(lines, settings, KEYS) == (
        f"critical: No mail came from the source {name} ({folder}).",
        "of source-00000000",
        "no source",
    )
