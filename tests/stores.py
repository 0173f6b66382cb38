"""Keys, settings and an empty store of a test, shared by the rooms that work on tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from triage.config import Settings, load_settings
from triage.lake.store import Store
from triage.lake.tables import Table
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret

SettingsOf = Callable[..., Settings]


@pytest.fixture
def keys() -> Keys:
    return keys_from_secret(b"s" * 32)


@pytest.fixture
def settings_of(tmp_path: Path) -> SettingsOf:
    """Settings over this test's lake and the given sources."""

    def make(*sources: Path, **sections: object) -> Settings:
        overrides = [f"{name}={value}" for name, value in sections.items()]
        settings = load_settings(overrides=[f"lake.root={tmp_path / 'lake'}", *overrides])
        return settings.model_copy(update={"sources": tuple(map(str, sources))})

    return make


@pytest.fixture
def store(spark: SparkSession, tmp_path: Path) -> Store:
    return Store(spark, str(tmp_path / "lake"))


def rows_of(spark: SparkSession, table: Table, rows: Iterable[Mapping[str, Any]]) -> DataFrame:
    """Rows of a table; a column that a row does not name is null."""
    return spark.createDataFrame([tuple(row.get(name) for name in table.column_names) for row in rows], table.schema)


def message(number: int, body: str = "Please send the invoice.") -> bytes:
    """An mbox record."""
    return (
        f"From a@example.com Mon Mar  2 09:30:{number % 60:02} 2026\n"
        f"From: Ann Example <ann@example.com>\nTo: bob@example.org\nSubject: Number {number}\n"
        f"Date: Mon, 2 Mar 2026 09:30:00 +0100\nMessage-ID: <{number}@example.com>\n\n{body}\n\n"
    ).encode()
