"""How the object store of a remote lake is reached, for code that is given a lake's root alone.

A process has one lake, as it has one Spark session: the settings that were loaded last for a root say how to reach it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LEASE_SECONDS = 60.0
"""The default of `lake.lease_seconds`."""


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """The options of `spark.options`, among them `spark.hadoop.fs.s3a.*`, and how long a lease is valid, in seconds."""

    options: Mapping[str, str] = field(default_factory=dict)
    lease_seconds: float = LEASE_SECONDS


_known: dict[str, StorageSettings] = {}


def remember_storage(root: str, storage: StorageSettings) -> None:
    """Makes known how the lake at `root` is reached."""
    _known[root.rstrip("/")] = storage


def storage_of(root: str) -> StorageSettings:
    """How the lake at `root` is reached; for a root of which no settings were loaded, the environment alone says it."""
    return _known.get(root.rstrip("/"), StorageSettings())
