"""The version of a lake's format: which one this version of the project writes, and which it refuses."""

from __future__ import annotations

from triage.errors import ConfigError

FORMAT_VERSION = 4
"""What this version of the project writes; the last one of triage/lake/migrations."""

UNRECORDED_VERSION = 1
"""Of a lake that records none: all that were written before versions were recorded."""


def require_known_format(found: int, root: str) -> None:
    """Raises ConfigError for a lake of a newer format: what is not known of it would be lost in a write."""
    if found > FORMAT_VERSION:
        raise ConfigError(
            f"The lake has format version {found}, and this version of the project knows {FORMAT_VERSION}.",
            where=root,
            remedy="Start the version of the project that has written to it last, or a newer one.",
        )
