"""What is asked before a write: the lease, and the lake's format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lake.builders import measure, no_spark
from triage.errors import ConfigError, TransientError
from triage.lake.format import FORMAT_VERSION
from triage.lake.store import Store
from triage.lake.tables import QUALITY


def refused(_: str) -> None:
    raise TransientError("The lease is lost.", where="lake", remedy="Start again.")


def test_no_column_is_added_without_the_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(no_spark, str(tmp_path))
    store.append_rows(QUALITY, [measure(1)], 1)
    monkeypatch.setattr("triage.lake.store.validate_leases", refused)
    with pytest.raises(TransientError):
        store.add_declared_columns(QUALITY)


def test_a_remote_lake_of_a_newer_format_is_refused_at_the_first_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for once, also where no run has resumed the lake."""
    asked: list[int] = []

    def rows(*_: object, **__: object) -> Iterator[dict[str, int]]:
        asked.append(1)
        return iter([{"format_version": FORMAT_VERSION + 1 - (len(asked) > 1)}])

    monkeypatch.setattr(Store, "exists", lambda *_: True)
    monkeypatch.setattr(Store, "rows", rows)
    store = Store(no_spark, "s3a://bucket/lake")
    with pytest.raises(ConfigError, match="format version"), store._writing(QUALITY):
        pass
    for _ in range(2):
        with store._writing(QUALITY):
            pass
    assert len(asked) == 2, "refused once, then known"
