"""Policies of an object store: a document in the language of AWS IAM for each role, and one for the jobs.

They are for S3 and stores that take the same documents (MinIO, Ceph). What no statement allows is denied.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from triage.config import Settings
from triage.config.access import RoleName
from triage.lake.tables.access import PLACES, ROLES
from triage.paths import bucket_of

_VERSION = "2012-10-17"
"""Of the policy language, as AWS names it."""

JOBS = "jobs"
"""Name of the policy of whoever runs the jobs."""


def policies(settings: Settings) -> dict[str, str]:
    """Documents by file name, of a lake at `s3a://bucket/prefix`; none for any other lake."""
    place = bucket_of(settings.lake.root)
    if place is None:
        return {}
    bucket, prefix = place
    found = {f"{role}.json": _reading(bucket, prefix, _zones(role)) for role in ROLES}
    found[f"{JOBS}.json"] = _writing(bucket, prefix)
    found["bucket.json"] = _encrypted_only(bucket)
    return {name: json.dumps(document, indent=2) + "\n" for name, document in found.items()}


def _zones(role: RoleName) -> list[str]:
    return [place.name for place in PLACES if place.is_zone and role in place.readers]


def _reading(bucket: str, prefix: str, zones: Sequence[str]) -> Mapping[str, Any]:
    """Objects and names of the zones. Nothing is denied, since a person may have several roles."""
    statements = [
        _statement("ReadZones", "Allow", ["s3:GetObject"], _objects(bucket, prefix, zones)),
        _statement("ListZones", "Allow", ["s3:ListBucket"], [_arn(bucket)]) | _listing(prefix, zones),
    ]
    return {"Version": _VERSION, "Statement": statements}


def _writing(bucket: str, prefix: str) -> Mapping[str, Any]:
    """All of the lake and what lies beside it under the same name, such as `<root>.mlflow`."""
    actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
    below = f"{prefix}*" if prefix else "*"
    statements = [
        _statement("WriteLake", "Allow", actions, [_arn(bucket, below)]),
        _statement("ListLake", "Allow", ["s3:ListBucket"], [_arn(bucket)])
        | {"Condition": {"StringLike": {"s3:prefix": [below]}}},
    ]
    return {"Version": _VERSION, "Statement": statements}


def _encrypted_only(bucket: str) -> Mapping[str, Any]:
    """A policy of the bucket itself: nobody reaches it without TLS."""
    statement = _statement("TlsOnly", "Deny", ["s3:*"], [_arn(bucket), _arn(bucket, "*")])
    condition = {"Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    return {"Version": _VERSION, "Statement": [statement | condition]}


def _statement(name: str, effect: str, actions: Sequence[str], resources: Sequence[str]) -> dict[str, Any]:
    return {"Sid": name, "Effect": effect, "Action": list(actions), "Resource": list(resources)}


def _listing(prefix: str, zones: Sequence[str]) -> dict[str, Any]:
    names = [name for zone in zones for name in (_key(prefix, zone), _key(prefix, f"{zone}/*"))]
    return {"Condition": {"StringLike": {"s3:prefix": names}}}


def _objects(bucket: str, prefix: str, zones: Sequence[str]) -> list[str]:
    return [_arn(bucket, _key(prefix, f"{zone}/*")) for zone in zones]


def _key(prefix: str, rest: str) -> str:
    return f"{prefix}/{rest}" if prefix else rest


def _arn(bucket: str, key: str = "") -> str:
    return f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"
