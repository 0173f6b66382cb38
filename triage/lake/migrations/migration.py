"""What a migration is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triage.lake.store import Store


@dataclass(frozen=True, slots=True)
class Migration:
    """Brings a lake of the version before to `version`; `work` may be repeated."""

    version: int
    name: str
    work: Callable[[Store], None]
