"""Who holds a lock: for the error of a second run, for operators and for jobs/doctor.py."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


def _job() -> str:
    return Path(sys.argv[0]).stem or "python"


@dataclass(frozen=True, slots=True)
class Holder:
    """A job with its process and host, and since when it holds a lock (UTC).

    `until` is when a lease on an object store ends unless it is renewed, None for a lock of the kernel. Both times are
    for people: nothing is decided by them, since the clocks of two hosts may differ.
    """

    job: str = field(default_factory=_job)
    pid: int = field(default_factory=os.getpid)
    host: str = field(default_factory=socket.gethostname)
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    until: datetime | None = None

    def __str__(self) -> str:
        return f"{self.job}, process {self.pid} on {self.host}, since {self.since:%Y-%m-%d %H:%M:%S} UTC"

    def to_json(self) -> dict[str, object]:
        """As it stands in a record."""
        until = self.until.isoformat() if self.until else None
        return {"job": self.job, "pid": self.pid, "host": self.host, "since": self.since.isoformat(), "until": until}

    @classmethod
    def from_json(cls, record: object) -> Holder:
        """The holder of a record. Raises ValueError, KeyError or TypeError for what is none."""
        if not isinstance(record, dict):
            raise TypeError("not a record")
        until = record.get("until")
        return cls(
            str(record["job"]),
            int(str(record["pid"])),
            str(record["host"]),
            datetime.fromisoformat(str(record["since"])),
            datetime.fromisoformat(str(until)) if until else None,
        )
