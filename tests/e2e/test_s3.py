"""A lake on S3: the same job, the same rows, and nothing twice. The server runs on the loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from deltalake import DeltaTable

from tests.lakes import Lake
from tests.loopback import HOST, free_port, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

BUCKET = "mail"
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
TABLES = ("silver/mail", "gold/labels", "gold/routes")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Address of an S3 server with an empty bucket."""
    port = free_port()
    with (tmp_path / "server.log").open("wb") as log:
        command = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    address = f"http://{HOST}:{port}"
    try:
        wait_for(port, "the S3 server")
        _client(address).create_bucket(Bucket=BUCKET)
        yield address
    finally:
        process.kill()
        process.wait()


def _client(address: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name=KEYS["AWS_REGION"],
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )


def _settings(server: str, trained: Lake, folder: Path) -> Path:
    """A settings file for a lake in the bucket, with the models of another lake."""
    options = {
        "spark.hadoop.fs.s3a.endpoint": server,
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
    }
    content = {
        "lake": {
            "root": f"s3a://{BUCKET}/lake",
            "reports": str(folder / "reports"),
            "certificates": str(folder / "certificates"),
        },
        "mlflow": {"tracking_uri": f"sqlite:///{trained.root}.mlflow/mlflow.db"},
        "spark": {"options": options},
    }
    file = folder / "s3.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file


class S3Lake(Lake):
    """Jobs over the lake in the bucket; `root` is a folder for what lies beside it."""

    settings: Path

    def command(self, job: str, *arguments: str) -> list[str]:
        return [sys.executable, *super().command(job)[1:2], "--conf", str(self.settings), *arguments]


def _rows(table: DeltaTable) -> list[str]:
    rows = table.to_pyarrow_table().to_pylist()
    return sorted(repr({k: v for k, v in row.items() if k not in ("decided_at", "batch_id")}) for row in rows)


def test_a_lake_on_s3_holds_what_a_local_one_does(server: str, trained: Lake, mbox: Path, tmp_path: Path) -> None:
    lake = S3Lake(tmp_path / "lake", KEYS, own_process=True)
    lake.settings = _settings(server, trained, tmp_path)
    assert lake.nightly(mbox)["messages_published"] == len(trained.rows("silver/mail"))
    options = {
        **KEYS,
        "AWS_ENDPOINT_URL": server,
        "AWS_ALLOW_HTTP": "true",
        "AWS_S3_ALLOW_UNSAFE_RENAME": "true",
    }
    for name in TABLES:
        table = DeltaTable(f"s3://{BUCKET}/lake/{name}", storage_options=options)
        assert _rows(table) == _rows(trained.table(name)), name
    before = _objects(server)
    assert lake.nightly(mbox)["messages_read"] == 0
    assert _objects(server) == before
    assert not list(Path(os.getcwd()).glob("s3a:*"))


def _objects(server: str) -> set[tuple[str, str]]:
    pages = _client(server).get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    return {(found["Key"], found["ETag"]) for page in pages for found in page.get("Contents", ())}
