"""A file of a source, as the plan knows it."""

from __future__ import annotations

from dataclasses import dataclass

UNREADABLE = "unreadable"
"""The format of what stands in a folder but cannot be opened or must not be: it yields one faulty record."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source: `size` in bytes, `modified_at` in seconds since 1970, `format` a key of FORMATS.

    `path` and `root` are paths of the file system, or URIs of a storage elsewhere.
    """

    path: str
    root: str
    format: str
    size: int
    modified_at: float
