from __future__ import annotations

import pytest

from triage.config.storage import StorageSettings, remember_storage
from triage.errors import ConfigError
from triage.lake.objects.connection import _given, connection_to

ROOT = "s3a://bucket/a/lake"
S3A = "spark.hadoop.fs.s3a."

CASES: dict[str, tuple[dict[str, str], dict[str, object]]] = {
    "nothing stated": ({}, {"virtual_hosted_style_request": True}),
    "keys": (
        {"access.key": "k", "secret.key": "s", "session.token": "t"},
        {"access_key_id": "k", "secret_access_key": "s", "session_token": "t", "virtual_hosted_style_request": True},
    ),
    "a bucket's own key wins": (
        {"access.key": "k", "bucket.bucket.access.key": "own", "bucket.other.access.key": "x", "secret.key": "s"},
        {"access_key_id": "own", "secret_access_key": "s", "virtual_hosted_style_request": True},
    ),
    "a server of one's own": (
        {"endpoint": "http://host:9000", "path.style.access": "true", "endpoint.region": "eu-west-1"},
        {"endpoint": "http://host:9000", "region": "eu-west-1", "virtual_hosted_style_request": False},
    ),
    "a server without a scheme": (
        {"endpoint": "host", "path.style.access": "true"},
        {"endpoint": "https://host", "virtual_hosted_style_request": False},
    ),
    "a server without encryption": (
        {"endpoint": "host", "connection.ssl.enabled": "false", "path.style.access": "true"},
        {"endpoint": "http://host", "virtual_hosted_style_request": False},
    ),
    "public": (
        {"aws.credentials.provider": "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider"},
        {"skip_signature": True, "virtual_hosted_style_request": True},
    ),
}


@pytest.mark.parametrize(("options", "expected"), CASES.values(), ids=CASES)
def test_the_client_has_what_spark_has(options: dict[str, str], expected: dict[str, object]) -> None:
    remember_storage(ROOT, StorageSettings({S3A + name: value for name, value in options.items()}))
    connection = connection_to(f"{ROOT}/")
    assert (connection.bucket, connection.prefix) == ("bucket", "a/lake")
    assert _given(connection) == expected
    connection.open()


def test_other_options_of_spark_do_not_travel_with_it() -> None:
    remember_storage(ROOT, StorageSettings({"spark.other.secret": "x", f"{S3A}endpoint": "host"}))
    assert list(connection_to(ROOT).options) == [f"{S3A}endpoint"]


def test_storage_that_is_not_known_is_named() -> None:
    with pytest.raises(ConfigError, match="s3a://"):
        connection_to("abfss://x@y/lake")
