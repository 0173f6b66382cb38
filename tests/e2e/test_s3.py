"""A lake on S3: the same rows, two nights at once, a kill in a commit, an erasure and a rotation. Nothing is lost,
nothing is twice. The server runs on the loopback."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from email.utils import parseaddr
from pathlib import Path

import pytest
from deltalake import DeltaTable

from tests.lakes import SECRET, Lake
from tests.s3_server import BUCKET, KEYS, client, s3_server, write_settings
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

TABLES = ("silver/mail", "gold/labels", "gold/routes")
LEASE_SECONDS = 10.0
NEW_SECRET = "6b" * 32


class S3Lake(Lake):
    """Jobs over the lake in the bucket; `root` is a folder for what lies beside it."""

    address: str
    settings: Path

    def command(self, job: str, *arguments: str) -> list[str]:
        return [sys.executable, *super().command(job)[1:2], "--conf", str(self.settings), *arguments]

    def table(self, name: str) -> DeltaTable:
        options = {
            **KEYS,
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_S3_ALLOW_UNSAFE_RENAME": "true",
        }
        return DeltaTable(f"s3://{BUCKET}/lake/{name}", storage_options=options)

    def objects(self) -> dict[str, str]:
        """ETags by key, without the locks'."""
        pages = client(self.address).get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        found = {one["Key"]: one["ETag"] for page in pages for one in page.get("Contents", ())}
        return {key: tag for key, tag in found.items() if "/_locks/" not in key}

    def contents(self) -> Iterator[tuple[str, bytes]]:
        for key in self.objects():
            yield key, client(self.address).get_object(Bucket=BUCKET, Key=key)["Body"].read()


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory, trained: Lake) -> Iterator[S3Lake]:
    """An empty lake in a bucket, with the models of another lake."""
    folder = tmp_path_factory.mktemp("s3")
    with s3_server(folder) as address:
        lake = S3Lake(folder / "lake", KEYS, own_process=True)
        models = {"tracking_uri": f"sqlite:///{trained.root}.mlflow/mlflow.db"}
        lake.address = address
        lake.settings = write_settings(
            folder / "s3.yaml", address, {"lease_seconds": LEASE_SECONDS}, mlflow=models, outcome={"quarantine": "warn"}
        )
        yield lake


def _rows(table: DeltaTable) -> list[str]:
    rows = table.to_pyarrow_table().to_pylist()
    return sorted(repr({k: v for k, v in row.items() if k not in ("decided_at", "batch_id")}) for row in rows)


def _is_balanced(lake: Lake, mails: int) -> bool:
    """Each mail is in the vault once, and once in silver or quarantine."""
    raw = Counter(row["mail_key"] for row in lake.rows("vault/raw_mail"))
    silver = Counter(row["mail_key"] for row in lake.rows("silver/mail"))
    quarantined = Counter(row["mail_key"] for row in lake.rows("quarantine/mail") if row["mail_key"])
    return len(raw) == mails and set(raw.values()) == {1} and silver + quarantined == raw


def test_of_two_first_nights_at_once_one_runs_and_the_other_says_who(lake: S3Lake, trained: Lake, mbox: Path) -> None:
    """The lake then holds what a local one does, and a night without new mail writes nothing."""
    nights = [lake.start("nightly", "--source", str(mbox)) for _ in range(2)]
    ends = [(night.communicate()[1], night.returncode, night.pid) for night in nights]
    assert sorted(code for _, code, _ in ends) == [0, 75], ends
    told, winner = next(text for text, code, _ in ends if code), next(pid for _, code, pid in ends if not code)
    assert "Another run works on this lake: nightly, process" in told and f"process {winner} on" in told
    for name in TABLES:
        assert _rows(lake.table(name)) == _rows(trained.table(name)), name
    before = lake.objects()
    assert lake.nightly(mbox)["messages_read"] == 0
    assert lake.objects() == before
    assert not list(Path(os.getcwd()).glob("s3a:*"))


def test_a_night_killed_at_a_commit_loses_and_doubles_nothing(lake: S3Lake, tmp_path: Path, mbox: Path) -> None:
    more = tmp_path / "more.mbox"
    write_mbox(generate(60, seed=12), more)
    commits = len([key for key in lake.objects() if key.startswith("lake/silver/mail/_delta_log/")])
    night = lake.start("nightly", "--source", str(more))
    while len([key for key in lake.objects() if key.startswith("lake/silver/mail/_delta_log/")]) == commits:
        assert night.poll() is None
        time.sleep(0.05)
    os.killpg(night.pid, signal.SIGKILL)
    night.communicate()
    begin = time.monotonic()
    lake.nightly(more)  # waits for the dead one's lease
    assert time.monotonic() - begin > LEASE_SECONDS / 2
    keys = {row["mail_key"] for row in lake.rows("vault/raw_mail")}
    assert _is_balanced(lake, len(keys))
    assert len(keys) > len({row["mail_key"] for row in lake.rows("vault/raw_mail") if row["batch_id"] == 1})
    assert lake.nightly(mbox, more)["messages_new"] == 0


@pytest.mark.exhaustive(sample=0)  # with the rotation after it; erasures of local lakes are in each gate
def test_a_person_is_erased_from_every_object(lake: S3Lake) -> None:
    raw = Counter(row["mail_key"] for row in lake.rows("vault/raw_mail"))
    address = _an_address()
    lake.run("erase", "--address", address)
    [certificate] = (lake.settings.parent / "certificates").glob("erasure-*.json")
    content = json.loads(certificate.read_text("utf-8"))["content"]
    assert (content["result"], content["findings"]) == ("erased, and nothing left", []), content
    left = Counter(row["mail_key"] for row in lake.rows("vault/raw_mail"))
    assert left < raw
    assert all(address.encode() not in data for _, data in lake.contents())
    kept = {key for key in lake.objects() if key.startswith("lake/silver/mail/part-")}
    assert kept == {uri.removeprefix(f"s3://{BUCKET}/") for uri in lake.table("silver/mail").file_uris()}


def _an_address() -> str:
    """The address of who wrote a mail that went in."""
    [mail] = generate(1, seed=12)
    return parseaddr(mail.headers["From"])[1]


@pytest.mark.exhaustive(sample=0)  # six minutes; rotations of local lakes are among the everyday tests
def test_a_rotation_gives_the_lake_another_key(lake: S3Lake) -> None:
    before = {name: len(lake.rows(name)) for name in ("vault/raw_mail", *TABLES)}
    lake.environment = {**KEYS, "NEW_KEY": NEW_SECRET}
    lake.run("rotate", "--new-key-env", "NEW_KEY")
    assert {name: len(lake.rows(name)) for name in before} == before
    key_ids = {row["key_id"] for row in lake.rows("silver/mail")}
    assert len(key_ids) == 1
    lake.environment = {**KEYS, "TRIAGE_KEY": SECRET}
    lake.run("maintain", expect=2)  # the old key is none any more
    lake.environment = {**KEYS, "TRIAGE_KEY": NEW_SECRET}
    lake.run("maintain")
    assert {name: len(lake.rows(name)) for name in before} == before


def test_a_bucket_that_keeps_versions_refuses_an_erasure(lake: S3Lake) -> None:
    versioning = {"Status": "Enabled"}
    client(lake.address).put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=versioning)
    done = lake._run("erase", "--address", "nobody@example.org")
    assert done.returncode == 2 and "keeps old versions" in done.stderr
