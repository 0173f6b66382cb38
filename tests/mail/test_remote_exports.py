"""Sources on an object store: found, recognized and read as in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail.formats.archives.packing import BOX, MAIL, PACKERS, zipped
from tests.s3_server import BUCKET, KEYS, client, s3_options, s3_server
from triage.config import LimitSettings
from triage.errors import ConfigError, SourceError, TransientError
from triage.mail.exports import discover, opened, read

pytestmark = pytest.mark.slow
LIMITS = LimitSettings()
OBJECTS = {
    "in/a.mbox": BOX * 3,
    "in/b.mbox.gz": PACKERS["gz"](BOX * 2),
    "in/c.zip": zipped({"1.eml": MAIL, "2.eml": MAIL}),
    "in/Maildir/cur/1.host:2,S": MAIL,
    "in/Maildir/new/2.host": MAIL,
    "in/Maildir/tmp/3.host": MAIL,
    "in/Maildir/dovecot.index": b"x",
    "other/d.eml": MAIL,
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in KEYS.items():
            patch.setenv(name, value)
        for key, data in OBJECTS.items():
            client(server).put_object(Bucket=BUCKET, Key=key, Body=data)
        yield server


def test_a_folder_of_a_bucket(address: str) -> None:
    storage = s3_options(address)
    files = list(discover(f"s3://{BUCKET}/in", storage))
    assert [(file.path.removeprefix(f"s3://{BUCKET}/in/"), file.format, file.size) for file in files] == [
        ("Maildir/cur/1.host:2,S", "maildir", len(MAIL)),
        ("Maildir/new/2.host", "maildir", len(MAIL)),
        ("a.mbox", "mbox", len(BOX) * 3),
        ("b.mbox.gz", "mbox.gz", len(OBJECTS["in/b.mbox.gz"])),
        ("c.zip", "zip", len(OBJECTS["in/c.zip"])),
    ]
    assert all(file.root == f"s3://{BUCKET}/in" and file.modified_at > 0 for file in files)
    found = [record for file in files for record in read(file.path, file.format, 0, None, LIMITS, (), storage)]
    assert [record.data for record in found] == [MAIL] * 2 + [BOX] * 5 + [MAIL] * 2
    with opened(files[2].path, storage) as stream:
        assert stream.read() == BOX * 3


def test_ranges_and_single_objects(address: str) -> None:
    storage = s3_options(address)
    [file] = discover(f"s3a://{BUCKET}/in/a.mbox", storage)
    cut = len(BOX) + 5
    ranges: tuple[tuple[int, int | None], ...] = ((0, cut), (cut, None))
    parts = [list(read(file.path, "mbox", start, end, LIMITS, (), storage)) for start, end in ranges]
    assert [[record.offset for record in part] for part in parts] == [[0, len(BOX)], [2 * len(BOX)]]


def test_what_is_not_there_or_does_not_answer(address: str, tmp_path: Path) -> None:
    storage = s3_options(address)
    with pytest.raises(SourceError, match="not there"):
        list(discover(f"s3://{BUCKET}/nowhere", storage))
    [gone] = read(f"s3://{BUCKET}/gone.eml", "eml", 0, None, LIMITS, (), storage)
    assert gone.fault == "SOURCE_UNREADABLE"
    with pytest.raises(TransientError):
        list(discover("s3://no-such-bucket-here/x", s3_options("http://127.0.0.1:9")))


def test_a_source_without_credentials_in_it() -> None:
    with pytest.raises(ConfigError, match="password"):
        list(discover("s3://key:secret@bucket/mail"))
