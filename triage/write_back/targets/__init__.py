"""Targets by kind. A target is one file, one line of `TARGETS`, and its settings in triage/config/write_back.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from triage.config import Settings
from triage.errors import ConfigError
from triage.routing.conditions import nearest
from triage.write_back.targets.base import Target
from triage.write_back.targets.eml import EmlTarget
from triage.write_back.targets.imap import ImapTarget
from triage.write_back.targets.jsonl import JsonlTarget

TARGETS: Mapping[str, Callable[[Any], Target]] = MappingProxyType(
    {"jsonl": JsonlTarget, "eml": EmlTarget, "imap": ImapTarget}
)
"""By `kind`."""


def target_of(name: str, settings: Settings) -> Target:
    """The target of a name, not opened yet. Raises ConfigError for an unknown one."""
    known = settings.write_back.targets
    if name not in known:
        remedy = nearest(name, known) if known else "Declare it in the settings: write_back: {targets: {NAME: …}}."
        raise ConfigError(f"There is no target {name!r}.", where="write_back.targets", remedy=remedy)
    return TARGETS[known[name].kind](known[name])
