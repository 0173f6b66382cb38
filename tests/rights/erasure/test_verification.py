"""Which files a verification reads beside the lake."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config import load_settings
from triage.rights.erasure.verification import scanned_files


def made(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


@pytest.mark.parametrize(
    ("uri", "seen"),
    [
        ("", {"mlflow/mlflow.db", "mlflow/tmp/a"}),
        ("sqlite:///{0}/else where/own.db", {"mlflow/own.db", "mlflow/own.db-wal", "mlflow/artifacts/1/b"}),
        (
            "sqlite+pysqlite:///{0}/else where/own.db?mode=rw",
            {"mlflow/own.db", "mlflow/own.db-wal", "mlflow/artifacts/1/b"},
        ),
        ("file://{0}/else%20where/artifacts", {"mlflow/1/b"}),
        ("{0}/else where/artifacts", {"mlflow/1/b"}),
        ("https://mlflow.example", set()),
    ],
    ids=["by itself", "sqlite", "sqlite by a driver", "a file URI", "a folder", "a server"],
)
def test_mlflows_own_files_are_read_and_no_neighbours(tmp_path: Path, uri: str, seen: set[str]) -> None:
    made(tmp_path / "lake.mlflow", "mlflow.db", "tmp/a")
    made(tmp_path / "lake.review", "journal.db")
    made(tmp_path / "else where", "own.db", "own.db-wal", "letters.txt", "artifacts/1/b")
    overrides = [
        f"lake.root={tmp_path}/lake",
        *([f"mlflow.tracking_uri={uri.format(tmp_path)}"] if uri else []),
    ]
    found = {
        f"{place}/{file.relative_to(root)}" for place, root, file in scanned_files(load_settings(overrides=overrides))
    }
    assert found == seen | {"mlflow/mlflow.db", "mlflow/tmp/a", "review/journal.db"}
