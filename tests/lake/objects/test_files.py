"""Files of a lake on S3: listed, read and cleared, on a real server on the loopback."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.lake.builders import no_spark
from tests.lake.test_history import NAMES
from tests.s3_server import BUCKET, KEYS, client, s3_options, s3_server
from triage.config.storage import StorageSettings, remember_storage
from triage.errors import ConfigError, ContractError, PrivacyError, TransientError
from triage.lake.history import clear, clear_objects
from triage.lake.objects.files import ObjectFolder
from triage.lake.objects.versions import require_no_versions
from triage.lake.restored import (
    RECORD,
    DueErasure,
    RestoreRecord,
    read_record,
    require_no_due_erasure,
    settle,
    write_record,
)
from triage.lake.root_files import remove_root_file
from triage.lake.store import Store
from triage.lake.tables import LEDGER

ROOT = f"s3a://{BUCKET}/lake"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture
def put(server: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Objects by name below the lake's table `a/b`; put when the folder is asked for."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    remember_storage(ROOT, StorageSettings(s3_options(server)))
    for found in client(server).list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client(server).delete_object(Bucket=BUCKET, Key=found["Key"])
    return {}


def _folder(server: str, objects: dict[str, bytes]) -> ObjectFolder:
    for name, data in objects.items():
        client(server).put_object(Bucket=BUCKET, Key=f"lake/a/b/{name}", Body=data)
    return ObjectFolder.at(ROOT, "a/b")


def test_files_are_listed_below_their_folder_only(server: str, put: dict[str, bytes]) -> None:
    put |= {"x": b"12", "sub/y": b"", "empty/": b""}
    folder = _folder(server, put)
    client(server).put_object(Bucket=BUCKET, Key="lake/a/bc", Body=b"another table's")
    assert folder.sizes() == {"x": 2, "sub/y": 0}
    folder.remove(["x", "gone"])
    assert folder.sizes() == {"sub/y": 0}
    assert ObjectFolder.at(ROOT).sizes() == {"a/b/sub/y": 0, "a/bc": 15}


def test_a_file_is_read_as_one_on_disk(server: str, put: dict[str, bytes], tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": list(range(50_000))}), tmp_path / "t.parquet")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("member", b"inside")
    put |= {"t.parquet": (tmp_path / "t.parquet").read_bytes(), "z.zip": archive.getvalue()}
    put |= {"g.gz": gzip.compress(b"text"), "none": b""}
    folder = _folder(server, put)
    for name, data in put.items():
        with folder.file(name).open() as file:
            assert file.read() == data
        assert folder.file(name).read_bytes() == data
    assert pq.ParquetFile(folder.file("t.parquet").open()).read().column("n").to_pylist() == list(range(50_000))
    assert zipfile.ZipFile(folder.file("z.zip").open()).read("member") == b"inside"
    with gzip.open(folder.file("g.gz").open()) as file:
        assert file.read() == b"text"
    with pytest.raises(FileNotFoundError):
        folder.file("absent").open()


def test_the_same_files_are_cleared_as_on_disk(server: str, put: dict[str, bytes], tmp_path: Path) -> None:
    put |= dict.fromkeys(NAMES, b"four")
    folder = _folder(server, put)
    for name in NAMES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"four")
    cleared = clear_objects(folder, {"part-0.parquet"}, 2, lambda: None)
    assert cleared == clear(tmp_path, {str(tmp_path / "part-0.parquet")}, 2)
    assert set(folder.sizes()) == {f.relative_to(tmp_path).as_posix() for f in tmp_path.rglob("*") if f.is_file()}


def test_nothing_is_cleared_after_a_lost_lease_or_where_a_live_file_is_missing(
    server: str, put: dict[str, bytes]
) -> None:
    put |= dict.fromkeys(NAMES, b"four")
    folder = _folder(server, put)

    def lost() -> None:
        raise TransientError("lost")

    with pytest.raises(TransientError):
        clear_objects(folder, {"part-0.parquet"}, 2, lost)
    with pytest.raises(ContractError, match="nothing was removed"):
        clear_objects(folder, {"part-9.parquet"}, 2, lambda: None)
    assert set(folder.sizes()) == set(NAMES)


def test_a_bucket_that_keeps_what_is_removed_is_refused(server: str, put: dict[str, bytes]) -> None:
    """Whether the bucket says so, or a write to it."""
    root = "s3a://versions/lake"
    client(server).create_bucket(Bucket="versions")
    remember_storage(root, StorageSettings(s3_options(server)))
    require_no_versions(root, None)
    client(server).put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    for keeps in (None, True, False):
        with pytest.raises(ConfigError, match="keeps old versions"):
            require_no_versions(root, keeps)


def test_erasures_that_are_due_are_known_in_a_bucket_too(server: str, put: dict[str, bytes], tmp_path: Path) -> None:
    """The lake was restored to a folder, and copied to the bucket with all that is in it."""
    assert read_record(ROOT) is None
    require_no_due_erasure(ROOT)
    due = DueErasure(erasure_id="since", subject_hash="b" * 64)
    write_record(str(tmp_path), RestoreRecord(backup="000001-x", restored_at="now", due=(due,)))
    client(server).put_object(Bucket=BUCKET, Key=f"lake/{RECORD}", Body=(tmp_path / RECORD).read_bytes())
    with pytest.raises(PrivacyError, match="since"):
        require_no_due_erasure(ROOT)
    with pytest.raises(PrivacyError, match="since"):
        Store(no_spark, ROOT).exists(LEDGER)
    settle(ROOT, ["Berta"], {"Berta": "b" * 64}.__getitem__)
    require_no_due_erasure(ROOT)
    remove_root_file(ROOT, RECORD)
    assert read_record(ROOT) is None


def test_a_record_that_cannot_be_asked_for_is_no_answer(put: dict[str, bytes]) -> None:
    """Nobody takes a lake for one without due erasures because its store does not answer."""
    gone = "s3a://elsewhere/lake"
    remember_storage(gone, StorageSettings(s3_options("http://127.0.0.1:9")))
    with pytest.raises(TransientError, match="does not answer"):
        require_no_due_erasure(gone)
