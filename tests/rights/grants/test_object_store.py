"""Policies of an object store, enforced by a store that reads them (moto)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

from triage.config import load_settings
from triage.rights.grants.object_store import policies

ZONES = ("vault", "quarantine", "silver", "gold", "metrics", "ops")
REGION = "us-east-1"
REMOTE = ["lake.root=s3a://mail/lake", "lake.reports=/tmp/reports", "mlflow.tracking_uri=http://127.0.0.1:5000"]
READABLE = {
    "analyst": {"gold", "metrics"},
    "operator": {"quarantine", "metrics", "ops"},
    "reviewer": {"silver", "gold"},
    "data_scientist": {"silver", "gold", "metrics"},
    "privacy_officer": set(ZONES),
}
SET_UP = len(ZONES) + 4
"""Requests before the store asks for permissions: a bucket, objects, a user, its policy and its key."""


def documents(*overrides: str) -> dict[str, str]:
    return policies(load_settings(overrides=[*REMOTE, *overrides]))


def client_with(document: str) -> Any:
    """A client of a user who has this policy and no other, of a bucket with an object in each zone."""
    admin, users = boto3.client("s3", REGION), boto3.client("iam", REGION)
    admin.create_bucket(Bucket="mail")
    for zone in ZONES:
        admin.put_object(Bucket="mail", Key=f"lake/{zone}/table/a", Body=b"x")
    users.create_user(UserName="ada")
    users.put_user_policy(UserName="ada", PolicyName="own", PolicyDocument=document)
    key = users.create_access_key(UserName="ada")["AccessKey"]
    secret = key["SecretAccessKey"]
    return boto3.client("s3", REGION, aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=secret)


def works(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError as fault:
        if fault.response["Error"]["Code"] != "AccessDenied":
            raise
        return False
    return True


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "admin")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "admin")


@pytest.mark.parametrize("role", READABLE)
@mock_aws
@set_initial_no_auth_action_count(SET_UP)
def test_a_role_reads_its_zones_and_writes_nothing(role: str) -> None:
    client = client_with(documents()[f"{role}.json"])
    readable = {z for z in ZONES if works(partial(client.get_object, Bucket="mail", Key=f"lake/{z}/table/a"))}
    writable = {z for z in ZONES if works(partial(client.put_object, Bucket="mail", Key=f"lake/{z}/b", Body=b"x"))}
    removable = {z for z in ZONES if works(partial(client.delete_object, Bucket="mail", Key=f"lake/{z}/table/a"))}
    assert (readable, writable, removable) == (READABLE[role], set(), set())


@mock_aws
@set_initial_no_auth_action_count(SET_UP)
def test_the_jobs_read_and_write_all() -> None:
    client = client_with(documents()["jobs.json"])
    for zone in ZONES:
        assert works(partial(client.put_object, Bucket="mail", Key=f"lake/{zone}/b", Body=b"x"))
        assert works(partial(client.get_object, Bucket="mail", Key=f"lake/{zone}/b"))
    assert not works(partial(client.put_object, Bucket="mail", Key="other/b", Body=b"x"))


def test_names_are_listed_in_the_zones_of_a_role_only() -> None:
    statements = json.loads(documents()["analyst.json"])["Statement"]
    (listing,) = (one for one in statements if "s3:ListBucket" in one["Action"])
    assert listing["Condition"]["StringLike"]["s3:prefix"] == [
        "lake/gold",
        "lake/gold/*",
        "lake/metrics",
        "lake/metrics/*",
    ]


def test_a_lake_at_the_top_of_a_bucket_has_names_without_a_folder() -> None:
    found = json.loads(documents("lake.root=s3a://mail")["reviewer.json"])["Statement"][0]
    assert found["Resource"] == ["arn:aws:s3:::mail/silver/*", "arn:aws:s3:::mail/gold/*"]


def test_nobody_reaches_the_bucket_without_tls() -> None:
    (statement,) = json.loads(documents()["bucket.json"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_another_store_has_no_policies() -> None:
    assert documents("lake.root=abfss://mail@account/lake") == {}
