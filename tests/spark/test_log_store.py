"""Commits to S3 by conditional writes, on a real server on the loopback."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from tests.s3_server import BUCKET, KEYS, client, s3_options, s3_server
from triage.lake.locks.lease.clock import lease_clock
from triage.lake.locks.lease.held import DEADLINE
from triage.spark.bucket import keeps_versions
from triage.spark.log_store import install_log_store, log_store_options

ROOT = f"s3a://{BUCKET}/lake"
WRITERS = 4


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


class LogStore:
    """The class that Delta calls, and Hadoop's settings for the server."""

    def __init__(self, spark: SparkSession, server: str) -> None:
        session: Any = spark
        self.jvm = session._jvm
        self.conf = self.jvm.org.apache.hadoop.conf.Configuration(session._jsc.hadoopConfiguration())
        own = {"fs.s3a.impl.disable.cache": "true", "fs.s3a.attempts.maximum": "1"}
        keys = {"fs.s3a.access.key": KEYS["AWS_ACCESS_KEY_ID"], "fs.s3a.secret.key": KEYS["AWS_SECRET_ACCESS_KEY"]}
        stated = {name.removeprefix("spark.hadoop."): value for name, value in s3_options(server).items()}
        for name, value in {**stated, **keys, **own}.items():
            self.conf.set(name, value)
        install_log_store(spark, ROOT)
        self.store = self.jvm.triage.ConditionalLogStore(self.conf)

    def write(self, name: str, lines: list[str], *, overwrite: bool = False) -> None:
        actions = self.jvm.java.util.ArrayList()
        for line in lines:
            actions.add(line)
        path = self.jvm.org.apache.hadoop.fs.Path(f"{ROOT}/{name}")
        self.store.write(path, actions.iterator(), overwrite, self.conf)


@pytest.fixture(scope="module")
def log(spark: SparkSession, server: str) -> LogStore:
    return LogStore(spark, server)


def _stored(server: str, name: str) -> bytes:
    data: bytes = client(server).get_object(Bucket=BUCKET, Key=f"lake/{name}")["Body"].read()
    return data


def test_only_a_lake_on_s3_has_it() -> None:
    assert log_store_options(ROOT) == {"spark.delta.logStore.s3a.impl": "triage.ConditionalLogStore"}
    assert log_store_options("/data/lake") == {}


def test_of_many_writers_of_a_version_one_succeeds(log: LogStore, server: str) -> None:
    def attempt(version: int, writer: int) -> Any:
        try:
            log.write(f"{version}.json", [f"writer {writer}", "ä"])
        except Py4JJavaError as fault:
            return fault.java_exception.getClass().getName()
        return "written"

    with ThreadPoolExecutor(WRITERS) as pool:
        for version in range(5):
            won = list(pool.map(attempt, [version] * WRITERS, range(WRITERS)))
            assert sorted(won) == ["java.nio.file.FileAlreadyExistsException"] * (WRITERS - 1) + ["written"]
            assert _stored(server, f"{version}.json") == f"writer {won.index('written')}\nä\n".encode()


def test_a_write_that_meets_itself_has_succeeded(log: LogStore, server: str) -> None:
    """As where the server's answer was lost and the client asks again."""
    for _ in range(2):
        log.write("again.json", ["same"])
    assert _stored(server, "again.json") == b"same\n"


def test_what_may_be_replaced_is(log: LogStore, server: str) -> None:
    for text in ("old", "new"):
        log.write("_last_checkpoint", [text], overwrite=True)
    assert _stored(server, "_last_checkpoint") == b"new\n"


def test_nothing_is_committed_after_the_lease(log: LogStore, server: str) -> None:
    system = log.jvm.java.lang.System
    try:
        system.setProperty(DEADLINE, str(lease_clock() - 1))
        with pytest.raises(Py4JJavaError, match="lease"):
            log.write("late.json", ["x"])
        system.setProperty(DEADLINE, str(lease_clock() + 60))
        log.write("timely.json", ["x"])
    finally:
        system.clearProperty(DEADLINE)
    found = client(server).list_objects_v2(Bucket=BUCKET, Prefix="lake/")["Contents"]
    names = {one["Key"] for one in found}
    assert "lake/timely.json" in names and "lake/late.json" not in names


def test_a_bucket_that_cannot_be_asked_says_nothing(spark: SparkSession) -> None:
    assert keeps_versions(spark, "s3a://no-such-bucket-here/lake") is None
