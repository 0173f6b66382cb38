"""Whether a bucket keeps old versions of its objects, which would outlive an erasure."""

from __future__ import annotations

from triage.errors import ConfigError
from triage.lake.objects.connection import connection_to, unanswered

_PROBE = "_locks/versions.probe"


def require_no_versions(root: str, keeps: bool | None) -> None:
    """Raises ConfigError where the bucket of the lake at `root` keeps, or once kept, what is overwritten or removed.

    `keeps` is what the bucket says, None where it may not be asked. A write tells, too: S3 answers it with the
    version's id, "null" where keeping is suspended, and without one where nothing was ever kept. One of the two is
    enough to refuse, since a store may answer the question wrongly. Raises TransientError where it does not answer.
    """
    if keeps or _written_version(root) is not None:
        raise ConfigError(
            "The bucket keeps old versions of its objects (or did once), so nothing can be erased from it.",
            where="lake.root",
            remedy="Move the lake to a bucket that never had versioning, and delete the old one with all versions.",
        )


def _written_version(root: str) -> str | None:
    from obstore.exceptions import BaseError

    try:
        return connection_to(root).open().put(_PROBE, b"")["version"]
    except BaseError as fault:
        raise unanswered(type(fault).__name__, root) from None
