"""A table's present version as the library sees it that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The present version: protocol, columns with their types as Spark names them, data files with their bytes."""

    version: int
    reader: int
    writer: int
    features: tuple[str, ...] = ()
    """Features of the protocol beyond those that its numbers name, such as deletionVectors."""

    columns: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=dict)
    """Path relative to the table to bytes."""

    table_id: str = ""
    """The table's id in Delta's metadata, which stays with it."""
